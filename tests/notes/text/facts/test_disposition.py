"""Where a note says plainly that the patient went."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.notes.text.facts.disposition import stated_disposition
from icd9_review.outline.sections import sections
from icd9_review.values import Disposition


def said(text: str) -> list[str]:
    return [each.value for each in stated_disposition(text, sections(text))]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("DISPOSITION: Home.", Disposition.HOME),
        ("Discharge Disposition:\nHome With Service", Disposition.HOME_HEALTH),
        ("DISPOSITION: Home with home health services", Disposition.HOME_HEALTH),
        ("DISPOSITION: Home with hospice.", Disposition.HOSPICE_HOME),
        ("Discharged to: SNF", Disposition.SKILLED_NURSING),
        ("She was discharged to a skilled nursing facility.", Disposition.SKILLED_NURSING),
        ("He was discharged to a SNF for physical therapy.", Disposition.SKILLED_NURSING),
        (
            "She was discharged to a skilled nursing facility for inpatient rehabilitation.",
            Disposition.SKILLED_NURSING,
        ),
        ("She was discharged to home for recovery.", Disposition.HOME),
        ("DISPOSITION: For rehabilitation.", Disposition.REHABILITATION),
        ("HOSPITAL COURSE:\nHe was then discharged home.", Disposition.HOME),
        ("Discharged home.", Disposition.HOME),
        ("HOSPITAL COURSE: Afebrile since. Discharged home on oral drugs.", Disposition.HOME),
        ("COURSE:\nDischarged to a skilled nursing facility.", Disposition.SKILLED_NURSING),
        ("The patient discharged home in good condition.", Disposition.HOME),
        ("He is being discharged to inpatient rehab.", Disposition.REHABILITATION),
        ("The patient left against medical advice.", Disposition.AGAINST_ADVICE),
        ("The patient expired on 12/24/2008.", Disposition.EXPIRED),
        ("DISPOSITION: Long-term acute care hospital", Disposition.LONG_TERM_HOSPITAL),
    ],
)
def test_a_label_or_what_is_told_of_the_discharge_says_where(text: str, place: Disposition) -> None:
    assert said(text) == [place.value]


@pytest.mark.parametrize(
    "text",
    [
        "The patient will be discharged home.",
        "She may be discharged home.",
        "When he was discharged home, he took aspirin.",
        "Discharged home last month, he came back with fever.",
        "HISTORY OF PRESENT ILLNESS: Discharged home on Monday. Fever since.",
        "Expected to be Discharged home.",
        "Discharged home or to rehab.",
        "Discharged to the floor.",
        "HISTORY OF PRESENT ILLNESS:\nShe was discharged home last month.",
        "DISPOSITION: To recovery room and then home.",
        "DISPOSITION: Nursing home.",
        "DISPOSITION: Hospice.",
        "DISPOSITION: Home or rehab.",
        "DISPOSITION: Patient tolerated the procedure well.",
        "He was discharged to another facility for rehabilitation.",
        "The medication expired on 12/24/2008.",
        f"COURSE:\nShe was discharged home.\n{'She returned with fever and was treated. ' * 8}",
        "",
    ],
)
def test_plans_conditions_earlier_stays_and_doubtful_places_say_nothing(text: str) -> None:
    assert said(text) == []


@given(st.text(alphabet="DISPOSITION: homeSNFrhab.\n,wasdichged to", max_size=80))
def test_offsets_cut_the_text(text: str) -> None:
    for each in stated_disposition(text, sections(text)):
        assert 0 <= each.start < each.end <= len(text)
