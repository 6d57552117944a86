"""Which codes may stand first, and which go before others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes import codes
from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.edits import check_chart
from icd9_review.codes.edits.first_place import goes_before, may_stand_first
from icd9_review.values import CareSetting, Chart, ChartCode, Kind, Severity, Sex

LISTS = built_in_lists()
INPATIENT, OUTPATIENT = CareSetting.INPATIENT, CareSetting.OUTPATIENT
DIAGNOSES = sorted(codes(Kind.DIAGNOSIS))


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("E885.9", "an E code"),
        ("583.81", "a manifestation"),
        ("V45.81", "a status"),
        ("V10.3", "a history"),
        ("V58.61", "a drug that is taken"),
        ("V85.41", "a body mass index"),
        ("905.3", "a late effect"),
        ("995.92", "severe sepsis"),
        ("707.23", "the stage of an ulcer"),
        ("041.4", "the organism of a condition classified elsewhere"),
    ],
)
def test_what_only_says_more_of_something_else_is_never_first(code: str, what: str) -> None:
    for setting in CareSetting:
        assert not may_stand_first(code, ["428.0"], setting, LISTS), what


@pytest.mark.parametrize("code", ["428.23", "820.21", "V57.1", "V58.11", "V53.31", "V30.00", "042"])
def test_diseases_injuries_and_some_v_codes_may_be(code: str) -> None:
    assert may_stand_first(code, [], INPATIENT, LISTS)


def test_a_routine_visit_is_first_for_an_outpatient_and_unacceptable_for_a_stay() -> None:
    assert may_stand_first("V70.0", [], OUTPATIENT, LISTS)
    assert not may_stand_first("V70.0", [], INPATIENT, LISTS)


def test_a_symptom_is_not_first_beside_the_diagnosis_that_explains_it() -> None:
    assert not may_stand_first("786.05", ["401.9", "428.0"], INPATIENT, LISTS)
    assert may_stand_first("786.50", ["401.9", "244.9"], INPATIENT, LISTS)


@pytest.mark.parametrize(
    ("first", "others", "expected"),
    [
        ("136.3", ["042"], ["042"]),
        ("820.21", ["042"], []),  # an injury has nothing to do with it (I.C.1.a.2.b)
        ("486", ["995.91", "038.9"], ["038.9"]),
        ("428.23", ["402.91", "401.9"], ["402.91"]),
        ("585.6", ["403.91"], ["403.91"]),
        ("486", ["646.63"], ["646.63"]),
        ("V22.1", ["646.63"], []),
        ("162.9", ["V58.11"], ["V58.11"]),
        ("V57.1", ["V58.11"], []),
        ("774.6", ["V30.00"], ["V30.00"]),
        ("428.0", ["401.9", "250.00"], []),
    ],
)
def test_what_chapters_put_first_goes_before(
    first: str, others: list[str], expected: list[str]
) -> None:
    assert [code for code, _ in goes_before(first, others)] == expected


@given(st.sampled_from(DIAGNOSES), st.lists(st.sampled_from(DIAGNOSES), max_size=4))
def test_what_may_stand_first_is_no_error_there(code: str, others: list[str]) -> None:
    """No rule of the first place speaks against it; V57 lacks something besides (rule 26)."""
    if not may_stand_first(code, others, INPATIENT, LISTS):
        return
    diagnoses = tuple(ChartCode(each) for each in dict.fromkeys((code, *others)))
    chart = Chart(INPATIENT, None, Sex.UNKNOWN, None, None, diagnoses)
    placed = {3, 6, 7, 21, 26} - ({26} if code.startswith("V57") else set())
    found = [each for each in check_chart(chart, LISTS) if each.code == code]
    assert not [each for each in found if each.number in placed]
    assert not [each for each in found if each.number == 16 and each.severity is not Severity.HINT]
