"""Rule 15: diabetes, its manifestations and its company."""

import pytest

from icd9_review.values import Severity
from tests.codes.edits.charts import ERROR, HINT, WARNING, told


@pytest.mark.parametrize(
    ("codes", "severity", "code"),
    [
        ("250.01 250.60 357.2", WARNING, "250.60"),
        ("250.02 250.60 357.2", HINT, "250.60"),
        ("250.40", WARNING, "250.40"),
        ("249.50", WARNING, "249.50"),
        ("357.2", WARNING, "357.2"),
        ("357.2 250.60", ERROR, "357.2"),
        ("362.01 250.50", ERROR, "362.01"),
        ("443.81 250.70", ERROR, "443.81"),
        ("250.50 362.07", WARNING, "362.07"),
        ("250.00 249.00", WARNING, "250.00"),
        ("648.01 648.81 250.00 V27.0", WARNING, "648.01"),
        ("648.01 V27.0", WARNING, "648.01"),
        ("250.00 775.1", WARNING, "250.00"),
    ],
)
def test_diabetes_and_its_company(codes: str, severity: Severity, code: str) -> None:
    assert (severity, code) in told(15, codes)


@pytest.mark.parametrize(
    "codes",
    [
        "250.00",
        "250.60 357.2",
        "250.62 250.52 357.2 362.01",
        "250.40 585.9",
        "250.50 362.02 362.07",
        "250.80",
        "443.81",
        "648.01 250.00 V27.0",
        "648.81 V27.0",
        "428.0 250.70 443.81",
    ],
)
def test_diabetes_rightly_coded_passes(codes: str) -> None:
    assert told(15, codes) == []


@pytest.mark.parametrize("codes", ["536.3 250.60", "585.3 250.40", "365.9 250.50"])
def test_diabetes_comes_before_what_it_has_done(codes: str) -> None:
    assert told(15, codes) == [(WARNING, codes.split()[1])]
    assert told(15, " ".join(reversed(codes.split()))) == []


def test_a_condition_of_the_kind_may_come_first_where_the_manifestation_follows() -> None:
    assert told(15, "584.9 250.40 585.3") == []
