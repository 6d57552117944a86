"""Short phrases for the codes of the label space: what the classifier's outputs stand for.

Hand-written terms come first, then the words that read notes have for a code, then titles and,
where the reference data is at hand, the phrases of the alphabetic indexes and tabular lists.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import accumulate
from math import sqrt
from pathlib import Path

from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.notation import normalise
from icd9_review.codes.official.release import read_release
from icd9_review.codes.search.phrases import Source, items
from icd9_review.codes.search.phrases import phrases as phrases_of_search
from icd9_review.codes.written_terms import written_terms
from icd9_review.naming.phrase_file import read_phrases
from icd9_review.training.default.labels import label_codes, label_ids, titles
from icd9_review.training.default.wording import reword
from icd9_review.values import Kind

# Shares by judgement: notes are worded as terms and read notes are, books are complete.
_NOTED_SHARE = 0.35  # of phrases of a code that read notes have words for
_WRITTEN_SHARE = 0.65  # of the others, for codes with written terms
_BOOKS = ("Ptab12.zip", "Pindex12.zip", "Eindex12.zip", "Ddrugs12.zip")
_OF_BOOKS = frozenset({Source.ABBREVIATION, Source.LAY, Source.INCLUSION, Source.INDEX})
_INCLUSION = ("tab_inclusion", Source.INCLUSION.name)
# Poisonings and adverse effects, of which a drug's name alone, as in every medication list, says
# nothing.
_OF_DRUGS = (*map(str, range(960, 980)), "E85", "E86", "E93", "E94", "E95", "E96", "E98")
_MOST_OWNERS = 3  # codes of one phrase; a word under more headings says nothing; by judgement
_SHORTEST = 4  # letters; shorter phrases of books stand for too many things
_HELD_OUT = 80  # one index phrase in so many is kept from training: about a thousand


@dataclass(frozen=True)
class PhraseBook:
    """Phrases by dotted code: written by hand, official ones, and words of read notes.

    ``official`` has every code of the label space, the others only some. ``counts`` says in how
    many read notes a code stands.
    """

    written: Mapping[str, tuple[str, ...]]
    official: Mapping[str, tuple[str, ...]]
    noted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)

    def phrase(self, code: str, rng: random.Random) -> str:
        """One phrase for the code, in the case somebody might type it."""
        return vary(rng.choice(self._pool(code, rng)), rng)

    def _pool(self, code: str, rng: random.Random) -> tuple[str, ...]:
        if code in self.noted and rng.random() < _NOTED_SHARE:
            return self.noted[code]
        if code in self.written and rng.random() < _WRITTEN_SHARE:
            return self.written[code]
        return self.official[code]

    def code(self, rng: random.Random) -> str:
        """A code of the label space; one that read notes have often comes more often."""
        return rng.choices(label_codes(), cum_weights=self._cumulated)[0]

    @cached_property
    def _cumulated(self) -> tuple[float, ...]:
        # The square root stands between notes, where few codes are most of all, and the books.
        weights = (1 + 2 * sqrt(self.counts.get(code, 0)) for code in label_codes())
        return tuple(accumulate(weights))

    @cached_property
    def owners(self) -> Mapping[str, frozenset[str]]:
        """Every code that a phrase, in small letters, stands for."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for phrases_of in (self.written, self.official, self.noted):
            for code, group in phrases_of.items():
                for phrase in group:
                    found[phrase.lower()].add(code)
        return {phrase: frozenset(codes) for phrase, codes in found.items()}

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


def load_phrase_book(terms: Path | None, reference_data: Path | None = None) -> PhraseBook:
    """The phrases of the label space; without official ones, terms and titles only.

    ``terms`` is a TSV file, plain or gzipped, with the columns code, source and phrase; the
    indexes of procedures and external causes lie in the reference data. Phrases that search is
    measured with are left out. Raises CorpusError where the file cannot be read or lacks a column.
    """
    if terms is None and reference_data is None:
        return _own_book()
    return _load(terms, reference_data)


@cache
def _own_book() -> PhraseBook:
    """What needs no file, read once: every set of generated notes is written from it."""
    return _load(None, None)


def _load(terms: Path | None, reference_data: Path | None) -> PhraseBook:
    written = written_terms()
    taken = {term.lower(): code for code, terms in written.items() for term in terms}
    official: dict[str, dict[str, None]] = {c: {t: None} for c, t in titles().items()}
    found = tuple(dict.fromkeys(_official_phrases(terms, reference_data)))
    owners = Counter(phrase.lower() for _, phrase in found)
    for code, phrase in found:
        if taken.get(phrase.lower(), code) == code and owners[phrase.lower()] <= _MOST_OWNERS:
            official[code][phrase] = None
    return PhraseBook(written, {code: tuple(official[code]) for code in label_codes()})


def _official_phrases(terms: Path | None, reference_data: Path | None) -> Iterator[tuple[str, str]]:
    for code, phrase, source in (*_of_file(terms), *_of_books(reference_data)):
        held_out = source.startswith("index") and is_held_out(phrase)
        drug_alone = source in _INCLUSION and code.startswith(_OF_DRUGS)
        if code in label_ids() and len(phrase) >= _SHORTEST and not (held_out or drug_alone):
            yield code, phrase


def _of_file(terms: Path | None) -> Iterator[tuple[str, str, str]]:
    for term in read_phrases(terms) if terms else ():
        if term.source != "title_long":
            yield normalise(term.code, Kind.DIAGNOSIS), term.phrase, term.source


def _of_books(reference_data: Path | None) -> Iterator[tuple[str, str, str]]:
    """What search finds codes by, and the books of procedures, causes and drugs."""
    lists = built_in_lists()
    paths = (reference_data / "icd9cm" / name for name in _BOOKS) if reference_data else ()
    for path in paths:
        lists = lists.with_release(read_release(path))
    held = items()
    for phrase in phrases_of_search(held, lists):
        if phrase.source in _OF_BOOKS:
            indexed = phrase.source is Source.INDEX
            text = spoken(phrase.text) if indexed else phrase.text
            yield held[phrase.item].code, text, "index" if indexed else phrase.source.name


def spoken(entry: str) -> str:
    """A phrase of an index in the order of speech: its terms from the last to the first.

    >>> spoken("Appendectomy, incidental")
    'incidental Appendectomy'
    """
    return " ".join(reversed(entry.split(", ")))


def is_held_out(phrase: str) -> bool:
    """Whether an index phrase is kept from training, to measure search with; by its hash."""
    digest = hashlib.sha256(phrase.lower().encode()).digest()
    return int.from_bytes(digest[:4], "big") % _HELD_OUT == 0


def phrase_batch(
    book: PhraseBook, size: int, rng: random.Random
) -> Iterable[tuple[str, frozenset[str]]]:
    """``size`` phrases with the codes they stand for; half of them of codes that notes have."""
    for number in range(size):
        code = rng.choice(label_codes()) if number % 2 else book.code(rng)
        phrase = book.phrase(code, rng)
        yield phrase, book.owners.get(phrase.lower(), frozenset()) | {code}
