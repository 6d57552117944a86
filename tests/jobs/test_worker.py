"""The worker scores what is queued, survives what goes wrong, and tells no note's words."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import func, select

from icd9_review.instruments import REGISTRY
from icd9_review.jobs.worker import Worker
from icd9_review.settings import ROOT
from icd9_review.store import leases
from icd9_review.store.auditing.samples import samples
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import ExplanationJobRow, HeartbeatRow, JobRow
from icd9_review.store.explaining.explanation_queue import failed_explanations, take_explanations
from icd9_review.store.explaining.plan import ExplanationProgress, explanation_progress
from icd9_review.store.recoding.seconds import second_codings, set_second_rule
from icd9_review.store.scoring import heartbeats
from icd9_review.store.scoring.scores import register_model, scores, suggestions
from icd9_review.store.scoring.scoring_queue import failure, pending_notes, take_note
from icd9_review.store.users import system_user
from icd9_review.store.worklist.page import worklist
from icd9_review.values import (
    Attribution,
    Encounter,
    EncounterStatus,
    ModelVersion,
    Scores,
    SecondRule,
    Window,
    WordCount,
    WorklistQuery,
)
from tests.encounters import (
    CODES,
    NOTE,
    add_encounter,
    add_scored_encounter,
    make_model,
    make_scores,
)
from tests.explaining import Explains
from tests.store.auditing.signing import add_signed, sign
from tests.store.models.models import NEW, SETTING, promote
from tests.store.recoding.recoding import disagree, newcomer

SECRET = "unmistakable words of a note"


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

    def count_words(self, text: str) -> WordCount:
        return WordCount(len(text.split()), 0)


@contextmanager
def _working(
    database: Database, scorer: Scorer, explainer: Explains | None = None, **how: Any
) -> Iterator[Worker]:
    register_model(database, scorer.version)
    worker = Worker(database, scorer, explainer, **how)
    worker.start()
    try:
        yield worker
    finally:
        scorer.gate.set()
        if explainer:
            explainer.go.set()
        worker.stop()


def _wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "this did not happen in time"
        time.sleep(0.02)


def _renewed(database: Database, column: Any) -> Callable[[], bool]:
    """Whether every lease in this column was renewed since now."""

    def soonest() -> Any:
        with database.read() as session:
            return session.scalars(select(func.min(column))).one()

    first = soonest()
    return lambda: soonest() > first


def _all_scored(database: Database) -> bool:
    page = worklist(database, WorklistQuery())
    return page.total == page.counts[EncounterStatus.OPEN]


def test_what_was_there_before_the_model_is_scored_at_the_start(database: Database) -> None:
    encounters = [add_encounter(database, text=f"{NOTE} {n}") for n in range(5)]
    scorer = Scorer()
    with _working(database, scorer):
        _wait_until(lambda: _all_scored(database))
    for encounter in encounters:
        (note,) = encounter.notes
        found = scores(database, [note.id], scorer.version.version)
        assert found[note.id].logits[0] == len(note.text)


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
        _wait_until(lambda: pending_notes(database, scorer.version.version).failed == 1)
        _wait_until(lambda: scores(database, [good.notes[0].id], scorer.version.version) != {})
    assert failure(database, bad.id) == "RuntimeError"
    assert {entry["error"] for entry in logged} == {"RuntimeError"}
    assert SECRET not in repr(logged) + caplog.text


def test_a_long_note_keeps_its_lease(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=3))
    scorer = Scorer()
    scorer.gate.clear()
    add_encounter(sqlite)
    with _working(sqlite, scorer):
        version = scorer.version.version
        _wait_until(lambda: pending_notes(sqlite, version).running == 1)
        _wait_until(_renewed(sqlite, JobRow.lease_until))
        assert take_note(sqlite, version) is None
        scorer.gate.set()
        _wait_until(lambda: _all_scored(sqlite))
    assert len(scorer.read) == 1


def test_a_stopped_worker_takes_no_more_notes(sqlite: Database) -> None:
    scorer = Scorer()
    with _working(sqlite, scorer) as worker:
        pass
    assert worker.join(0)
    add_encounter(sqlite, version=scorer.version.version)
    assert scorer.read == []


def _explained(database: Database, encounter: Encounter) -> bool:
    version = make_model().version
    found = explanation_progress(database, [encounter.id], version).get(encounter.id)
    return found is not None and found.explained == found.suggested


def test_suggestions_are_explained_once_every_note_is_scored(database: Database) -> None:
    encounters = [add_encounter(database) for _ in range(3)]
    scorer, explainer = Scorer(), Explains()
    scored, explained = _counted()
    with _working(database, scorer, explainer):
        _wait_until(lambda: all(_explained(database, each) for each in encounters))
    assert explainer.codes == ["428.0"] * 3
    assert _counted() == (scored + 3, explained + 3)


def _counted() -> tuple[float, ...]:
    """Notes scored and explanations worked out, as whoever watches the process is told."""
    names = ("icd9_review_notes_scored_total", "icd9_review_explanation_seconds_count")
    return tuple(REGISTRY.get_sample_value(name) or 0.0 for name in names)


def test_a_note_that_comes_while_explaining_is_scored_before_the_next_explanation(
    sqlite: Database,
) -> None:
    scorer, explainer = Scorer(), Explains()
    for _ in range(2):
        add_scored_encounter(sqlite)
    order: list[str] = []
    score, explain = scorer.score, explainer.explain_many
    scorer.score = lambda text: order.append("score") or score(text)  # type: ignore[method-assign,func-returns-value]
    explainer.explain_many = lambda *given, **named: (  # type: ignore[method-assign]
        order.append("explain") or explain(*given, **named)  # type: ignore[func-returns-value]
    )
    explainer.go.clear()
    with _working(sqlite, scorer, explainer):
        _wait_until(lambda: order == ["explain"])
        new = add_encounter(sqlite, version=scorer.version.version)
        explainer.go.set()
        _wait_until(lambda: _explained(sqlite, new))
    assert order[:2] == ["explain", "score"]


def test_what_was_scored_before_there_was_a_queue_is_explained(database: Database) -> None:
    encounter, other = add_scored_encounter(database), add_scored_encounter(database)
    with _working(database, Scorer(), explainer := Explains()):
        _wait_until(lambda: _explained(database, encounter) and _explained(database, other))
    assert sorted(explainer.codes) == ["427.31", "427.31", "428.0", "428.0"]


def test_an_explanation_that_always_fails_stops_after_the_third_try_and_tells_no_words(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    encounter = add_scored_encounter(database, logits={"428.0": 2.0})
    explainer = Explains()
    explainer.error = RuntimeError(f"cannot read {SECRET}")
    with structlog.testing.capture_logs() as logged, _working(database, Scorer(), explainer):
        _wait_until(lambda: len(failed_explanations(database, actor=system_user(database))) == 1)
        time.sleep(0.1)
    assert explainer.codes == ["428.0"] * 3
    (failed,) = failed_explanations(database, actor=system_user(database))
    assert (failed.encounter, failed.error) == (encounter.label, "RuntimeError")
    assert SECRET not in repr(logged) + caplog.text + repr(failed)
    assert {entry["error"] for entry in logged} == {"RuntimeError"}


def test_a_long_explanation_keeps_its_lease(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=3))
    encounter = add_scored_encounter(sqlite, logits={"428.0": 2.0})
    explainer = Explains()
    explainer.go.clear()
    with _working(sqlite, Scorer(), explainer):
        _wait_until(lambda: explainer.begun != [])
        _wait_until(_renewed(sqlite, ExplanationJobRow.lease_until))
        assert take_explanations(sqlite, explainer.technique) == ()
        explainer.go.set()
        _wait_until(lambda: _explained(sqlite, encounter))
    assert explainer.codes == ["428.0"]


def test_workers_together_explain_everything_once(database: Database) -> None:
    encounters = [add_scored_encounter(database) for _ in range(6)]
    explainers = [Explains() for _ in range(3)]
    with ExitStack() as stack:
        for explainer in explainers:
            stack.enter_context(_working(database, Scorer(), explainer, standby=False))
        _wait_until(lambda: all(_explained(database, each) for each in encounters))
    assert sum(len(explainer.codes) for explainer in explainers) == 12


def test_the_apps_worker_rests_while_a_worker_process_is_alive(sqlite: Database) -> None:
    scorer, explainer = Scorer(), Explains()
    heartbeats.beat(sqlite, "other", scorer.version.version)
    encounter = add_encounter(sqlite)
    with _working(sqlite, scorer, explainer) as worker:
        worker.notify()
        time.sleep(0.3)
        assert scorer.read == []
        heartbeats.leave(sqlite, "other")
        _wait_until(lambda: _explained(sqlite, encounter))


def test_a_worker_for_another_model_version_keeps_nobody_from_work(sqlite: Database) -> None:
    heartbeats.beat(sqlite, "other", "b" * 64)
    encounter = add_encounter(sqlite)
    with _working(sqlite, Scorer(), Explains()):
        _wait_until(lambda: _explained(sqlite, encounter))


def test_a_worker_process_is_alive_until_it_ends(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeats, "ALIVE", timedelta(seconds=3))
    scorer = Scorer()
    scorer.gate.clear()
    add_encounter(sqlite)
    with _working(sqlite, scorer, standby=False):
        _wait_until(lambda: heartbeats.workers_alive(sqlite, scorer.version.version) == 1)
        _wait_until(_renewed(sqlite, HeartbeatRow.until))  # it scores all the while
        assert heartbeats.workers_alive(sqlite, scorer.version.version)
    assert not heartbeats.workers_alive(sqlite, scorer.version.version)


def test_the_apps_worker_has_no_heartbeat(sqlite: Database) -> None:
    add_encounter(sqlite)
    with _working(sqlite, scorer := Scorer(), Explains()):
        _wait_until(lambda: _all_scored(sqlite))
        assert not heartbeats.workers_alive(sqlite, scorer.version.version)


def test_no_explanation_is_begun_while_a_person_waits_for_one_but_notes_are_scored(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("icd9_review.jobs.worker._POLL", 0.02)
    somebody_waits = threading.Event()
    somebody_waits.set()
    encounter = add_encounter(sqlite)
    explainer = Explains()
    with _working(sqlite, Scorer(), explainer, gives_way=somebody_waits.is_set):
        _wait_until(lambda: _all_scored(sqlite))
        time.sleep(0.2)
        assert explainer.begun == []
        somebody_waits.clear()
        _wait_until(lambda: _explained(sqlite, encounter))


def test_a_worker_may_end_when_nothing_waits(database: Database) -> None:
    encounter = add_encounter(database)
    with _working(database, Scorer(), Explains(), standby=False, until_empty=True) as worker:
        assert worker.join(20)
    assert _explained(database, encounter)


def test_a_new_model_version_scores_and_explains_what_the_old_one_has_left(
    database: Database,
) -> None:
    encounter = add_scored_encounter(database)
    old = suggestions(database, encounter.id, make_model().version)
    scorer = Scorer()
    scorer.version = newer = make_model("b" * 64)
    explainer = Explains(newer.version)
    with _working(database, scorer, explainer, standby=False, until_empty=True) as worker:
        assert worker.join(20)
    found = explanation_progress(database, [encounter.id], newer.version)
    assert found == {encounter.id: ExplanationProgress(1, 1, 0)}
    assert suggestions(database, encounter.id, newer.version)[0].code == "428.0"
    assert suggestions(database, encounter.id, make_model().version) == old


def test_a_worker_with_nothing_to_do_asks_for_second_coders_and_reads_for_them(
    database: Database,
) -> None:
    """By the rule in force; without one nobody is asked."""
    coder, by = newcomer(database), system_user(database)
    disagree(database, coder)
    further = add_signed(database)
    with _working(database, Scorer(), Explains(), standby=False, until_empty=True) as worker:
        assert worker.join(20)
    assert len(second_codings(database, actor=by)) == 1
    set_second_rule(database, SecondRule(active=True, least=0.9, fewest=1), actor=by)
    with _working(database, Scorer(), Explains(), standby=False, until_empty=True) as worker:
        assert worker.join(20)
    asked = second_codings(database, actor=by)[0]
    assert (asked.encounter_id, asked.coder) == (further.id, coder.id)
    assert pending_notes(database, make_model().version).queued == 0


def test_a_worker_with_nothing_to_do_draws_the_audit_of_a_promoted_model_once(
    sqlite: Database,
) -> None:
    register_model(sqlite, SETTING)
    promote(sqlite)
    charts = [add_scored_encounter(sqlite, NEW) for _ in range(2)]
    scorer = Scorer()
    scorer.version = NEW
    for signed in charts:
        sign(sqlite, signed)
        for _ in range(2):
            with _working(
                sqlite, scorer, standby=False, until_empty=True, promotion_sample=1
            ) as worker:
                assert worker.join(20)
    (sample,) = samples(sqlite, actor=system_user(sqlite))
    assert (len(sample.drawn), sample.candidates) == (1, 2)


_HANGING = """
import sys, time
from datetime import timedelta
from icd9_review.jobs.worker import Worker
from icd9_review.store import leases
from icd9_review.store.database.engine import open_database
from icd9_review.store.scoring import heartbeats
from tests.explaining import Explains
from tests.jobs.test_worker import Scorer
leases.LEASE = heartbeats.ALIVE = timedelta(seconds=2)
class Hangs(Explains):
    def explain_many(self, text, codes, *, window):
        print(*codes, flush=True)
        time.sleep(600)
