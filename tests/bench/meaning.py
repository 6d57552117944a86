"""What searching by meaning is worth: ``python -m tests.bench.meaning REFERENCE_DATA [MODEL]``.

Prints the share of queries with a right code among the first ten by the index alone, by the model
alone and by both merged: for the written queries (tests/codes/queries.tsv) and for index phrases
that were kept from training and search alike (tests/codes/index_phrases.py), without an import and
with one that lacks those phrases. Then how long the words take to be read and merged: of the
processor, by PyTorch on one thread. MODEL is a folder; without it the embedded model.
"""

# ruff: noqa: T201 - a bench prints

from __future__ import annotations

import statistics
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from time import thread_time

import torch

from icd9_review.codes.lists import Lists
from icd9_review.codes.search import (
    Index,
    ReadWords,
    asks_in_words,
    build_index,
    merge_meaning,
    search,
)
from icd9_review.model.reading.meaning import codes_meant
from icd9_review.model.reading.predictor import load_predictor
from icd9_review.settings import ROOT
from icd9_review.values import CodeKey
from tests.codes.index_phrases import held_out_phrases, import_without_held_out
from tests.codes.queries import Query, queries

_FIRST = 10  # places in which a right code counts as found
_LONGEST = 30  # items of a list on the page
_PATIENCE = 60.0  # seconds; nobody else asks the model here


def main() -> None:
    """Reads every query once and merges it with what each index finds."""
    torch.set_num_threads(1)
    reference = Path(sys.argv[1])
    predictor = load_predictor(sys.argv[2] if len(sys.argv) > 2 else ROOT / "models" / "default")
    asked = (*queries(), *held_out_phrases(reference))
    read, times = [], []
    for query in asked:
        started = thread_time()
        codes = codes_meant(predictor, query.text, _PATIENCE) if asks_in_words(query.text) else ()
        times.append(1_000 * (thread_time() - started))
        read.append(ReadWords(codes or (), predictor.version.places))
    print(f"{predictor.version.name}, {len(predictor.labels):,} codes")
    _measure("without imports", build_index(Lists(lists={})), asked, read)
    _measure("with an import", build_index(import_without_held_out(reference)), asked, read)
    _print_times("to read the words", times)


def _measure(name: str, index: Index, asked: Sequence[Query], read: Sequence[ReadWords]) -> None:
    marks: dict[tuple[str, str], list[tuple[bool, bool, bool]]] = defaultdict(list)
    times = []
    for query, words in zip(asked, read, strict=True):
        found = search(index, query.text, limit=_LONGEST)
        started = thread_time()
        merged = merge_meaning(index, found, words, limit=_LONGEST) if words.codes else found
        times.append(1_000 * (thread_time() - started))
        group = query.half, query.sort if query.half == "held out" else "written"
        by_index, by_both = ([(each.kind, each.code) for each in some] for some in (found, merged))
        row = _hits(query, by_index), _hits(query, words.codes), _hits(query, by_both)
        marks[group].append(row)
    print(f"\n{name:42} index  model   both")
    for (half, sort), rows in marks.items():
        shares = "  ".join(f"{statistics.mean(column):5.1%}" for column in zip(*rows, strict=True))
        print(f"  {half:9} {sort:18} {len(rows):5,} queries  {shares}")
    _print_times("to merge", times)


def _hits(query: Query, codes: Sequence[CodeKey]) -> bool:
    return any(key in query.right for key in codes[:_FIRST])


def _print_times(name: str, times: Sequence[float]) -> None:
    p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    print(f"  ms {name}: p50 {p50:.1f}, p95 {p95:.1f}, max {max(times):.1f}")


if __name__ == "__main__":
    main()
