"""The written queries of queries.tsv, and an import simulated from reference data.

A row is half, sort, query and the right codes (any of them will do; a procedure has a p
before it). "tuned" and "held" were written before the search and its table of
abbreviations, but by the hand that then wrote the table, so both flatter it. "fresh" was
written after both and is the figure to quote. Only "tuned" is looked at for changes.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from icd9_review.codes import normalise
from icd9_review.codes.lists import IndexEntry, Lists, SourceName, TabularNotes
from icd9_review.codes.search import Found
from icd9_review.naming.phrase_file import read_phrases
from icd9_review.values import CodeKey, Kind


@dataclass(frozen=True, slots=True)
class Query:
    """One written query and the codes or headers that are right for it."""

    half: str
    sort: str
    text: str
    right: frozenset[CodeKey]


def queries() -> tuple[Query, ...]:
    """All written queries."""
    with Path(__file__).with_name("queries.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(
            Query(row["half"], row["sort"], row["query"], _keys(row["right"])) for row in rows
        )


def hits(found: Iterable[Found], query: Query) -> bool:
    """Whether a right code is among what was found."""
    return any((each.kind, each.code) in query.right for each in found)


def simulated_import(reference: Path) -> Lists:
    """Lists with the inclusion terms and the index of icd9cm/terms_dx.tsv.gz."""
    inclusion: dict[str, list[str]] = defaultdict(list)
    index = []
    for term in read_phrases(reference / "icd9cm" / "terms_dx.tsv.gz"):
        code = normalise(term.code, Kind.DIAGNOSIS)
        if term.source == "tab_inclusion":
            inclusion[code].append(term.phrase)
        elif term.source.startswith("index"):
            index.append(IndexEntry(term.phrase, code))
    notes = {
        code: TabularNotes(code, "", inclusion=tuple(terms)) for code, terms in inclusion.items()
    }
    return Lists(lists={}, tabular=notes, indexes={SourceName.INDEX: tuple(index)})


def _keys(codes: str) -> frozenset[CodeKey]:
    return frozenset(
        (Kind.PROCEDURE, code[1:]) if code.startswith("p") else (Kind.DIAGNOSIS, code)
        for code in codes.split()
    )
