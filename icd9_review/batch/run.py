"""A batch from its files to its results; stopped anywhere, it goes on where it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

import pyarrow.parquet as pq

from icd9_review.batch.engines.local import score_locally
from icd9_review.batch.engines.ray_data import score_with_ray
from icd9_review.batch.guarded import Work
from icd9_review.batch.reading import Tell, read_waiting
from icd9_review.batch.record import (
    NOTES,
    BatchRecord,
    Engine,
    alone,
    begin_or_go_on,
    file_marks,
    write_record,
)
from icd9_review.batch.results import write_rejected, write_results
from icd9_review.batch.scoring import BatchSettings, NoteScorer
from icd9_review.batch.waiting import write_blocks
from icd9_review.errors import InputError
from icd9_review.repeating import repeating

_LOOK: Final = 5.0  # seconds between two looks at what Ray has written; by judgement


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """What is to be scored, how, and where the results go."""

    files: Sequence[Path]
    out: Path
    settings: BatchSettings
    mapping: Mapping[str, str]
    engine: Engine = Engine.LOCAL
    processes: int = 1
    limit: float = 120.0
    block: int = NOTES


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """Of how many notes there are results, how many of them were rejected, and where they lie."""

    notes: int
    rejected: int
    results: Path


class BatchProgress(Protocol):
    """Hears how far a batch is."""

    def begin(self, done: int, total: int) -> None: ...

    def advance(self, notes: int) -> None: ...


def run_batch(order: BatchOrder, progress: BatchProgress, tell: Tell) -> BatchOutcome:
    """Score the notes of all files.

    Raises InputError for files, a folder or an engine that cannot be taken.
    """
    files = [file for file in order.files if order.out.resolve() not in file.resolve().parents]
    if not files:
        raise InputError("There is no file to read.")
    order = replace(order, files=files)
    version = NoteScorer(order.settings).predictor.model_version  # the export is made once, here
    with alone(order.out):
        record = begin_or_go_on(order.out, _record(order, version))
        waiting, results = order.out / "waiting", order.out / f"model={version[:12]}"
        if record.notes is None:
            record = _read(order, record, waiting, tell)
        results.mkdir(exist_ok=True)
        work = Work(order.settings, version, order.processes, order.limit)
        _ENGINES[order.engine](work, waiting, results, record, progress)
        rejected = write_rejected(results, order.out / "rejected.csv")
        shutil.rmtree(waiting, ignore_errors=True)
    return BatchOutcome(record.notes or 0, rejected, results)


def _record(order: BatchOrder, version: str) -> BatchRecord:
    marks = file_marks(order.files)
    explained = order.settings.explained
    return BatchRecord(version, order.engine, explained, order.block, dict(order.mapping), marks)


def _read(order: BatchOrder, record: BatchRecord, waiting: Path, tell: Tell) -> BatchRecord:
    shutil.rmtree(waiting, ignore_errors=True)  # of a reading that was stopped
    notes = read_waiting(order.files, order.mapping, tell)
    found = record.counted(sum(write_blocks(notes, waiting, order.block)))
    write_record(order.out, found)
    return found


def _run_locally(
    work: Work, waiting: Path, results: Path, record: BatchRecord, progress: BatchProgress
) -> None:
    blocks = []
    for block in sorted(waiting.glob("*.parquet")):
        if (results / block.name).exists():  # stopped before it was taken away
            block.unlink()
        else:
            blocks.append(block)
    progress.begin(_count(results), record.notes or 0)
    for block, rows in score_locally(work, blocks):
        write_results(rows, results / block.name)
        block.unlink()
        progress.advance(len(rows))


def _run_with_ray(
    work: Work, waiting: Path, results: Path, record: BatchRecord, progress: BatchProgress
) -> None:
    done = _count(results)
    progress.begin(done, record.notes or 0)

    def look() -> None:
        nonlocal done
        before, done = done, _count(results)
        progress.advance(done - before)

    if done == record.notes:  # nothing waits, and Ray reads no folder that is gone
        return
    with repeating(look, _LOOK, "progress"):
        score_with_ray(work, waiting, results, results.parent / "checkpoint")
    look()


def _count(results: Path) -> int:
    return sum(pq.read_metadata(each).num_rows for each in results.glob("*.parquet"))


_Run = Callable[[Work, Path, Path, BatchRecord, BatchProgress], None]
_ENGINES: Final[Mapping[Engine, _Run]] = {
    Engine.LOCAL: _run_locally,
    Engine.RAY: _run_with_ray,
}
