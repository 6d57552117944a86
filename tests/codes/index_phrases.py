"""Index phrases that are kept from training and search alike, to measure search with.

They are chosen by their hash (``is_held_out``): one in eighty of the alphabetic index of diseases,
of the index of procedures and of that of external causes. A phrase is right for every code that an
index gives it, and is typed in the order of speech.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.lists import IndexEntry, Lists, SourceName
from icd9_review.codes.official.release import read_release
from icd9_review.training.default.phrases import is_held_out, spoken
from icd9_review.values import CodeKey
from tests.codes.queries import Query, simulated_import

_BOOKS = {
    SourceName.PROCEDURE_INDEX: "Pindex12.zip",
    SourceName.EXTERNAL_CAUSES: "Eindex12.zip",
}


def held_out_phrases(reference: Path) -> tuple[Query, ...]:
    """The phrases kept, as queries; ``sort`` is the index that has them."""
    right: dict[tuple[str, str], set[CodeKey]] = defaultdict(set)
    for name, entries in _indexes(reference):
        for entry in entries:
            if is_held_out(entry.phrase):
                right[name.value, entry.phrase].add((entry.kind, entry.code))
    return tuple(
        Query("held out", sort, text, frozenset(codes)) for (sort, text), codes in right.items()
    )


def import_without_held_out(reference: Path) -> Lists:
    """An import of inclusion terms of diagnoses and of the three indexes, less those phrases."""
    left = {
        name: tuple(entry for entry in entries if not is_held_out(entry.phrase))
        for name, entries in _indexes(reference)
    }
    return replace(simulated_import(reference), indexes=left)


def _indexes(reference: Path) -> Iterator[tuple[SourceName, tuple[IndexEntry, ...]]]:
    """The three indexes with their phrases in the order of speech, as training has them."""
    yield SourceName.INDEX, simulated_import(reference).indexes[SourceName.INDEX]
    for name, file in _BOOKS.items():
        lists = built_in_lists().with_release(read_release(reference / "icd9cm" / file))
        yield name, tuple(replace(each, phrase=spoken(each.phrase)) for each in lists.indexes[name])
