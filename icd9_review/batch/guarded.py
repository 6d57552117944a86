"""Processes with a predictor each, which no single note can hold up or take down for long.

A group of notes that takes too long, or takes its process down, is halved until the one note is
found; that one is rejected, with the reason. Pebble ends processes and begins others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import TimeoutError as TooLong
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from typing import Protocol

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from icd9_review.batch.results import ResultRow, rejected_row
from icd9_review.batch.scoring import AT_ONCE, BatchSettings, NoteScorer
from icd9_review.batch.waiting import WaitingNote, cut_groups
from icd9_review.errors import ReviewError

_CHARACTERS = 500_000  # of the notes of one group; by judgement: seconds, not minutes
_scorer: BatchScorer | None = None


class BatchScorer(Protocol):
    """What a process needs to score notes."""

    def score(self, notes: Sequence[WaitingNote]) -> list[ResultRow]: ...


@dataclass(frozen=True, slots=True)
class Work:
    """How notes are read; ``limit`` seconds are the most that a group of them may take.

    ``scorer`` makes, in each process, what scores them there.
    """

    settings: BatchSettings
    model_version: str
    processes: int
    limit: float
    scorer: Callable[[BatchSettings], BatchScorer] = NoteScorer


@dataclass(frozen=True, slots=True)
class NoteGroup:
    """Notes that a process has, and what will come back of them."""

    notes: Sequence[WaitingNote]
    rows: ProcessFuture[list[ResultRow]]


def _context() -> BaseContext:
    """Processes forked from one that has imported all they need, and has done nothing yet.

    So another takes the place of one that ended in a second or two.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload([NoteScorer.__module__])
    return context


def _begin(scorer: Callable[[BatchSettings], BatchScorer], settings: BatchSettings) -> None:
    global _scorer
    _scorer = scorer(settings)


def _score(notes: Sequence[WaitingNote]) -> list[ResultRow]:
    if _scorer is None:
        raise RuntimeError("the process has no model")
    return _scorer.score(notes)


class Guarded:
    """Processes that score groups of notes; to be entered, so that none is left over."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._pool = ProcessPool(
            max_workers=work.processes,
            initializer=_begin,
            initargs=(work.scorer, work.settings),
            context=_context(),
        )

    def __enter__(self) -> Guarded:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def begin(self, notes: Sequence[WaitingNote]) -> list[NoteGroup]:
        """Give notes to the processes, in groups of like size."""
        return [self._schedule(group) for group in cut_groups(notes, AT_ONCE, _CHARACTERS)]

    def finish(self, groups: Iterable[NoteGroup]) -> list[ResultRow]:
        """Wait for groups; a row for each note, in their order."""
        return [row for group in groups for row in self._rows(group)]

    def _schedule(self, notes: Sequence[WaitingNote]) -> NoteGroup:
        return NoteGroup(
            notes, self._pool.schedule(_score, args=(notes,), timeout=self._work.limit)
        )

    def _rows(self, group: NoteGroup) -> list[ResultRow]:
        notes = group.notes
        try:
            return group.rows.result()
        except Exception as error:  # whatever it is, one of these notes is the cause
            if len(notes) == 1:
                reason = _reason(error, self._work.limit)
                return [rejected_row(notes[0], self._work.model_version, reason)]
        middle = len(notes) // 2
        halves = [self._schedule(half) for half in (notes[:middle], notes[middle:])]
        return self.finish(halves)


def _reason(error: Exception, limit: float) -> str:
    """Why a note was not scored; the words of unforeseen errors may quote it, so not those."""
    if isinstance(error, TooLong):
        return f"it took more than {limit:g} seconds"
    if isinstance(error, ProcessExpired):
        return "the process that read it ended; it may need more memory than there is"
    if isinstance(error, ReviewError):
        return str(error)
    return f"the model met an error nobody foresaw ({type(error).__name__})"
