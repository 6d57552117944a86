"""From attributions to pieces of text: what to mark in a note, and what to read first.

Everything here is in code points of the note. Words below a noise floor are not
marked; white space between two marked words of the same sign is, so that
"atrial fibrillation" reads as one.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise

from icd9_review.ui.workbench.view import Evidence, ExplanationView
from icd9_review.values import Attribution, WordWeight

NOISE_FLOOR = 0.15
"""Share of the largest weight below which a word is not marked."""

MOST_EVIDENCE = 6
_LONGEST_TEXT = 60

_HEADING = re.compile(
    r"^[ \t]{0,8}(?P<title>[A-Z](?:[A-Z0-9/&(),'’ \-]{1,58}[A-Z0-9)])(?::(?=\s|\Z)|(?=[ \t]*$)))",
    re.MULTILINE,
)
_NO_CONTENT = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "i",
        "in",
        "is",
        "it",
        "its",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "she",
        "so",
        "than",
        "that",
        "the",
        "their",
        "then",
        "there",
        "they",
        "this",
        "to",
        "was",
        "we",
        "were",
        "which",
        "who",
        "will",
        "with",
        "you",
        "your",
    ]
)


def heading_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where the section headings are: capitals up to a colon, or alone after an empty line."""
    return tuple(
        match.span("title")
        for match in _HEADING.finditer(text)
        if match["title"].endswith(":") or _stands_apart(text, match.start())
    )


def _stands_apart(text: str, start: int) -> bool:
    return not text[:start].strip() if start < 80 else text[start - 2 : start] == "\n\n"


def shown_words(attribution: Attribution) -> tuple[tuple[WordWeight, float], ...]:
    """The words above the noise floor in reading order, each with its relative weight."""
    usable = [word for word in attribution.words if math.isfinite(word.weight)]
    largest = max((abs(word.weight) for word in usable), default=0.0)
    if largest == 0.0:
        return ()
    relative = ((word, word.weight / largest) for word in usable if word.start < word.end)
    return tuple((word, weight) for word, weight in relative if abs(weight) >= NOISE_FLOOR)


def cut_points(text: str, attributions: Iterable[Attribution]) -> tuple[int, ...]:
    """Where to cut a note: at every shown word and heading, with both ends of the text."""
    points = {0, len(text)}
    for start, end in heading_spans(text):
        points.update((start, end))
    for attribution in attributions:
        for word, _ in shown_words(attribution):
            points.update((word.start, word.end))
    return tuple(sorted(point for point in points if 0 <= point <= len(text)))


def cut(text: str, points: Sequence[int]) -> tuple[str, ...]:
    """The pieces between neighbouring cut points; their concatenation is the text."""
    return tuple(text[start:end] for start, end in pairwise(points))


def pieces_between(points: Sequence[int], start: int, end: int) -> range:
    """The indices of the pieces that make up ``text[start:end]``, both being cut points."""
    return range(bisect_left(points, start), bisect_left(points, end))


def mark(
    text: str, points: Sequence[int], attribution: Attribution
) -> tuple[tuple[int, float], ...]:
    """The marked pieces in reading order, each with a relative weight in [-1, 1]."""
    marks: dict[int, float] = {}
    before: tuple[WordWeight, float] | None = None
    for word, weight in shown_words(attribution):
        if before and _joins(text[before[0].end : word.start]) and before[1] * weight > 0:
            lighter = min(before[1], weight, key=abs)
            for piece in pieces_between(points, before[0].end, word.start):
                marks[piece] = lighter
        for piece in pieces_between(points, word.start, word.end):
            marks[piece] = weight
        before = (word, weight)
    return tuple((piece, round(weight, 3)) for piece, weight in sorted(marks.items()))


def _joins(gap: str) -> bool:
    return len(gap) <= 2 and gap.isspace()


def collect_evidence(
    pieces: Sequence[str], marks: Sequence[tuple[int, float]]
) -> tuple[Evidence, ...]:
    """The marked runs worth reading, heaviest first; none of only punctuation or stop words."""
    runs: list[list[tuple[int, float]]] = []
    for piece, weight in marks:
        last = runs[-1][-1] if runs else None
        if last and last[0] == piece - 1 and last[1] * weight > 0:
            runs[-1].append((piece, weight))
        else:
            runs.append([(piece, weight)])
    found = (_evidence(pieces, run) for run in runs)
    worth = [evidence for evidence in found if _has_content(evidence.text)]
    return tuple(sorted(worth, key=lambda evidence: -abs(evidence.weight))[:MOST_EVIDENCE])


def _evidence(pieces: Sequence[str], run: Sequence[tuple[int, float]]) -> Evidence:
    text = " ".join("".join(pieces[piece] for piece, _ in run).split())
    if len(text) > _LONGEST_TEXT:
        text = text[: _LONGEST_TEXT - 1].rstrip() + "…"
    heaviest = max((weight for _, weight in run), key=abs)
    return Evidence(first=run[0][0], last=run[-1][0], text=text, weight=heaviest)


def _has_content(text: str) -> bool:
    words = re.findall(r"\w+", text.lower())
    return any(word not in _NO_CONTENT for word in words)


def explain(
    text: str, points: Sequence[int], attribution: Attribution, note: int
) -> ExplanationView:
    """An attribution as people see it; ``note`` is the index of its note in the view."""
    marks = mark(text, points, attribution)
    return ExplanationView(
        note=note,
        marks=marks,
        evidence=collect_evidence(cut(text, points), marks),
        holds=attribution.holds,
        completeness=describe_completeness(attribution),
        method=f"{attribution.method}, {attribution.steps} steps",
    )


def describe_completeness(attribution: Attribution) -> str:
    """Whether the weights add up to the score, in words; the error is rounded up."""
    if not math.isfinite(attribution.delta):
        return "does not hold: the words' shares could not be summed; rely on the note alone"
    error = math.ceil(round(100 * attribution.delta, 6))
    if attribution.holds:
        return f"adds up within {max(error, 1)} %"
    return f"does not hold: the words' shares miss the score by {error} %; rely on the note alone"
