"""A batch that says in a file which notes were begun: ``python -m tests.batch.counted``.

Its arguments are the file of notes, the folder of results and the file that is written to.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from icd9_review.batch import run
from icd9_review.batch.guarded import Work
from icd9_review.batch.results import ResultRow
from icd9_review.batch.scoring import BatchSettings, NoteScorer
from icd9_review.batch.waiting import WaitingNote
from icd9_review.settings import Settings

BLOCK, PROCESSES = 25, 2
_LOG = "TEST_BATCH_BEGUN"


class Counted:
    """Scores as always, and writes down what it begins with."""

    def __init__(self, settings: BatchSettings) -> None:
        self._scorer = NoteScorer(settings)

    def score(self, notes: Sequence[WaitingNote]) -> list[ResultRow]:
        with Path(os.environ[_LOG]).open("a", encoding="utf-8") as log:
            log.write("".join(f"{note.number}\n" for note in notes))
        return self._scorer.score(notes)


class _Told:
    """Says once that the notes are read."""

    def begin(self, done: int, total: int) -> None:
        print(f"{done} of {total}", file=sys.stderr, flush=True)  # noqa: T201

    def advance(self, notes: int) -> None:
        """Nobody asks."""


def main(file: str, out: str, log: str) -> None:
    os.environ[_LOG] = log
    vars(run)["Work"] = partial(Work, scorer=Counted)
    settings = Settings()
    order = run.BatchOrder(
        files=[Path(file)],
        out=Path(out),
        settings=BatchSettings(settings.model, None),
        mapping={},
        processes=PROCESSES,
        block=BLOCK,
    )
    run.run_batch(order, _Told(), lambda _: None)


if __name__ == "__main__":
    main(*sys.argv[1:])
