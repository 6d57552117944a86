"""Abbreviations and lay words: what coders type that titles do not say.

``abbreviations.tsv`` beside this package has a line for each phrase: what sort it is, the
words titles have for it (alternatives apart by " / "), and the codes it stands for by
itself, the usual one first; a procedure is marked by a p before it. A "word" stands for
one word of titles, and the other way round.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import islice, product

from icd9_review.codes.search.text import fold_plain, words_of
from icd9_review.values import CodeKey, Kind

_LONGEST = 5  # words of the longest phrase of the table ("blood clot in the lung")
_MOST = 12  # rewrites of one query; by judgement: each is ranked anew
_PROCEDURE = "p"


class Sort(StrEnum):
    ABBREVIATION = "abbreviation"
    LAY = "lay"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table."""

    phrase: str
    sort: Sort
    words: tuple[str, ...]
    codes: tuple[CodeKey, ...]


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """``entries`` by the folded words of their phrase; ``alike`` by folded word."""

    entries: Mapping[tuple[str, ...], Entry]
    alike: Mapping[str, tuple[str, ...]]

    def rewrites(self, words: list[str]) -> Iterator[list[str]]:
        """The words as they are, then with phrases of the table in the words of titles.

        The longest phrase counts where two begin at one word; at most 12 rewrites.
        """
        options = [
            (segment, *entry) if entry else (segment,) for segment, entry in self._segments(words)
        ]
        for chosen in islice(product(*options), _MOST):
            yield [word for segment in chosen for word in segment]

    def _segments(
        self, words: list[str]
    ) -> Iterator[tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]]:
        start = 0
        while start < len(words):
            sizes = range(min(_LONGEST, len(words) - start), 0, -1)
            size = next(
                (size for size in sizes if tuple(words[start : start + size]) in self.entries), 0
            )
            segment = tuple(words[start : start + max(size, 1)])
            meant = self.entries[segment].words if size else ()
            yield segment, tuple(tuple(words_of(text)) for text in meant)
            start += len(segment)


@cache
def phrasebook() -> Phrasebook:
    """The table, read when first asked for."""
    text = files("icd9_review.codes").joinpath("abbreviations.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    entries = [_entry(row) for row in rows]
    alike: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        if entry.sort is Sort.WORD:
            for word in entry.words:
                alike[fold_plain(entry.phrase)].append(fold_plain(word))
                alike[fold_plain(word)].append(fold_plain(entry.phrase))
    return Phrasebook(
        {tuple(words_of(e.phrase)): e for e in entries if e.sort is not Sort.WORD},
        {word: tuple(dict.fromkeys(others)) for word, others in alike.items()},
    )


def _entry(row: Mapping[str, str]) -> Entry:
    return Entry(
        phrase=row["phrase"],
        sort=Sort(row["sort"]),
        words=tuple(words for words in row["words"].split(" / ") if words),
        codes=tuple(
            (Kind.PROCEDURE, code.removeprefix(_PROCEDURE))
            if code.startswith(_PROCEDURE)
            else (Kind.DIAGNOSIS, code)
            for code in row["codes"].split()
        ),
    )
