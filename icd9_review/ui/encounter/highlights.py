"""From attributions to pieces of text: where to cut a note, and what the browser marks in it.

Everything here is in code points of the note. What is marked and what counts as evidence
is chosen in `icd9_review.evidence`.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from icd9_review.evidence import Mark, choose_evidence, mark, shown_words
from icd9_review.naming.leading import leading
from icd9_review.ui.encounter.codes import code_name
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.encounter.view import Evidence, ExplanationView
from icd9_review.ui.words import format_percent
from icd9_review.values import COMPLETENESS_TOLERANCE, Attribution, CodeKey, Suggestion

_LONGEST_TEXT = 60  # characters of a line of evidence; by judgement
_LITTLE = 0.05  # of probability, below which words hardly matter; by judgement
_EXCHANGED = (
    "other words of the note in place of these",
    "in place of random ones",
    "in place of random ones it rises to",
)
_TAKEN_AWAY = (
    "this passage without these words",
    "random words",
    "without random words it rises to",
)
"""How a check is told: its beginning, random words beside it, and where these raise it."""
_RISE = 0.05  # of probability, above which random words do more than chance; as it is measured


def cut_points(
    text: str, attributions: Iterable[Attribution], spans: Iterable[tuple[int, int]]
) -> tuple[int, ...]:
    """Where to cut a note: at every shown word and given span, with both ends of the text."""
    points = {0, len(text)}
    for start, end in spans:
        points.update((start, end))
    for attribution in attributions:
        for word, _ in shown_words(text, attribution):
            points.update((word.start, word.end))
    return tuple(sorted(point for point in points if 0 <= point <= len(text)))


def cut_pieces(text: str, points: Sequence[int]) -> tuple[str, ...]:
    """The pieces between neighbouring cut points; their concatenation is the text."""
    return tuple(text[start:end] for start, end in pairwise(points))


def pieces_between(points: Sequence[int], start: int, end: int) -> range:
    """The indices of the pieces that make up ``text[start:end]``, both being cut points."""
    return range(bisect_left(points, start), bisect_left(points, end))


def mark_pieces(
    text: str, points: Sequence[int], attribution: Attribution
) -> tuple[tuple[int, float], ...]:
    """The marked pieces in reading order, each with a relative weight in [-1, 1]."""
    return tuple(
        (piece, one.weight)
        for one in mark(text, attribution)
        for piece in pieces_between(points, one.start, one.end)
    )


def collect_evidence(
    context: NoteContext, points: Sequence[int], attribution: Attribution, key: CodeKey
) -> tuple[Evidence, ...]:
    """The evidence as runs of pieces with texts to read, in the order of `naming.leading`."""
    runs = choose_evidence(context.text, attribution)
    read = leading(context.text, runs, context.own_words, key)
    return tuple(_evidence(context, points, run) for run in read)


def _evidence(context: NoteContext, points: Sequence[int], run: Mark) -> Evidence:
    pieces = pieces_between(points, run.start, run.end)
    assertion, section = context.describe(run.start, run.end)
    return Evidence(
        first=pieces[0],
        last=pieces[-1],
        text=shorten(context.text[run.start : run.end]),
        weight=run.weight,
        assertion=assertion,
        section=section,
    )


def shorten(text: str) -> str:
    """Words of a note on one line, as long as a line may be."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TEXT else line[: _LONGEST_TEXT - 1].rstrip() + "…"


def explain(
    context: NoteContext,
    points: Sequence[int],
    attribution: Attribution,
    note: int,
    key: CodeKey,
) -> ExplanationView:
    """An attribution of a code as people see it; ``note`` is the index of its note in the view."""
    return ExplanationView(
        note=note,
        marks=mark_pieces(context.text, points, attribution),
        evidence=collect_evidence(context, points, attribution, key),
        holds=attribution.holds,
        completeness=describe_completeness(attribution),
        deletion=describe_deletion(attribution),
        details=_details(attribution),
    )


def describe_method(attribution: Attribution) -> str:
    """How it was worked out, in a few words."""
    points = "point" if attribution.steps == 1 else "points"
    return f"{attribution.method}, {attribution.steps} {points}"


def as_preview(view: ExplanationView) -> ExplanationView:
    """A rough explanation, labelled so; the page asks again until the other one is there."""
    told = f"a quick preview by {dict(view.details)['Method']}; the explanation is being worked out"
    return replace(view, preview=True, holds=True, completeness=told)


def describe_deletion(attribution: Attribution) -> str:
    """What the code keeps without its evidence, and without random words; empty if unknown."""
    deletion = attribution.deletion
    if deletion is None:
        return ""
    started, compared, raised = _EXCHANGED if attribution.exchanged else _TAKEN_AWAY
    before, without = format_percent(deletion.before), format_percent(deletion.without)
    told = f"{started}: {before} → {without}"
    if deletion.random is None:
        return f"{told} (too few other words to compare)"
    beside = format_percent(deletion.random)
    if deletion.random - deletion.before > _RISE:
        return f"{told}; {raised} {beside}, so the check says little here"
    told += f" ({compared}: {beside})"
    little = deletion.random - deletion.without < _LITTLE
    return f"{told}: they hardly matter" if little else told


def had_it_passed(told: str) -> str:
    """The same of a demoted code: it is shown as less likely than what the check reads.

    The check shows probabilities of codes that passed the second judge.
    """
    return f"had it passed, {told}" if told else ""


def with_demoted(
    views: Mapping[str, ExplanationView], demoted: Iterable[Suggestion]
) -> dict[str, ExplanationView]:
    """Explanations by the key of a code, in which the checks of demoted ones say what they read."""
    names = {code_name(each.kind, each.code) for each in demoted}
    return {
        name: replace(view, deletion=had_it_passed(view.deletion)) if name in names else view
        for name, view in views.items()
    }


def _details(attribution: Attribution) -> tuple[tuple[str, str], ...]:
    error = "not defined" if math.isinf(attribution.delta) else f"{100 * attribution.delta:.2g} %"
    window = attribution.window
    return (
        ("Method", describe_method(attribution)),
        ("Baseline", attribution.baseline),
        ("Completeness error", error),
        ("Window", f"{window.index + 1}, characters {window.start:,} to {window.end:,}"),
    )


def describe_completeness(attribution: Attribution) -> str:
    """Whether the weights add up to the score, in words; the error is rounded up."""
    if not math.isfinite(attribution.delta):
        return "does not hold: the words' shares could not be summed; rely on the note alone"
    error = math.ceil(round(100 * attribution.delta, 6))
    if attribution.holds:
        return f"adds up within {max(error, 1)} %"
    if attribution.delta <= COMPLETENESS_TOLERANCE:  # they add up, to next to nothing
        return "does not hold: the model says nearly the same of an empty passage"
    missed = (
        f"{error} %" if error <= 100 else "more than 100 %"
    )  # of next to nothing, it may be any
    return f"does not hold: the words' shares miss the score by {missed}; rely on the note alone"