Worker(open_database(sys.argv[1]), Scorer(), Hangs(), standby=False).start()
time.sleep(600)
"""


def test_the_job_of_a_killed_worker_is_taken_again_after_its_lease(
    database: Database, address: str
) -> None:
    encounter = add_scored_encounter(database, logits={"428.0": 2.0})
    killed = subprocess.Popen(
        [sys.executable, "-c", _HANGING, address], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert killed.stdout is not None
    assert killed.stdout.readline() == "428.0\n"
    with _working(database, Scorer(), explainer := Explains()):
        time.sleep(2.5)  # longer than the lease, which is renewed
        assert explainer.codes == []
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        _wait_until(lambda: _explained(database, encounter))
    assert explainer.codes == ["428.0"]


class FailsTogether(Explains):
    """Explains one code at a time, and fails on several."""

    def explain_many(
        self, text: str, codes: Iterable[str], *, window: Window
    ) -> dict[str, Attribution]:
        if len(asked := tuple(codes)) > 1:
            raise RuntimeError
        return super().explain_many(text, asked, window=window)


def test_jobs_that_wait_to_be_tried_alone_keep_their_leases(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=3))
    explainer = FailsTogether()
    explainer.go.clear()
    encounter = add_scored_encounter(sqlite, logits={CODES[0]: 2.0, CODES[2]: 1.0})  # one window
    with _working(sqlite, Scorer(), explainer):
        _wait_until(lambda: explainer.begun != [])
        _wait_until(_renewed(sqlite, ExplanationJobRow.lease_until))
        assert take_explanations(sqlite, explainer.technique) == ()
        explainer.go.set()
        _wait_until(lambda: _explained(sqlite, encounter))
