"""Which evidence a person had on the screen for a code when they decided.

An explanation is stored once and never changed, so what was shown can be made again: from
the explanation that was the newest then, where the person had explanations switched on. A
rough preview is never stored, so that what was seen of one alone is not told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.evidence import choose_evidence
from icd9_review.notes.text.assertions import Reader
from icd9_review.outline.sections import Section, section_at, sections
from icd9_review.store.database.tables import AttributionRow, NoteRow
from icd9_review.values import (
    Attribution,
    CodeKey,
    Event,
    EventKind,
    ShownSpan,
    Span,
    Window,
    WordWeight,
)


@dataclass(frozen=True, slots=True)
class EvidencePlace:
    """What an explanation is of: a code in the window of a note, for a model version."""

    note_id: str
    window: tuple[int, int]
    key: CodeKey
    version: str


@dataclass(frozen=True, slots=True)
class _Stored:
    at: datetime
    words: Sequence[Sequence[float]]


class ShownEvidence:
    """The explanations of some places and the texts they are of, read at once."""

    def __init__(self, session: Session, places: Iterable[EvidencePlace]) -> None:
        wanted = set(places)
        self._stored = _load(session, wanted)
        notes = {place.note_id for place in self._stored}
        texts = select(NoteRow.id, NoteRow.text).where(NoteRow.id.in_(notes))
        self._contexts = {row.id: _Context(row.text) for row in session.execute(texts)}

    def spans(self, place: EvidencePlace, at: datetime | None = None) -> tuple[ShownSpan, ...]:
        """The evidence of the newest explanation, of those stored by a moment; heaviest first."""
        newest = self._newest(place, at)
        return () if newest is None else self._contexts[place.note_id].show(place, newest)

    def is_there(self, place: EvidencePlace, at: datetime | None = None) -> bool:
        """Whether an explanation was stored by a moment, whatever stood out in it."""
        return self._newest(place, at) is not None

    def _newest(self, place: EvidencePlace, at: datetime | None) -> _Stored | None:
        stored = [each for each in self._stored.get(place, ()) if at is None or each.at <= at]
        return max(stored, key=lambda each: each.at, default=None)


def had_explanations(events: Iterable[Event], decision: Event) -> bool:
    """Whether the person had explanations on the screen before a decision.

    That is what their last SHOWN says. Those of before there was a switch do not say it, and
    explanations were always on.
    """
    on = False
    for event in events:
        if event.sequence >= decision.sequence:
            break
        if event.kind is EventKind.SHOWN and event.actor == decision.actor:
            on = event.payload.get("explanations") is not False
    return on


class _Context:
    """A note's text and what stands around its words, worked out when it is first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _sections(self) -> tuple[Section, ...]:
        return sections(self._text)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self._text, self._sections)

    def show(self, place: EvidencePlace, stored: _Stored) -> tuple[ShownSpan, ...]:
        return tuple(
            self._show(Span(place.note_id, mark.start, mark.end), mark.weight)
            for mark in choose_evidence(self._text, _attribution(place, stored))
        )

    def _show(self, span: Span, weight: float) -> ShownSpan:
        return ShownSpan(
            span=span,
            weight=weight,
            assertion=self._reader.read(span.start, span.end).assertion,
            section=section_at(self._sections, span.start).kind.value,
            words=self._text[span.start : span.end],
        )


def _load(session: Session, wanted: set[EvidencePlace]) -> dict[EvidencePlace, list[_Stored]]:
    row = AttributionRow
    query = select(
        row.note_id,
        row.window_start,
        row.window_end,
        row.kind,
        row.code,
        row.version,
        row.at,
        row.words,
    ).where(
        row.note_id.in_({place.note_id for place in wanted}),
        row.version.in_({place.version for place in wanted}),
    )
    found: dict[EvidencePlace, list[_Stored]] = {}
    for each in session.execute(query) if wanted else ():
        window = each.window_start, each.window_end
        place = EvidencePlace(each.note_id, window, (each.kind, each.code), each.version)
        if place in wanted:
            found.setdefault(place, []).append(_Stored(each.at, each.words))
    return found


def _attribution(place: EvidencePlace, stored: _Stored) -> Attribution:
    """As much of the explanation as evidence is chosen from."""
    start, end = place.window
    return Attribution(
        code=place.key[1],
        window=Window(0, start, end),
        words=tuple(WordWeight(int(word[0]), int(word[1]), word[2]) for word in stored.words),
        method="",
        baseline="",
        steps=0,
        delta=0.0,
        holds=True,
    )
