"""Short phrases for one code each: what the first stage of training classifies.

Hand-written terms come first; official titles and, where the reference data is at
hand, the phrases of the alphabetic index and the tabular list widen them.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from icd9_review.codes.notation import normalise
from icd9_review.codes.written_terms import written_terms
from icd9_review.naming.phrase_file import read_phrases
from icd9_review.training.default.labels import label_codes, titles
from icd9_review.training.default.wording import reword
from icd9_review.values import Kind

_HAND_WRITTEN_SHARE = 0.65  # of phrases, the rest are official; by judgement: notes are worded so


@dataclass(frozen=True, slots=True)
class PhraseBook:
    """Phrases by dotted code: written by hand, and official ones."""

    written: dict[str, tuple[str, ...]]
    official: dict[str, tuple[str, ...]]

    def phrase(self, code: str, rng: random.Random) -> str:
        """One phrase for the code, in the case somebody might type it."""
        pool = self.written[code]
        if self.official[code] and rng.random() > _HAND_WRITTEN_SHARE:
            pool = self.official[code]
        return vary(rng.choice(pool), rng)

    def widened(self, seed: int) -> PhraseBook:
        """A book with the hand-written terms and as many again in other words."""
        rng = random.Random(f"{seed}/wording")  # noqa: S311 - training text, no secret
        return replace(
            self,
            written={
                code: tuple(dict.fromkeys((*terms, *(reword(t, code, rng) for t in terms * 2))))
                for code, terms in self.written.items()
            },
        )


def vary(phrase: str, rng: random.Random) -> str:
    """The phrase as it stands, capitalised, or in capitals."""
    draw = rng.random()
    if draw < 0.7:  # seven, two and one in ten: by judgement
        return phrase
    return phrase[0].upper() + phrase[1:] if draw < 0.9 else phrase.upper()


def load_phrase_book(terms: Path | None) -> PhraseBook:
    """The phrases of the label space; without a file of official ones, terms and titles only.

    ``terms`` is a TSV file, plain or gzipped, with the columns code, source and phrase.
    Raises CorpusError where it cannot be read or lacks a column.
    """
    written = written_terms()
    taken = {term.lower(): code for code, terms in written.items() for term in terms}
    official: dict[str, list[str]] = defaultdict(list)
    for code, phrase in _official_phrases(terms):
        if taken.get(phrase.lower(), code) == code:
            official[code].append(phrase)
    return PhraseBook(written, {code: tuple(official[code]) for code in written})


def _official_phrases(terms: Path | None) -> Iterator[tuple[str, str]]:
    labels = frozenset(label_codes())
    for code in labels:
        yield code, titles()[code]
    if terms is None:
        return
    for term in read_phrases(terms):
        if term.source == "title_long" or len(term.phrase) < 4:
            continue
        code = normalise(term.code, Kind.DIAGNOSIS)
        if code in labels:
            yield code, term.phrase


def phrase_batch(book: PhraseBook, size: int, rng: random.Random) -> tuple[list[str], list[int]]:
    """``size`` phrases with their label ids; every code is equally likely."""
    codes = list(book.written)
    chosen = [rng.randrange(len(codes)) for _ in range(size)]
    return [book.phrase(codes[index], rng) for index in chosen], chosen
