"""The processes of this machine."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

from icd9_review.batch.guarded import Guarded, NoteGroup, Work
from icd9_review.batch.results import ResultRow
from icd9_review.batch.waiting import read_block


def score_locally(work: Work, blocks: Iterable[Path]) -> Iterator[tuple[Path, list[ResultRow]]]:
    """The rows of each block, in their order.

    While one is waited for, as many more are begun as keep all processes busy.
    """
    begun: deque[tuple[Path, list[NoteGroup]]] = deque()
    with Guarded(work) as scorer:
        for block in blocks:
            begun.append((block, scorer.begin(read_block(block))))
            if len(begun) > 1 and sum(len(each) for _, each in begun) > 2 * work.processes:
                done, groups = begun.popleft()
                yield done, scorer.finish(groups)
        for done, groups in begun:
            yield done, scorer.finish(groups)
