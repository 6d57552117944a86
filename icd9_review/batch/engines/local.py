"""The processes of this machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, wait
from pathlib import Path

from icd9_review.batch.guarded import Guarded, NoteGroup, Work
from icd9_review.batch.results import ResultRow
from icd9_review.batch.waiting import read_block

_Begun = list[tuple[Path, list[NoteGroup]]]


def score_locally(work: Work, blocks: Iterable[Path]) -> Iterator[tuple[Path, list[ResultRow]]]:
    """The rows of each block, as soon as it is done.

    While one is waited for, as many more are begun as keep all processes busy. Groups are taken in
    their order, so that at any moment no more blocks are begun and not done than there are
    processes: those are what is lost where everything ends.
    """
    begun: _Begun = []
    with Guarded(work) as scorer:
        for block in blocks:
            begun.append((block, scorer.begin(read_block(block))))
            while len(begun) > 1 and _waiting(begun) > 2 * work.processes:
                done, groups = _take_done(begun)
                yield done, scorer.finish(groups)
        while begun:
            done, groups = _take_done(begun)
            yield done, scorer.finish(groups)


def _waiting(begun: _Begun) -> int:
    return sum(not group.rows.done() for _, groups in begun for group in groups)


def _take_done(begun: _Begun) -> tuple[Path, list[NoteGroup]]:
    """Wait until all groups of a block are done, and take that one away."""
    while True:
        for place, (_, groups) in enumerate(begun):
            if all(group.rows.done() for group in groups):
                return begun.pop(place)
        wait(
            [group.rows for _, groups in begun for group in groups if not group.rows.done()],
            return_when=FIRST_COMPLETED,
        )
