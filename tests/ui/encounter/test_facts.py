"""What pages show of the facts of an encounter, and offer of its notes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.encounter.facts import FactView, present_facts
from icd9_review.values import (
    CareSetting,
    Encounter,
    Event,
    EventKind,
    Fact,
    FactState,
    Note,
    ReviewState,
    Sex,
    Span,
)

NOW = datetime(2014, 3, 17, 14, 2, tzinfo=UTC)
EMPTY = Encounter("e1", 1, CareSetting.INPATIENT, None, Sex.UNKNOWN, None, None, NOW, notes=())


def facts(
    *texts: str, state: ReviewState | None = None, intake: Event | None = None, **known: Any
) -> dict[str, FactView]:
    notes = tuple(
        Note(f"n{number}", "e1", "Note", text, 1, "") for number, text in enumerate(texts)
    )
    given = replace(EMPTY, notes=notes, **known)
    contexts = {note.id: NoteContext(note.text) for note in notes}
    found = present_facts(given, state or ReviewState(0, ()), contexts, {1: "Ana Ortiz"}, intake)
    return {each.fact: each for each in found}


def test_what_a_note_states_is_offered_with_its_words() -> None:
    found = facts("Admission Date: 2014-03-12\nHPI:\nThis is a 68-year-old woman.")
    age, admitted = found["age"], found["admitted"]
    assert (age.value, age.text, age.source, age.asks) == ("", "not known", "", True)
    assert [(each.value, each.quote) for each in age.told] == [
        ("68", "This is a 68-year-old woman")
    ]
    assert [each.text for each in admitted.told] == ["2014-03-12"]
    assert age.told[0].span == ("n0", 32, 59)


def test_what_stands_already_is_not_offered_and_what_differs_is() -> None:
    found = facts("This is a 68-year-old woman.", age=68, sex=Sex.MALE)
    assert found["age"].told == ()
    assert not found["age"].asks
    assert found["age"].source == "came in with the encounter, as the note states"
    assert [each.value for each in found["sex"].told] == ["female"]
    assert found["sex"].asks


def test_notes_that_differ_offer_the_choice_and_three_values_nothing() -> None:
    two = facts("This is a 68-year-old woman.", "This is a 69-year-old woman.")
    assert [each.value for each in two["age"].told] == ["68", "69"]
    three = facts(*(f"This is a {age}-year-old woman." for age in (68, 69, 70)))
    assert three["age"].told == ()
    assert [each.value for each in three["sex"].told] == ["female"]


def test_it_says_whether_a_note_said_it_or_a_person_typed_it() -> None:
    state = ReviewState(
        2,
        (),
        facts=(
            FactState(Fact.AGE, "68", Span("n0", 0, 5), 1, NOW),
            FactState(Fact.SEX, "male", None, 1, NOW),
        ),
    )
    text = "This is a 68-year-old woman."
    found = facts(text, state=state, age=68, sex=Sex.MALE, admitted=date(2014, 3, 12))
    age, sex, admitted = found["age"], found["sex"], found["admitted"]
    assert age.source.startswith("read from the note, taken by Ana Ortiz, ")
    assert sex.source.startswith("typed by Ana Ortiz, ")
    assert admitted.source == "came in with the encounter"
    assert (age.read, sex.read, admitted.read) == (True, False, False)
    assert not sex.asks, "somebody has looked at it"
    assert [each.value for each in sex.told] == ["female"]


READ = {"number": 1, "read": ["age", "sex"]}
TAKEN_IN = Event("e1", 1, EventKind.ENCOUNTER_CREATED, 1, READ, 1, NOW, "k", "", "")


def test_what_was_taken_from_a_note_at_intake_says_so() -> None:
    known: dict[str, Any] = {"age": 68, "sex": Sex.FEMALE, "admitted": date(2014, 3, 12)}
    found = facts("This is a 68-year-old woman.", intake=TAKEN_IN, **known)
    assert found["age"].source.startswith("read from the note, taken by Ana Ortiz, ")
    assert found["admitted"].source == "came in with the encounter"
    assert [fact for fact, each in found.items() if each.read] == ["age", "sex"]
    assert not found["age"].asks


def test_a_later_note_that_states_otherwise_is_offered_all_the_same() -> None:
    texts = "This is a 68-year-old woman.", "This is a 69-year-old woman."
    found = facts(*texts, intake=TAKEN_IN, age=68, sex=Sex.FEMALE)
    assert [each.value for each in found["age"].told] == ["69"]
    assert found["age"].asks


def test_what_was_typed_since_goes_before_what_was_taken_at_intake() -> None:
    state = ReviewState(2, (), facts=(FactState(Fact.AGE, "70", None, 1, NOW),))
    found = facts("This is a 68-year-old woman.", state=state, intake=TAKEN_IN, age=70)
    assert found["age"].source.startswith("typed by Ana Ortiz, ")
    assert not found["age"].read
