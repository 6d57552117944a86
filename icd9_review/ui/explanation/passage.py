"""What the model used of a note: spans in their sentences, and the window with its marks."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from icd9_review.evidence import MOST_EVIDENCE, Mark, choose_evidence
from icd9_review.outline.breaks import sentence_starts
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.encounter.highlights import cut_pieces, cut_points, mark_pieces, pieces_between
from icd9_review.values import Attribution, Window

_AROUND = 70  # characters on each side; by judgement
_OUTSIDE = 200  # characters of the note before and after a window; by judgement


@dataclass(frozen=True, slots=True)
class Used:
    """Words that support or oppose a code, in the sentence they stand in.

    ``weight`` is relative to the heaviest word and signed; ``place`` is their section and
    what the context says of them.
    """

    before: str
    words: str
    after: str
    place: str
    weight: float


@dataclass(frozen=True, slots=True)
class PassageView:
    """A window of a note in pieces; ``marks`` are (piece, weight in [-1, 1]).

    ``headings`` are pieces too; ``before`` and ``after`` stand around the window, which the
    model has not seen together with it.
    """

    pieces: tuple[str, ...]
    marks: tuple[tuple[int, float], ...]
    headings: tuple[int, ...]
    before: str
    after: str


def supporting(context: NoteContext, attribution: Attribution) -> tuple[Used, ...]:
    """The evidence for a code, heaviest first: what the check deletes.

    The workbench lists the same, what is to be read first in front (`naming.leading`).
    """
    runs = choose_evidence(context.text, attribution)
    return _in_sentences(context, [run for run in runs if run.weight > 0])


def opposing(context: NoteContext, attribution: Attribution) -> tuple[Used, ...]:
    """What speaks against a code, heaviest first, however much heavier the support is."""
    runs = choose_evidence(context.text, attribution, most=None)
    return _in_sentences(context, [run for run in runs if run.weight < 0][:MOST_EVIDENCE])


def _in_sentences(context: NoteContext, runs: Sequence[Mark]) -> tuple[Used, ...]:
    starts = sentence_starts(context.text) if runs else ()
    return tuple(_in_sentence(context, starts, run) for run in runs)


def _in_sentence(context: NoteContext, starts: Sequence[int], run: Mark) -> Used:
    text = context.text
    start = starts[bisect_right(starts, run.start) - 1]
    following = bisect_left(starts, run.end)
    end = starts[following] if following < len(starts) else len(text)
    assertion, section = context.describe(run.start, run.end)
    return Used(
        before=_before(text[start : run.start]),
        words=_line(text[run.start : run.end]).strip(),
        after=_after(text[run.end : end]),
        place=" · ".join(filter(None, (section or "before any heading", assertion))),
        weight=run.weight,
    )


def _before(text: str) -> str:
    line = _line(text).lstrip()
    if len(line) <= _AROUND:
        return line
    return "…" + line[-_AROUND:].partition(" ")[2]


def _after(text: str) -> str:
    line = _line(text).rstrip()
    if len(line) <= _AROUND:
        return line
    return line[:_AROUND].rpartition(" ")[0] + "…"


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def mark_passage(context: NoteContext, attribution: Attribution, window: Window) -> PassageView:
    """The window of a note with what the model used in it."""
    text = context.text
    start, end = max(0, window.start), min(window.end, len(text))
    points = cut_points(text, [attribution], ((start, end), *context.headings))
    inside = pieces_between(points, start, end)
    headings = {p for where in context.headings for p in pieces_between(points, *where)}
    pieces = cut_pieces(text, points)
    return PassageView(
        pieces=tuple(pieces[i] for i in inside),
        marks=tuple(
            (i - inside.start, weight)
            for i, weight in mark_pieces(text, points, attribution)
            if i in inside
        ),
        headings=tuple(i - inside.start for i in sorted(headings) if i in inside),
        before=_until(text, start),
        after=_from(text, end),
    )


def _until(text: str, end: int) -> str:
    """The last characters before an offset, from the start of a word on."""
    start = max(0, end - _OUTSIDE)
    return text[:end] if start == 0 else "… " + re.sub(r"\A\S*\s+", "", text[start:end])


def _from(text: str, start: int) -> str:
    """The first characters from an offset on, up to the end of a word."""
    end = start + _OUTSIDE
    return text[start:] if end >= len(text) else re.sub(r"\s+\S*\Z", "", text[start:end]) + " …"
