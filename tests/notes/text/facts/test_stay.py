"""On which days a note says that somebody was admitted and discharged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.notes.text.facts.stay import stated_stay
from icd9_review.values import Fact


def said(text: str) -> list[tuple[Fact, str]]:
    return [(each.fact, each.value) for each in stated_stay(text)]


@pytest.mark.parametrize(
    "text",
    [
        "DATE OF ADMISSION: 03/04/2010\nDATE OF DISCHARGE: 03/09/2010",
        "Admission Date:  [**2010-3-4**]              Discharge Date:   [**2010-3-9**]",
        "ADMITTED: March 4, 2010\nDISCHARGED: March 9, 2010",
        "DATE OF ADMISSION:  ,3/4/10,DATE OF DISCHARGE:  ,3/9/10",
        "Date admitted: 4 Mar 2010 | Date discharged: 9 Mar 2010",
    ],
)
def test_a_label_of_their_own_states_the_days(text: str) -> None:
    assert said(text) == [(Fact.ADMITTED, "2010-03-04"), (Fact.DISCHARGED, "2010-03-09")]


def test_the_day_of_a_visit_is_the_one_on_which_somebody_was_seen() -> None:
    assert said("CLINIC NOTE\nDate of visit: 10/03/2013") == [(Fact.ADMITTED, "2013-10-03")]


@pytest.mark.parametrize(
    "text",
    [
        "She was discharged on 08/24/2007 from another hospital.",
        "Previous admission date: 03/04/2010",
        "DATE OF BIRTH: 03/04/1950",
        "DATE OF ADMISSION: 03.04.2010",
        "DATE OF ADMISSION: MM/DD/YYYY",
        "DATE OF ADMISSION: 13/45/2010",
        "DATE OF ADMISSION:",
        "",
    ],
)
def test_sentences_other_stays_and_what_can_be_two_days_state_nothing(text: str) -> None:
    assert said(text) == []


@given(st.text(alphabet="0123456789/-. \n,Datofmischrge:[*]", max_size=80))
def test_whatever_stands_there_offsets_cut_the_text(text: str) -> None:
    for each in stated_stay(text):
        assert 0 <= each.start < each.end <= len(text)
        assert text[each.end - 1].isdigit()
