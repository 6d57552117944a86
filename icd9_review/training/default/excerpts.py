"""Excerpts of real notes as training text: a window of the embedded model, or some.

Most are cut around a mention. Now and then mentions are exchanged for phrases of other codes, so
that real contexts carry rare codes too; and now and then a cue is put before one ("no evidence
of …"), so that the same words are seen with and without it.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from functools import cache, lru_cache
from importlib.resources import files
from itertools import groupby

from icd9_review.model.reading.sentence_windows import window_starts
from icd9_review.training.default.labels import is_acute, is_procedure, is_status
from icd9_review.training.default.mentions import LabelledMention
from icd9_review.training.default.passages import TrainingPassage
from icd9_review.training.default.phrases import PhraseBook
from icd9_review.training.default.sources import SourceNote

# Shares by judgement.
_EXCHANGE_SHARE = 0.4  # of excerpts that get phrases of other codes
_EXCHANGED_SHARE = 0.7  # of the mentions of such an excerpt, so that some keep their company
_CUE_SHARE = 0.1  # of mentions that a cue is put before: mostly notes are left alone
_WITH_MENTION_SHARE = 0.75  # of excerpts cut around a mention: the rest teach silence
_LONGEST = 300  # characters, about 75 word pieces; by judgement: what a batch can hold
_TRIES = 6  # to draw another code of the same sort
_ENDS = (".", ";", "\n")


def draw_excerpt(
    sources: tuple[SourceNote, ...], book: PhraseBook, rng: random.Random, length: int
) -> TrainingPassage:
    """Windows of a note, of about ``length`` characters, most often around a mention.

    With ``length`` 0 it is one. What is longer than
    _LONGEST is cut between words.
    """
    source = rng.choice(sources)
    place = rng.randrange(max(1, len(source.text)))
    if source.mentions and rng.random() < _WITH_MENTION_SHARE:
        place = rng.choice(source.mentions).start
    start, end = _around(source.text, place, length)
    if end - start > _LONGEST:
        start = _word_start(source.text, max(start, place - rng.randrange(_LONGEST)))
        end = _word_start(source.text, min(end, start + _LONGEST))
    return _exchange(source, start, end, book, rng)


@lru_cache(maxsize=4096)  # of a few thousand notes
def _bounds(text: str) -> tuple[int, ...]:
    return (*window_starts(text), len(text))


def _around(text: str, place: int, length: int) -> tuple[int, int]:
    """Start and end of the window at a place with as many of the next as the length takes."""
    bounds = _bounds(text)
    first = max(0, bisect_right(bounds, place, hi=len(bounds) - 1) - 1)
    last = first + 1
    while last + 1 < len(bounds) and bounds[last + 1] - bounds[first] <= length:
        last += 1
    while first > 0 and bounds[last] - bounds[first - 1] <= length:
        first -= 1
    return bounds[first], bounds[min(last, len(bounds) - 1)]


def _word_start(text: str, at: int) -> int:
    while 0 < at < len(text) and text[at - 1].isalnum():
        at += 1
    return at


def _exchange(
    source: SourceNote, start: int, end: int, book: PhraseBook, rng: random.Random
) -> TrainingPassage:
    exchanging = rng.random() < _EXCHANGE_SHARE
    text = ""
    found: list[LabelledMention] = []
    at = start
    for place, mentions in groupby(source.mentions, key=lambda m: (m.start, m.end)):
        if place[0] < at or place[1] > end:
            continue
        term, said = source.text[slice(*place)], [(m.code, m.target) for m in mentions]
        if exchanging and rng.random() < _EXCHANGED_SHARE and not _is_special(said):
            code = _another(said[0][0], book, rng)
            term = _like(term, book.phrase(code, rng))
            said = [(code, 1 if said[0][1] else 0)]
        cue, said = _cue(source, place, said, rng)
        text += source.text[at : place[0]] + cue
        found += (
            LabelledMention(len(text), len(text) + len(term), code, target) for code, target in said
        )
        text += term
        at = place[1]
    return TrainingPassage(text + source.text[at:end], tuple(found), source.unknown)


def _is_special(said: list[tuple[str, int]]) -> bool:
    """Whether the place says a circumstance, whose sentence suits no condition."""
    return any(is_status(code) for code, _ in said)


def _another(code: str, book: PhraseBook, rng: random.Random) -> str:
    """A procedure for a procedure, a condition for a condition."""
    for _ in range(_TRIES):
        drawn = book.code(rng)
        if is_procedure(drawn) == is_procedure(code) and not is_status(drawn):
            return drawn
    return code


@cache
def _cues() -> tuple[tuple[str, str], ...]:
    text = files("icd9_review.training.default").joinpath("cues.tsv").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in text.splitlines())
    return tuple((kind, cue) for kind, cue in pairs)


def _cue(
    source: SourceNote, place: tuple[int, int], said: list[tuple[str, int]], rng: random.Random
) -> tuple[str, list[tuple[str, int]]]:
    """A cue to write before an asserted condition that ends its clause, and what is said then."""
    ends = source.text[place[1] : place[1] + 1] in _ENDS
    fits = all(t == 1 and not is_status(c) and not is_procedure(c) for c, t in said)
    if not (ends and fits) or rng.random() > _CUE_SHARE:
        return "", said
    kind, cue = rng.choice(_cues())
    return cue, [(code, _after(kind, code)) for code, _ in said]


def _after(kind: str, code: str) -> int:
    if kind == "past" and not is_acute(code):
        return 1
    return -1 if kind == "doubt" else 0


def _like(written: str, term: str) -> str:
    """The term with the capitals of what was written."""
    if len(written) > 5 and written.isupper():
        return term.upper()
    return term[0].upper() + term[1:] if written[0].isupper() else term
