import pytest

from icd9_review.values import Severity
from tests.codes.edits.charts import HINT, WARNING, told


@pytest.mark.parametrize(
    ("codes", "severity", "code"),
    [
        ("820.21", HINT, "820.21"),
        ("965.4", HINT, "965.4"),
        ("719.45 905.3", HINT, "905.3"),
        ("965.4 E935.4", WARNING, "965.4"),
        ("820.21 E000.8", WARNING, "E000.8"),
        ("820.21 E849.0 E885.9", HINT, "E849.0"),
        ("820.21 E016.0 E885.9", WARNING, "E016.0"),
        ("820.21 E885.9 E849.9", HINT, "E849.9"),
        ("820.21 E885.9 E000.9", HINT, "E000.9"),
        ("820.21 E885.9 E812.0", HINT, "E812.0"),
        ("820.21 E967.0", WARNING, "E967.0"),
        ("820.21 E979.2 E968.9", WARNING, "E968.9"),
    ],
)
def test_external_causes_that_are_missing_or_misplaced(
    codes: str, severity: Severity, code: str
) -> None:
    assert (severity, code) in told(23, codes)


@pytest.mark.parametrize(
    "codes",
    [
        "820.21 E885.9 E849.0 E000.8",
        "820.21 E812.0 E885.9",
        "693.0 E930.0",
        "965.4 E850.4",
        "995.81 820.21 E968.9 E967.0",
        "719.45 905.3 E929.3",
        "996.62 E878.1",
        "038.9 995.91",
        "428.0",
        "845.00 E885.9 E001.0 E000.8",
    ],
)
def test_rightly_coded_external_causes_pass(codes: str) -> None:
    assert told(23, codes) == []
