"""What a model suggested for an encounter at a given moment, from the scores stored by then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy.orm import Session

from icd9_review.store.scoring.model_versions import load_scores, load_version
from icd9_review.suggestions import merge, places_suggested, rank, suggested
from icd9_review.values import CodeKey, Event, EventKind, Scores, Suggestion

TELLING = (EventKind.NOTE_ADDED, EventKind.SCORED)
"""The kinds of events that say which notes counted and were scored at a moment."""


class Rankings:
    """The suggestions of some encounters; ``told`` are their events by encounter, in order."""

    def __init__(self, session: Session, told: Mapping[str, Sequence[Event]]) -> None:
        self._session = session
        self._told = told
        self._scores: dict[str, dict[str, Scores]] = {}
        self._ranked: dict[tuple[str, tuple[str, ...]], tuple[Suggestion, ...]] = {}

    def suggestions(
        self, encounter_id: str, version: str | None, sequence: int | None = None
    ) -> tuple[Suggestion, ...]:
        """What reached its threshold, most probable first.

        Of the notes that counted before the event of this sequence number, or count now, as
        far as the version had scored them. Nothing without a version.
        """
        if version is None:
            return ()
        notes = _read_notes(self._told[encounter_id], version, sequence)
        key = version, notes
        if key not in self._ranked:
            self._ranked[key] = self._rank(version, notes)
        return self._ranked[key]

    def codes(
        self, encounter_id: str, version: str, sequence: int | None = None
    ) -> frozenset[CodeKey]:
        """The codes of these suggestions alone, in a third of the time."""
        model = load_version(self._session, version)
        if model is None:
            return frozenset()
        notes, of = _read_notes(self._told[encounter_id], version, sequence), self._of(version)
        places = {p for note in notes if note in of for p in places_suggested(of[note], model)}
        return frozenset((model.kinds[place], model.labels[place]) for place in places)

    def reached(
        self, encounter_id: str, version: str, sequence: int | None = None
    ) -> tuple[Suggestion, ...]:
        """The same with what was demoted, each saying so."""
        model = load_version(self._session, version)
        if model is None:
            return ()
        notes, of = _read_notes(self._told[encounter_id], version, sequence), self._of(version)
        ranked = merge(rank(of[note], model, note) for note in notes if note in of)
        return tuple(each for each in ranked if each.reached)

    def scores(self, encounter_id: str, version: str, sequence: int) -> dict[str, Scores]:
        """What the version gave the notes that counted before an event, by note in their order."""
        notes, of = _read_notes(self._told[encounter_id], version, sequence), self._of(version)
        return {note: of[note] for note in notes if note in of}

    def _rank(self, version: str, notes: Iterable[str]) -> tuple[Suggestion, ...]:
        model = load_version(self._session, version)
        if model is None:
            return ()
        scores = self._of(version)
        return merge(suggested(scores[note], model, note) for note in notes if note in scores)

    def _of(self, version: str) -> dict[str, Scores]:
        """The scores of a version for every note of these encounters, read once."""
        if version not in self._scores:
            events = (event for told in self._told.values() for event in told)
            notes = [_note(event) for event in events if event.kind is EventKind.NOTE_ADDED]
            self._scores[version] = load_scores(self._session, notes, version)
        return self._scores[version]


def _read_notes(events: Iterable[Event], version: str, sequence: int | None) -> tuple[str, ...]:
    """In the order of the workbench, which goes by the first version: of equal ones it counts."""
    places: dict[str, int] = {}
    superseded, scored = set(), set()
    for event in events:
        if sequence is not None and event.sequence >= sequence:
            break
        if event.kind is EventKind.NOTE_ADDED:
            former = str(event.payload.get("supersedes") or "")
            superseded.add(former)
            places[_note(event)] = places.get(former, event.sequence)
        elif event.kind is EventKind.SCORED and event.payload["model_version"] == version:
            scored.add(_note(event))
    counting = (note for note in places if note in scored and note not in superseded)
    return tuple(sorted(counting, key=places.__getitem__))


def _note(event: Event) -> str:
    return str(cast(dict[str, Any], event.payload)["note"])
