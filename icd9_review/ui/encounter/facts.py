"""The facts of an encounter as pages show them: what stands, whence, and what the notes state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from icd9_review.notes.intake.fact_texts import facts_of
from icd9_review.notes.text.facts.statement import StatedFact
from icd9_review.review.event_words import DISPOSITION_WORDS, FACT_WORDS
from icd9_review.review.telling.given_facts import GivenFact, given_facts
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.encounter.highlights import shorten
from icd9_review.ui.words import describe_dates, describe_moment
from icd9_review.values import Encounter, Event, Fact, ReviewState, Sex

_MOST_VALUES = 2  # of one fact, to choose from; by judgement: with more the notes say nothing plain
_CHOICES: Final[Mapping[Fact, Mapping[str, str]]] = {
    Fact.SEX: {Sex.FEMALE.value: "female", Sex.MALE.value: "male"},
    Fact.DISPOSITION: {each.value: words for each, words in DISPOSITION_WORDS.items()},
}


@dataclass(frozen=True, slots=True)
class ToldView:
    """A value that a note states: as it is stored, as people read it, the words, their place."""

    value: str
    text: str
    quote: str
    span: tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact: its name in words, its value (empty where not known) as stored and as people read
    it, whence it is, and what the notes state instead.

    ``read`` is whether a note said it, ``asks`` whether nobody has looked at what the notes say.
    ``choices`` are (value, words) of a closed set.
    """

    fact: str
    name: str
    value: str
    text: str
    source: str
    read: bool
    asks: bool
    form: Literal["number", "date", "choice"]
    choices: tuple[tuple[str, str], ...]
    told: tuple[ToldView, ...]


def present_facts(
    encounter: Encounter,
    state: ReviewState,
    contexts: Mapping[str, NoteContext],
    names: Mapping[int, str],
    intake: Event | None = None,
) -> tuple[FactView, ...]:
    """Every fact with what stands and what the notes of the encounter state otherwise.

    ``intake`` is the event that says which facts whoever took it in had of a note.
    """
    standing = facts_of(encounter)
    found = _told(encounter, contexts)
    given = given_facts(intake, state)
    return tuple(
        _present(fact, standing.get(fact, ""), given.get(fact), found[fact], names) for fact in Fact
    )


def _present(
    fact: Fact,
    value: str,
    given: GivenFact | None,
    told: Sequence[ToldView],
    names: Mapping[int, str],
) -> FactView:
    other = tuple(each for each in told if each.value != value)
    choices = _CHOICES.get(fact, {})
    dated = fact in (Fact.ADMITTED, Fact.DISCHARGED)
    return FactView(
        fact=fact.value,
        name=FACT_WORDS[fact].capitalize(),
        value=value,
        text=_words(fact, value) if value else "not known",
        source=_source(value, given, names, stated=len(other) < len(told)),
        read=given is not None and given.read,
        asks=bool(other) and (given is None or given.at_intake),
        form="choice" if choices else "date" if dated else "number",
        choices=tuple(choices.items()),
        told=other,
    )


def _source(value: str, given: GivenFact | None, names: Mapping[int, str], *, stated: bool) -> str:
    if given is None:
        came = "came in with the encounter" if value else ""
        return f"{came}, as the note states" if value and stated else came
    how = "read from the note, taken by" if given.read else "typed by"
    return f"{how} {names[given.actor]}, {describe_moment(given.at)}"


def _told(encounter: Encounter, contexts: Mapping[str, NoteContext]) -> dict[Fact, list[ToldView]]:
    """What the notes state of each fact, each value once; nothing where they state too many."""
    found: dict[Fact, dict[str, ToldView]] = {fact: {} for fact in Fact}
    for note in encounter.notes:
        for stated in contexts[note.id].stated_facts:
            view = _quote(note.id, note.text, stated)
            found[stated.fact].setdefault(stated.value, view)
    return {
        fact: list(values.values()) if len(values) <= _MOST_VALUES else []
        for fact, values in found.items()
    }


def _quote(note_id: str, text: str, stated: StatedFact) -> ToldView:
    return ToldView(
        value=stated.value,
        text=_words(stated.fact, stated.value),
        quote=shorten(text[stated.start : stated.end]),
        span=(note_id, stated.start, stated.end),
    )


def _words(fact: Fact, value: str) -> str:
    if fact in (Fact.ADMITTED, Fact.DISCHARGED):
        day = date.fromisoformat(value)
        return describe_dates(day, day)
    return _CHOICES.get(fact, {}).get(value, value)
