"""Excerpts of real notes as training text.

An excerpt is cut anywhere, most often around a mention. Now and then a mention is exchanged
for a term of another code, so that real contexts carry rare codes too; and now and then a cue
is put before one ("no evidence of …"), so that the same words are seen with and without it.
"""

from __future__ import annotations

import random
from functools import cache
from importlib.resources import files
from itertools import groupby

from icd9_review.training.default.labels import is_acute, is_status
from icd9_review.training.default.mentions import LabelledMention, assertion_target, sections_of
from icd9_review.training.default.passages import TrainingPassage, code_groups, favour_frequent
from icd9_review.training.default.phrases import PhraseBook
from icd9_review.training.default.sources import NoteOrigin, SourceNote

_EXCHANGE_SHARE = 0.4  # of excerpts that get terms of other codes; by judgement
_CUE_SHARE = 0.12  # of mentions that a cue is put before; by judgement: mostly notes are left alone
_WITH_MENTION_SHARE = 0.85  # of excerpts cut around a mention; by judgement: the rest teach silence
_ENDS = (".", ";", "\n")


def draw_excerpt(
    sources: tuple[SourceNote, ...], book: PhraseBook, rng: random.Random, length: int
) -> TrainingPassage:
    """About ``length`` characters of a note, cut between words, most often around a mention."""
    source = rng.choice(sources)
    if source.mentions and rng.random() < _WITH_MENTION_SHARE:
        asserted = [m for m in source.mentions if m.target == 1]
        # By judgement: mostly what counts, so that there are enough positives.
        pool = asserted if asserted and rng.random() < 0.65 else source.mentions
        start = rng.choice(pool).start - rng.randrange(length)
    else:
        start = rng.randrange(max(1, len(source.text) - length // 2))
    start = _word_start(source.text, max(0, start))
    end = _word_start(source.text, min(len(source.text), start + length))
    return _exchange(source, start, end, book, rng)


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
        # By judgement: most mentions of such an excerpt, so that some keep their company.
        if exchanging and not any(is_status(code) for code, _ in said) and rng.random() < 0.8:
            code = favour_frequent(code_groups()["any"], rng)
            term = _like(term, rng.choice(book.written[code]))
            said = [(code, _target_of_another(source, place, code))]
        cue, said = _cue(source, place, said, rng)
        text += source.text[at : place[0]] + cue
        found += (
            LabelledMention(len(text), len(text) + len(term), code, target) for code, target in said
        )
        text += term
        at = place[1]
    return TrainingPassage(text + source.text[at:end], tuple(found), source.unknown)


def _target_of_another(source: SourceNote, place: tuple[int, int], code: str) -> int:
    """What the context says of another code in a mention's place; people outdo the rules."""
    target = assertion_target(source.text, *place, code, sections_of(source.text))
    return 1 if source.corpus is NoteOrigin.READ and target == 0 else target


@cache
def _cues() -> tuple[tuple[str, str], ...]:
    text = files("icd9_review.training.default").joinpath("cues.tsv").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in text.splitlines())
    return tuple((kind, cue) for kind, cue in pairs)


def _cue(
    source: SourceNote, place: tuple[int, int], said: list[tuple[str, int]], rng: random.Random
) -> tuple[str, list[tuple[str, int]]]:
    """A cue to write before an asserted mention that ends its clause, and what is said then."""
    ends = source.text[place[1] : place[1] + 1] in _ENDS
    asserted = all(target == 1 and not is_status(code) for code, target in said)
    if not (ends and asserted) or rng.random() > _CUE_SHARE:
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
