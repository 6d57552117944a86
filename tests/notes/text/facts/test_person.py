"""Whose age and sex a note says plainly: the patient's, and nobody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.notes.text.facts.person import stated_person
from icd9_review.outline.sections import sections
from icd9_review.values import Fact


def said(text: str) -> dict[Fact, list[str]]:
    found: dict[Fact, list[str]] = {}
    for each in stated_person(text, sections(text)):
        found.setdefault(each.fact, []).append(each.value)
    return found


@pytest.mark.parametrize(
    ("text", "age", "sex"),
    [
        ("This is a 68-year-old woman with a cough.", "68", "female"),
        (
            "HISTORY: ,The patient is a very pleasant 57 year old, white male who fell.",
            "57",
            "male",
        ),
        ("68 y/o RHF awoke with weakness.", "68", "female"),
        ("HPI:\nA 71yo man admitted with chest pain.", "71", "male"),
        ("Mrs. Smith is an 84-year-old lady.", "84", "female"),
        ("Briefly, this is a 9-month-old girl with a fever.", "0", "female"),
        ("The patient is a 30-month-old boy.", "2", "male"),
        ("The patient is a 3-1/2-year-old boy.", "3", "male"),
        ("I saw this delightful 45-year-old African-American female today.", "45", "female"),
        ("The patient, a 50-year-old gentleman, fell.", "50", "male"),
        ("Age: 68   Sex: F", "68", "female"),
        ("Name: X\nAge/Sex: 45/M\n", "45", "male"),
        ("Patient's age: 7 months\nGender: Male", "0", "male"),
        ("She is now 68 years old. Sex: female.", "68", "female"),
    ],
)
def test_age_and_sex_are_read_where_they_are_said_plainly(text: str, age: str, sex: str) -> None:
    assert said(text) == {Fact.AGE: [age], Fact.SEX: [sex]}


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("The patient is a 26-year-old gravida 2, para 1.", "26"),
        ("Ms. XYZ is an 81-year-old who fell.", "81"),
        ("An 87-year-old patient with dementia.", "87"),
    ],
)
def test_an_age_says_nothing_of_the_sex_by_itself(text: str, age: str) -> None:
    assert said(text) == {Fact.AGE: [age]}


@pytest.mark.parametrize(
    "text",
    [
        "She lives with her 70-year-old husband.",
        "Her husband, a 70-year-old man, found her.",
        "He has a 5-year-old daughter.",
        "A 5-year-old sister has asthma.",
        "This 35-year-old male donor was brain dead.",
        "FAMILY HISTORY:\nThis is a 60-year-old woman in good health.\n",
        "Born to a 32-year-old gravida 3, para 2 lady.",
        "Mother is a 20-year-old female.",
        "When she was 12 years old she broke an arm.",
        "She was 59 years old at the time.",
        "He was seen at 7 years of age.",
        "A 20-year-old prosthesis was removed.",
        "The patient is a 200-year-old man.",
        "Gestational age: 38 weeks.",
        "Bone age: 12.",
        "Average age: 68",
        "Patients of 18 to 64 years of age were asked.",
        "Sexual history: F.",
        "Age: unknown",
        "",
    ],
)
def test_other_people_other_times_and_things_say_nothing(text: str) -> None:
    assert said(text) == {}


def test_the_words_are_those_that_present_the_patient() -> None:
    text = "CC: cough.\nThe patient is a very nice 68-year-old white woman with a cough."
    words = {text[each.start : each.end] for each in stated_person(text, ())}
    assert words == {"The patient is a very nice 68-year-old white woman"}


@given(st.integers(1, 125), st.sampled_from(["woman", "lady", "man", "boy"]), st.text(max_size=30))
def test_whatever_follows_a_plain_statement_it_holds(age: int, noun: str, after: str) -> None:
    text = f"The patient is a {age}-year-old {noun}. {after}"
    found = said(text)
    assert found[Fact.AGE][0] == str(age)
    assert found[Fact.SEX][0] == ("female" if noun in ("woman", "lady") else "male")


@given(st.text(alphabet="0123456789/- .\n,AaegMFSx:yo thispnwdr", max_size=80))
def test_offsets_cut_the_text_and_the_words_hold_the_number(text: str) -> None:
    for each in stated_person(text, sections(text)):
        words = text[each.start : each.end]
        assert 0 <= each.start < each.end <= len(text)
        assert each.fact is Fact.SEX or any(character.isdigit() for character in words)
