"""The worker scores what is queued, survives what goes wrong, and tells no note's words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import structlog

from icd9_review.jobs.worker import Worker
from icd9_review.store import jobs
from icd9_review.store.engine import Database
from icd9_review.store.scores import register_model, scores
from icd9_review.store.worklist import worklist
from icd9_review.values import EncounterStatus, ModelVersion, Scores, WorklistQuery
from tests.encounters import NOTE, add_encounter, make_model, make_scores

SECRET = "unmistakable words of a note"  # noqa: S105


class Scorer:
    """Counts a text's letters; fails on the texts it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.version: ModelVersion = make_model()
        self.failures = failures
        self.read: list[str] = []
        self.gate = threading.Event()
        self.gate.set()

    def score(self, text: str) -> Scores:
        self.gate.wait(20)
        self.read.append(text)
        if text == SECRET and self.failures > 0:
            self.failures -= 1
            raise RuntimeError(f"cannot read {text}")
        return make_scores(self.version, {"428.0": float(len(text))}, len(text))


@contextmanager
def _working(database: Database, scorer: Scorer) -> Iterator[Worker]:
    register_model(database, scorer.version)
    worker = Worker(database, scorer)
    worker.start()
    try:
        yield worker
    finally:
        scorer.gate.set()
        worker.stop()


def _wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "this did not happen in time"
        time.sleep(0.02)


def _all_scored(database: Database) -> bool:
    page = worklist(database, WorklistQuery())
    return page.total == page.counts[EncounterStatus.OPEN]


def test_what_was_there_before_the_model_is_scored_at_the_start(database: Database) -> None:
    encounters = [add_encounter(database, text=f"{NOTE} {n}") for n in range(5)]
    scorer = Scorer()
    with _working(database, scorer):
        _wait_until(lambda: _all_scored(database))
    for encounter in encounters:
        found = scores(database, encounter.notes[0].id, scorer.version.version)
        assert found is not None
        assert found.logits[0] == len(encounter.notes[0].text)


def test_a_new_note_is_scored_when_the_worker_is_notified(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("icd9_review.jobs.worker._POLL", 1000.0)
    scorer = Scorer()
    with _working(sqlite, scorer) as worker:
        time.sleep(0.2)  # it has looked once and sleeps now
        add_encounter(sqlite, version=scorer.version.version)
        worker.notify()
        _wait_until(lambda: _all_scored(sqlite))


def test_a_note_that_fails_twice_is_scored_the_third_time(database: Database) -> None:
    scorer = Scorer(failures=2)
    add_encounter(database, text=SECRET)
    with _working(database, scorer):
        _wait_until(lambda: _all_scored(database))
    assert scorer.read == [SECRET] * 3


def test_a_note_that_always_fails_does_not_stop_the_others_nor_leak(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    scorer = Scorer(failures=99)
    bad, good = add_encounter(database, text=SECRET), add_encounter(database)
    with structlog.testing.capture_logs() as logged, _working(database, scorer):
        _wait_until(lambda: jobs.pending(database, scorer.version.version).failed == 1)
        _wait_until(lambda: scores(database, good.notes[0].id, scorer.version.version) is not None)
    assert jobs.failure(database, bad.id) == "RuntimeError"
    assert {entry["error"] for entry in logged} == {"RuntimeError"}
    assert SECRET not in repr(logged) + caplog.text


def test_a_long_note_keeps_its_lease(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LEASE", timedelta(seconds=0.6))
    scorer = Scorer()
    scorer.gate.clear()
    add_encounter(sqlite)
    with _working(sqlite, scorer):
        version = scorer.version.version
        _wait_until(lambda: jobs.pending(sqlite, version).running == 1)
        time.sleep(1.5)
        assert jobs.claim(sqlite, version) is None
        scorer.gate.set()
        _wait_until(lambda: _all_scored(sqlite))
    assert len(scorer.read) == 1


def test_a_stopped_worker_takes_no_more_notes(sqlite: Database) -> None:
    scorer = Scorer()
    with _working(sqlite, scorer):
        pass
    add_encounter(sqlite, version=scorer.version.version)
    time.sleep(0.1)
    assert scorer.read == []
