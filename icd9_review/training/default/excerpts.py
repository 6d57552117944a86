"""Excerpts of real, unlabelled notes as training text.

Mentions found by the dictionary give weak labels; now and then a mention is exchanged for
a term of another code, so that real contexts carry rare codes too. The notes themselves
are read from the reference data at training time and are never part of the project.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from dataclasses import dataclass
from pathlib import Path

from icd9_review.training.default.labels import is_status
from icd9_review.training.default.mentions import (
    Mention,
    assertion_target,
    find_mentions,
    sections_of,
)
from icd9_review.training.default.passages import Passage, code_groups, favour_frequent
from icd9_review.training.default.phrases import PhraseBook

_EXCHANGE_SHARE = 0.45
_WITH_MENTION_SHARE = 0.85
_OVERLAP_LIMIT = 0.3
_SHINGLE = 8


@dataclass(frozen=True, slots=True)
class Source:
    """One real note and the mentions the dictionary finds in it."""

    text: str
    mentions: tuple[Mention, ...]


def load_sources(reference_data: Path) -> tuple[Source, ...]:
    """The unlabelled development notes; none that is labelled, nor any close to a labelled one."""
    notes = reference_data / "notes"
    with (notes / "mtsamples_dev_labelled.jsonl").open(encoding="utf-8") as file:
        labelled = {row["id"]: row["text"] for row in map(json.loads, file)}
    held_out = [_shingles(text) for text in labelled.values()]
    with gzip.open(notes / "mtsamples_dev.jsonl.gz", "rt", encoding="utf-8") as file:
        texts = [row["text"] for row in map(json.loads, file) if row["id"] not in labelled]
    texts = [text for text in texts if not _overlaps(_shingles(text), held_out)]
    return tuple(Source(text, tuple(find_mentions(text))) for text in texts)


def _shingles(text: str) -> frozenset[str]:
    words = re.findall(r"\w+", text.lower())
    return frozenset(" ".join(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1))


def _overlaps(shingles: frozenset[str], held_out: list[frozenset[str]]) -> bool:
    return any(
        len(shingles & other) > _OVERLAP_LIMIT * max(1, min(len(shingles), len(other)))
        for other in held_out
    )


def draw_excerpt(
    sources: tuple[Source, ...], book: PhraseBook, rng: random.Random, length: int
) -> Passage:
    """About ``length`` characters of a note, cut between words, most often around a mention."""
    source = rng.choice(sources)
    if source.mentions and rng.random() < _WITH_MENTION_SHARE:
        asserted = [m for m in source.mentions if m.target == 1]
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
    source: Source, start: int, end: int, book: PhraseBook, rng: random.Random
) -> Passage:
    exchanging = rng.random() < _EXCHANGE_SHARE
    sections = sections_of(source.text)
    text = ""
    found: list[Mention] = []
    at = start
    for mention in source.mentions:
        if mention.start < start or mention.end > end:
            continue
        text += source.text[at : mention.start]
        term, code, target = source.text[mention.start : mention.end], mention.code, mention.target
        if exchanging and not is_status(code) and rng.random() < 0.8:
            code = favour_frequent(code_groups()["any"], rng)
            term = _like(term, rng.choice(book.written[code]))
            target = assertion_target(source.text, mention.start, mention.end, code, sections)
        found.append(Mention(len(text), len(text) + len(term), code, target))
        text += term
        at = mention.end
    return Passage(text + source.text[at:end], tuple(found))


def _like(written: str, term: str) -> str:
    """The term with the capitals of what was written."""
    if len(written) > 5 and written.isupper():
        return term.upper()
    return term[0].upper() + term[1:] if written[0].isupper() else term
