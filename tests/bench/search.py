"""How fast and how well codes are found: ``python -m tests.bench.search [REFERENCE DATA]``.

Prints build time and memory of the index, the p50 and p95 of a query, and the share of
the written queries (tests/codes/queries.tsv) with a right code among the first ten, by
half and sort. Times are of the processor, on one thread. With the folder of reference
data it does so once more with the inclusion terms and index phrases of an import
simulated from icd9cm/terms_dx.tsv.gz, and gives the share of index phrases found without.
"""

# ruff: noqa: T201, S311 - a bench prints, and its sample is no secret

from __future__ import annotations

import random
import resource
import statistics
import sys
from collections import defaultdict
from pathlib import Path
from time import thread_time

from icd9_review.codes import codes
from icd9_review.codes.lists import Lists
from icd9_review.codes.search import Index, build_index, search
from icd9_review.values import Kind
from tests.codes.queries import Query, hits, queries, simulated_import

_SAMPLE = 1_000


def main() -> None:
    """Measures without, and where there is reference data with, an import."""
    index = _built("without imports", Lists(lists={}))
    _measure(index, show=True)
    if len(sys.argv) > 1:
        simulated = simulated_import(Path(sys.argv[1]))
        _measure_index_phrases(index, simulated)
        _measure(_built("with inclusion terms and index", simulated), show=True)


def _built(name: str, lists: Lists) -> Index:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    codes(Kind.DIAGNOSIS), codes(Kind.PROCEDURE)
    start = thread_time()
    index = build_index(lists)
    spent = thread_time() - start
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(
        f"\n{name}: {spent:.2f} s to build, peak memory +{grown:.0f} MiB, "
        f"{len(index.phrases):,} phrases, {len(index.vocabulary):,} words"
    )
    return index


def _measure(index: Index, show: bool) -> None:
    times: dict[Query, float] = {}
    held: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for query in queries():
        start = thread_time()
        found = search(index, query.text)
        times[query] = 1_000 * (thread_time() - start)
        hit = hits(found[:10], query)
        held[query.half, query.sort].append(hit)
        held[query.half, "all"].append(hit)
        if show and not hit and query.half == "tuned":
            first = ", ".join(each.code for each in found[:6])
            print(f"  not in the first ten: {query.text!r} {query.right} ← {first}")
    for (half, sort), marks in sorted(held.items()):
        share = statistics.mean(marks)
        print(f"  {half:6} {sort:13} {sum(marks):3} of {len(marks):3} = {share:.1%}")
    _print_times(list(times.values()))


def _print_times(times: list[float]) -> None:
    p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    print(f"  ms per query: p50 {p50:.1f}, p95 {p95:.1f}, max {max(times):.1f}")


def _measure_index_phrases(index: Index, simulated: Lists) -> None:
    sample = random.Random(9).sample(simulated.index, _SAMPLE)
    marks, times = [], []
    for entry in sample:
        start = thread_time()
        found = search(index, entry.phrase, (Kind.DIAGNOSIS,), 10)
        times.append(1_000 * (thread_time() - start))
        marks.append(any(each.code == entry.code for each in found))
    print(f"  {_SAMPLE:,} phrases of the index, not imported: {statistics.mean(marks):.1%} found")
    _print_times(times)


if __name__ == "__main__":
    main()
