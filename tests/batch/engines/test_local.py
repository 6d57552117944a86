"""Blocks leave as they are done: what is scored does not wait for a note that takes long."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from icd9_review.batch.engines.local import score_locally
from icd9_review.batch.guarded import Work
from icd9_review.batch.results import ResultRow, rejected_row
from icd9_review.batch.scoring import BatchSettings
from icd9_review.batch.waiting import WaitingNote, write_blocks
from tests.batch.made import waiting


class _FirstIsSlow:
    """Reads nothing, and the first note for two seconds."""

    def __init__(self, _: BatchSettings) -> None:
        pass

    def score(self, notes: Sequence[WaitingNote]) -> list[ResultRow]:
        time.sleep(2 * any(note.number == 1 for note in notes))
        return [rejected_row(note, "v1", "not read") for note in notes]


def test_a_block_that_is_done_does_not_wait_for_the_one_before(tmp_path: Path) -> None:
    assert sum(write_blocks(waiting(4), tmp_path, 1)) == 4
    work = Work(BatchSettings(tmp_path, None), "v1", 2, limit=60, scorer=_FirstIsSlow)
    blocks = sorted(tmp_path.glob("*.parquet"))
    done = [(file.stem, rows) for file, rows in score_locally(work, blocks)]
    assert [name for name, _ in done][-1] == "00000001"
    assert sorted(int(name) for name, _ in done) == [1, 2, 3, 4]
    assert all([row["number"] for row in rows] == [int(name)] for name, rows in done)
