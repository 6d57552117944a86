from dataclasses import replace

import pytest

from icd9_review.values import Assertion, Chart, ChartCode, Severity
from tests.codes.edits.charts import HINT, WARNING, chart, found, outpatient, told


def worded(which: Chart, code: str, assertion: Assertion | None) -> Chart:
    return replace(which, diagnoses=(ChartCode(code, assertion=assertion),))


@pytest.mark.parametrize(
    ("which", "code", "severity", "section"),
    [
        (chart(), "486", HINT, "II.H"),
        (outpatient(""), "486", WARNING, "IV.I"),
        (chart(), "042", WARNING, "I.C.1.a.1"),
        (chart(), "488.11", WARNING, "I.C.8.d"),
        (chart(), "488.81", WARNING, "I.C.8.d"),
    ],
)
def test_uncertain_wording_depends_on_setting_and_disease(
    which: Chart, code: str, severity: Severity, section: str
) -> None:
    (edit,) = found(18, worded(which, code, Assertion.UNCERTAIN))
    assert (edit.severity, edit.code) == (severity, code)
    assert section in edit.section


@pytest.mark.parametrize("assertion", [Assertion.PRESENT, None])
def test_certain_wording_passes(assertion: Assertion | None) -> None:
    assert told(18, worded(outpatient(""), "486", assertion)) == []
    assert told(19, worded(outpatient(""), "486", assertion)) == []


@pytest.mark.parametrize(
    "assertion",
    [Assertion.NEGATED, Assertion.FAMILY, Assertion.OTHER_PERSON, Assertion.HISTORICAL],
)
def test_what_is_denied_of_another_or_of_the_past_is_a_warning(assertion: Assertion) -> None:
    assert told(19, worded(chart(), "486", assertion)) == [(WARNING, "486")]
    assert told(18, worded(chart(), "486", assertion)) == []


def test_what_another_person_has_is_no_family_history() -> None:
    (edit,) = found(19, worded(chart(), "486", Assertion.OTHER_PERSON))
    assert "another person" in edit.message
    assert "V16" not in edit.message


@pytest.mark.parametrize(
    ("code", "assertion"),
    [
        ("V10.3", Assertion.HISTORICAL),
        ("V16.3", Assertion.FAMILY),
        ("V71.4", Assertion.NEGATED),
        ("V58.61", Assertion.UNCERTAIN),
        ("412", Assertion.HISTORICAL),
        ("438.20", Assertion.HISTORICAL),
        ("905.4", Assertion.HISTORICAL),
    ],
)
def test_a_code_that_says_so_itself_passes(code: str, assertion: Assertion) -> None:
    which = worded(outpatient(""), code, assertion)
    assert told(18, which) == told(19, which) == []
