"""The notes in pieces, and everything that refers to these pieces: explanations and citations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from icd9_review.naming.leading import is_listed
from icd9_review.notes.lines.causes import CauseLine
from icd9_review.notes.lines.chart_lines import ChartLine
from icd9_review.ui.encounter.codes import code_key
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.encounter.highlights import (
    cut_pieces,
    cut_points,
    explain,
    pieces_between,
    shorten,
)
from icd9_review.ui.encounter.view import Citation, ExplanationView, NoteView
from icd9_review.ui.words import describe_document
from icd9_review.values import Assertion, Attribution, Note, Span


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A chart line in the pieces ``first`` to ``last`` of the note of this index and id.

    ``cause`` is what it tells of an injury, where it is there for that.
    """

    note: int
    note_id: str
    first: int
    last: int
    line: ChartLine
    cause: CauseLine | None = None


@dataclass(frozen=True, slots=True)
class MarkedNotes:
    """Notes with what is marked in them; explanations and places by the key of a code.

    ``lines`` are the chart lines of all notes in their order, then the causes that were asked for.
    """

    notes: tuple[NoteView, ...]
    explanations: Mapping[str, ExplanationView]
    cited: Mapping[str, tuple[Citation, ...]]
    mentions: Mapping[str, tuple[Citation, ...]]
    lines: tuple[PlacedLine, ...]


def mark_notes(
    notes: Sequence[Note],
    contexts: Mapping[str, NoteContext],
    attributions: Mapping[str, tuple[str, Attribution]],
    spans: Mapping[str, Sequence[Span]],
    mentions: Mapping[str, Sequence[Span]],
    news: Mapping[str, str],
    causes: Mapping[str, Sequence[CauseLine]] = MappingProxyType({}),
) -> MarkedNotes:
    """Cut the notes where something is to be marked.

    ``attributions`` maps the key of a code to the id of a note and what the model used in
    it, ``spans`` to the words that were cited for it, ``mentions`` to all that name it; what
    belongs to a note that is not given is left out. ``contexts``, ``news`` and ``causes`` go by the
    id of a note.
    """
    views: list[NoteView] = []
    explanations: dict[str, ExplanationView] = {}
    cited: dict[str, list[Citation]] = {}
    named: dict[str, list[Citation]] = {}
    lines: list[PlacedLine] = []
    told: list[PlacedLine] = []
    for index, note in enumerate(notes):
        context = contexts[note.id]
        used = {key: each for key, (note_id, each) in attributions.items() if note_id == note.id}
        ends = (
            _ends(span)
            for places in (spans, mentions)
            for each in places.values()
            for span in each
            if span.note_id == note.id
        )
        asked = causes.get(note.id, ())
        kept = (*context.lines, *(each.line for each in asked))
        listed = ((line.start, line.end) for line in kept)
        cuts = (*context.headings, *context.wraps, *listed, *ends)
        points = cut_points(note.text, used.values(), cuts)
        views.append(_present_note(note, context, points, news.get(note.id, "")))
        for key, attribution in used.items():
            explanations[key] = explain(context, points, attribution, index, code_key(key))
        for places, runs in ((spans, cited), (mentions, named)):
            for key, each in places.items():
                here = [span for span in each if span.note_id == note.id]
                runs.setdefault(key, []).extend(_cite(context, points, here, index))
        lines.extend(_place(note, points, index, line) for line in context.lines)
        told.extend(_place(note, points, index, each.line, each) for each in asked)
    placed = (*lines, *told)
    return MarkedNotes(tuple(views), explanations, _frozen(cited), _frozen(named), placed)


def _frozen(runs: Mapping[str, Sequence[Citation]]) -> dict[str, tuple[Citation, ...]]:
    return {key: tuple(each) for key, each in runs.items()}


def _place(
    note: Note, points: Sequence[int], index: int, line: ChartLine, cause: CauseLine | None = None
) -> PlacedLine:
    pieces = pieces_between(points, line.start, line.end)
    return PlacedLine(index, note.id, pieces[0], pieces[-1], line, cause)


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _cite(
    context: NoteContext, points: Sequence[int], spans: Iterable[Span], note: int
) -> Iterable[Citation]:
    for span in spans:
        pieces = pieces_between(points, span.start, span.end)
        if not pieces:
            continue
        assertion, section = context.describe(span.start, span.end)
        text = shorten(context.text[span.start : span.end])
        leads = assertion == Assertion.PRESENT.value and is_listed(context.sections, span.start)
        yield Citation(note, pieces[0], pieces[-1], text, assertion, section, leads)


def _present_note(note: Note, context: NoteContext, points: Sequence[int], news: str) -> NoteView:
    return NoteView(
        id=note.id,
        title=note.title,
        pieces=cut_pieces(note.text, points),
        headings=_pieces_of(points, context.headings),
        wraps=_pieces_of(points, context.wraps),
        news=news,
        told=describe_document(note),
    )


def _pieces_of(points: Sequence[int], spans: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    return tuple(piece for start, end in spans for piece in pieces_between(points, start, end))
