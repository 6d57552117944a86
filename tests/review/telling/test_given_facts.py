"""Who gave facts their values."""

from __future__ import annotations

from datetime import UTC, datetime

from icd9_review.review.telling.given_facts import GivenFact, given_facts
from icd9_review.values import Event, EventKind, Fact, FactState, ReviewState, Span

THEN = datetime(2014, 3, 17, 14, 2, tzinfo=UTC)
NOW = datetime(2014, 3, 18, 9, 30, tzinfo=UTC)
UNTOUCHED = ReviewState(0, ())


def intake(**payload: object) -> Event:
    facts: dict[str, object] = {"number": 1, **payload}
    return Event("e1", 1, EventKind.ENCOUNTER_CREATED, 1, facts, 7, THEN, "k", "", "")


def test_what_came_in_with_the_encounter_is_of_nobody() -> None:
    assert given_facts(intake(), UNTOUCHED) == {}
    assert given_facts(None, UNTOUCHED) == {}


def test_what_was_taken_from_a_note_at_intake_is_of_whoever_took_it_in() -> None:
    assert given_facts(intake(read=["age"]), UNTOUCHED) == {
        Fact.AGE: GivenFact(7, THEN, read=True, at_intake=True)
    }


def test_what_somebody_did_since_holds() -> None:
    typed = FactState(Fact.AGE, "68", None, 2, NOW)
    read = FactState(Fact.SEX, "male", Span("n1", 0, 4), 3, NOW)
    state = ReviewState(3, (), facts=(typed, read))
    assert given_facts(intake(read=["age", "admitted"]), state) == {
        Fact.AGE: GivenFact(2, NOW, read=False),
        Fact.SEX: GivenFact(3, NOW, read=True),
        Fact.ADMITTED: GivenFact(7, THEN, read=True, at_intake=True),
    }
