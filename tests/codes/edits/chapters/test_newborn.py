import pytest

from icd9_review.values import Severity
from tests.codes.edits.charts import ERROR, HINT, WARNING, chart, found, told


@pytest.mark.parametrize(
    ("codes", "severity", "code"),
    [
        ("770.7 V30.00", WARNING, "V30.00"),
        ("V30.00 V31.00", WARNING, "V31.00"),
        ("V30.00 664.01", WARNING, "664.01"),
        ("V30.00 V27.0", WARNING, "V27.0"),
        ("V30.00 771.81 038.9", WARNING, "038.9"),
        ("V30.00 771.81 995.91", WARNING, "995.91"),
        ("V30.00 765.17", HINT, "765.17"),
        ("995.91 038.9", ERROR, "995.91"),
        ("995.94 577.0", ERROR, "995.94"),
        ("599.0 995.91", WARNING, "995.91"),
        ("486 995.92 038.9 518.81", WARNING, "995.92"),
        ("038.9 785.52", WARNING, "785.52"),
        ("038.9 995.92", HINT, "995.92"),
        ("038.9 995.91 995.92 584.9", WARNING, "995.91"),
    ],
)
def test_birth_and_sepsis(codes: str, severity: Severity, code: str) -> None:
    assert (severity, code) in told(24, codes)


@pytest.mark.parametrize(
    "codes",
    [
        "V30.00 V29.0",
        "V30.00 765.17 765.28",
        "771.81 995.92 518.81",
        "038.9 995.91",
        "038.42 995.92 785.52 584.9",
        "112.5 995.91",
        "998.59 038.9 995.92 998.02 518.81",
        "577.0 995.93",
        "038.9",
    ],
)
def test_rightly_coded_birth_and_sepsis_pass(codes: str) -> None:
    assert told(24, codes) == []


def test_a_birth_is_not_of_an_older_patient() -> None:
    assert told(24, chart("V30.00", age=3)) == [(WARNING, "V30.00")]
    assert told(24, chart("V30.00", age=0)) == []


def test_septic_shock_offers_severe_sepsis() -> None:
    assert found(24, "038.9 785.52")[0].offers == ("995.92",)
