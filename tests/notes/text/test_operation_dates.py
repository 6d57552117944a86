"""On which day a note says that something was done."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.notes.text.operation_dates import day_holding, stated_days

DAY = date(2010, 3, 4)


def days(text: str) -> list[date]:
    return [each.day for each in stated_days(text)]


@pytest.mark.parametrize(
    "text",
    [
        "DATE OF PROCEDURE: 03/04/2010",
        "OPERATIVE REPORT\nDate of Operation:  3/4/10\nSURGEON: A",
        "Date of surgery:\n2010-03-04",
        "PROCEDURE DATE - March 4, 2010",
        "Date of the procedure: 4th of March, 2010",
        "OPERATIONS (03/04/2010):\n1. Gastric bypass.",
        "On 3/4/2010 the patient underwent coronary bypass.",
        "He was taken to the operating room on March 4th, 2010 for repair.",
        "A pacemaker was placed on 2010-03-04.",
        "Appendectomy performed 4 Mar 2010.",
        "She is s/p hip replacement 3/4/2010, and walks.",
        "A stent was placed on 3/4/10 and the line removed.",
    ],
)
def test_a_heading_or_a_sentence_states_the_day(text: str) -> None:
    assert days(text) == [DAY]


@pytest.mark.parametrize(
    "text",
    [
        "DATE OF BIRTH: 03/04/2010",
        "DATE OF PROCEDURE: pending",
        "PROCEDURES (see the list of 03/04/2010)",
        "DATE OF PROCEDURE: 13/45/2010",
        "DATE OF PROCEDURE: 03.04.2010",
        "Seen in clinic on 3/4/2010.",
        "She will undergo bypass on 3/4/2010, to be performed by Dr. A.",
        "Bypass is scheduled to be performed on 3/4/2010.",
        "He refused the biopsy that was to be performed on 3/4/2010.",
        "A stent was placed on 3/4/2010 and removed on 3/9/2010.",
        "A stent was placed at 3/4.",
        "",
    ],
)
def test_another_day_a_plan_and_what_can_be_two_days_state_nothing(text: str) -> None:
    assert days(text) == []


def test_day_and_month_that_only_fit_one_way_are_read_that_way() -> None:
    assert days("DATE OF PROCEDURE: 25.03.2014") == [date(2014, 3, 25)]
    assert days("DATE OF PROCEDURE: 25/03/2014") == [date(2014, 3, 25)]


def test_a_long_s_in_the_name_of_a_month_is_an_s() -> None:
    assert days("On ſep 4, 2010 the patient underwent bypass.") == [date(2010, 9, 4)]
    assert days("DATE OF PROCEDURE: 4 ſEPTEMBER 2010") == [date(2010, 9, 4)]


def test_the_sentence_of_the_words_goes_before_the_head_of_the_note() -> None:
    text = (
        "DATE OF PROCEDURE: 03/14/2013\nCardioversion was done.\n"
        "On 3/16/2013 the patient underwent hemodialysis.\nA line was placed.\n"
    )
    found = stated_days(text)
    for words, day in (("Cardioversion", 14), ("hemodialysis", 16), ("A line", 14)):
        told = day_holding(found, text.index(words))
        assert told is not None
        assert told.day == date(2013, 3, day)
    assert day_holding(stated_days("Seen on 3/4/2010."), 0) is None


def test_of_two_days_that_head_a_note_none_holds_but_where_a_sentence_has_its_own() -> None:
    text = (
        "DATE OF PROCEDURE: 03/14/2013\nCardioversion was done.\n"
        "DATE OF PROCEDURE: 03/18/2013\nA line was placed.\n"
        "On 3/16/2013 the patient underwent hemodialysis.\n"
    )
    found = stated_days(text)
    assert [day_holding(found, text.index(words)) for words in ("Cardioversion", "A line")] == [
        None,
        None,
    ]
    told = day_holding(found, text.index("hemodialysis"))
    assert told is not None
    assert told.day == date(2013, 3, 16)
    same = stated_days(text.replace("03/18/2013", "March 14, 2013"))
    told = day_holding(same, text.index("A line"))
    assert told is not None
    assert told.day == date(2013, 3, 14)


@given(st.text(alphabet="0123456789/-. \nJanMarſepunderwent:DATEOFPROCEDURE,", max_size=80))
def test_whatever_stands_there_offsets_cut_the_text(text: str) -> None:
    for each in stated_days(text):
        assert text[each.start].isalnum()
        assert each.first <= each.start < each.end <= each.last <= len(text)


def test_an_item_of_a_list_of_procedures_states_its_own_day() -> None:
    text = "1. Bronchoscopy, 3/4/2010\n2. Biopsy 3/5/2010, not done\n3. Scan 3/5/2010 and 3/6/2010"
    items = [(3, 25), (29, 54), (58, len(text))]
    (found,) = stated_days(text, items)
    assert (found.day, text[found.start : found.end]) == (DAY, "3/4/2010")
    assert (found.first, found.last) == (3, 25)
    assert stated_days(text) == ()
