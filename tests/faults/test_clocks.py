"""A clock that goes back locks no work, no claim and no session for as long as it was wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from icd9_review.store import leases
from icd9_review.store.database.engine import Database
from icd9_review.store.explaining import explanation_queue
from icd9_review.store.explaining.explanation_queue import take_explanation, take_explanations
from icd9_review.store.people.presence import count_sessions
from icd9_review.store.people.sessions import begin_session
from icd9_review.store.scoring import heartbeats
from icd9_review.store.scoring.heartbeats import beat, workers_alive
from icd9_review.store.scoring.scores import suggestions
from icd9_review.store.scoring.scoring_queue import renew_note, take_note
from icd9_review.store.worklist.claims import claim, claim_of
from icd9_review.store.worklist.page import next_encounter, worklist
from icd9_review.values import WorklistQuery
from tests.encounters import add_encounter, add_scored_encounter, coders, make_model
from tests.explaining import Explains

VERSION = make_model().version


def hours(count: float) -> datetime:
    """So many hours from now."""
    return datetime.now(UTC) + timedelta(hours=count)


@contextmanager
def clock_ahead(by: float) -> Iterator[None]:
    """The clock is so many hours ahead, and goes back at the end."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (leases, heartbeats, explanation_queue):
            patch.setattr(module, "now", lambda: hours(by))
        yield


STEPS = pytest.mark.parametrize("step", [1, 24, 24 * 365])


@STEPS
def test_work_is_taken_again(database: Database, step: float) -> None:
    encounter = add_scored_encounter(database)
    unread = add_encounter(database, version=VERSION).notes[0].id
    technique = Explains().technique
    first = technique.key(suggestions(database, encounter.id, VERSION)[0])
    with clock_ahead(step):
        assert take_note(database, VERSION)
        assert take_explanation(database, first)
    again = take_note(database, VERSION)
    assert again is not None
    assert again.note_id == unread
    assert first in [job.key for job in take_explanations(database, technique)]


def test_what_a_person_waits_for_is_worked_out_although_a_clock_went_back(
    database: Database,
) -> None:
    encounter = add_scored_encounter(database)
    key = Explains().technique.key(suggestions(database, encounter.id, VERSION)[0])
    with clock_ahead(1):
        assert take_explanation(database, key)
    assert take_explanation(database, key)
    assert take_explanation(database, key) is None  # it is at work now


def test_a_worker_that_goes_on_keeps_its_work(database: Database) -> None:
    add_scored_encounter(database)
    add_encounter(database, version=VERSION)
    with clock_ahead(1):
        job = take_note(database, VERSION)
    assert job is not None
    renew_note(database, job)
    assert take_note(database, VERSION) is None


@STEPS
def test_a_dead_worker_keeps_nobody_from_work(database: Database, step: float) -> None:
    with clock_ahead(step):
        beat(database, "dead", VERSION)
        assert workers_alive(database, VERSION)
    assert not workers_alive(database, VERSION)


@STEPS
def test_a_claim_is_free(database: Database, step: float) -> None:
    encounter, (first, second) = add_scored_encounter(database), coders(database)
    claim(database, encounter.id, first, now=hours(step))
    assert claim_of(database, encounter.id) is None
    assert worklist(database, WorklistQuery()).rows[0].claim is None
    assert next_encounter(database, user=second) == encounter.id
    assert claim(database, encounter.id, second).user == second


@STEPS
def test_a_session_is_no_longer_counted(database: Database, step: float) -> None:
    begin_session(database, coders(database)[0], now=hours(step))
    assert count_sessions(database) == 0


def test_clocks_of_two_machines_may_differ_a_little(database: Database) -> None:
    """By as much as a lease or a heartbeat lasts."""
    add_scored_encounter(database)
    add_encounter(database, version=VERSION)
    with clock_ahead(10 / 3600):
        beat(database, "other", VERSION)
        assert take_note(database, VERSION)
    assert workers_alive(database, VERSION)
    assert take_note(database, VERSION) is None
