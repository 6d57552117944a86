"""The worker: one thread that scores the notes in the queue."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import structlog

from icd9_review.errors import ReviewError
from icd9_review.store import jobs
from icd9_review.store.encounters import note_text
from icd9_review.store.engine import Database
from icd9_review.store.scores import save_scores
from icd9_review.values import Job, ModelVersion, Scores

_POLL = 1.0  # seconds
_log = structlog.get_logger(__name__)


class Scorer(Protocol):
    """What the worker needs of a predictor: this package knows no model."""

    @property
    def version(self) -> ModelVersion: ...

    def score(self, text: str) -> Scores: ...


class Worker:
    """Scores queued notes until stopped.

    Looks at the queue when notified, and every second for what other processes have
    queued. Logs ids and classes of errors, never a note's text.
    """

    def __init__(self, database: Database, scorer: Scorer) -> None:
        self._database = database
        self._scorer = scorer
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scoring", daemon=True)

    def start(self) -> None:
        """Begin with every note this model version has not read yet."""
        jobs.enqueue_unscored(self._database, self._scorer.version.version)
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Take no more notes and wait for the one being read, ``timeout`` seconds at most."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(timeout)

    def notify(self) -> None:
        """Look at the queue now."""
        self._wake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            if not self._step():
                self._wake.wait(_POLL)

    def _step(self) -> bool:
        """Score one note; whether there was one."""
        try:
            job = jobs.claim(self._database, self._scorer.version.version)
        except ReviewError as error:
            _log.warning("queue_unreadable", error=str(error))
            return False
        if job is None:
            return False
        try:
            self._score(job)
        except Exception as error:
            _log.warning("scoring_failed", note=job.note_id, error=type(error).__name__)
            self._give_back(job, error)
        return True

    def _score(self, job: Job) -> None:
        with self._keeping(job):
            scores = self._scorer.score(note_text(self._database, job.note_id))
        save_scores(self._database, job.note_id, scores)

    def _give_back(self, job: Job, error: Exception) -> None:
        try:
            jobs.fail(self._database, job, error)
        except ReviewError as problem:  # its lease runs out
            _log.warning("job_not_given_back", job=job.id, error=str(problem))

    @contextmanager
    def _keeping(self, job: Job) -> Iterator[None]:
        """Renew the job's lease while the block runs; a long note may take minutes."""
        done = threading.Event()

        def renew() -> None:
            while not done.wait(jobs.LEASE.total_seconds() / 3):
                try:
                    jobs.renew(self._database, job)
                except ReviewError as error:
                    _log.warning("lease_not_renewed", job=job.id, error=str(error))

        keeper = threading.Thread(target=renew, name="lease", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            done.set()
            keeper.join()
