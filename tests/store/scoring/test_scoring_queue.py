"""The queue: every note once, leases that run out, three attempts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from icd9_review.errors import NoteError
from icd9_review.store import leases
from icd9_review.store.database.engine import Database
from icd9_review.store.scoring.catching_up import catch_up
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.store.scoring.scoring_queue import (
    failure,
    give_note_back,
    pending_notes,
    renew_note,
    retry_failed,
    retry_notes,
    take_note,
)
from icd9_review.store.users import system_user
from icd9_review.store.worklist.page import status
from icd9_review.values import EncounterStatus, Job, Pending
from tests.encounters import add_encounter, make_model, make_scores

MODEL = make_model()
VERSION = MODEL.version


def _claim(database: Database) -> Job:
    job = take_note(database, VERSION)
    assert job is not None
    return job


def test_notes_are_claimed_once_and_in_their_order(database: Database) -> None:
    register_model(database, MODEL)
    notes = [add_encounter(database, version=VERSION).notes[0].id for _ in range(3)]
    assert [_claim(database).note_id for _ in notes] == notes
    assert take_note(database, VERSION) is None
    assert pending_notes(database, VERSION) == Pending(queued=0, running=3, failed=0)


def test_two_workers_never_take_the_same_note(database: Database) -> None:
    register_model(database, MODEL)
    notes = {add_encounter(database, version=VERSION).notes[0].id for _ in range(8)}
    with ThreadPoolExecutor(4) as pool:
        taken = [job for job in pool.map(lambda _: take_note(database, VERSION), range(12)) if job]
    assert sorted(job.note_id for job in taken) == sorted(notes)


def test_what_a_person_waits_for_comes_first(database: Database) -> None:
    register_model(database, MODEL)
    encounter = add_encounter(database)
    old = encounter.notes[0].id
    catch_up(database, [encounter.id], VERSION)
    new = add_encounter(database, version=VERSION).notes[0].id
    assert [_claim(database).note_id for _ in range(2)] == [new, old]


def test_a_job_whose_worker_died_is_claimed_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_model(database, MODEL)
    add_encounter(database, version=VERSION)
    monkeypatch.setattr(leases, "LEASE", timedelta(0))
    first, second = _claim(database), _claim(database)
    assert (first.id, first.attempts, second.attempts) == (second.id, 1, 2)
    give_note_back(database, first, RuntimeError())  # it comes too late
    assert pending_notes(database, VERSION).running == 1


def test_a_renewed_lease_is_not_taken(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    register_model(database, MODEL)
    add_encounter(database, version=VERSION)
    with monkeypatch.context() as patch:
        patch.setattr(leases, "LEASE", timedelta(0))
        job = _claim(database)
    renew_note(database, job)
    assert take_note(database, VERSION) is None


def test_a_note_that_kills_its_worker_fails_after_the_third_attempt(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_model(database, MODEL)
    encounter = add_encounter(database, version=VERSION)
    monkeypatch.setattr(leases, "LEASE", timedelta(0))
    assert [_claim(database).attempts for _ in range(leases.ATTEMPTS)] == [1, 2, 3]
    assert take_note(database, VERSION) is None
    assert pending_notes(database, VERSION).failed == 1
    assert "stopped 3 times" in str(failure(database, encounter.id))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RuntimeError("words of the note"), "RuntimeError"),
        (NoteError("The note is empty."), "NoteError: The note is empty."),
        (NoteError("x" * 500), ("NoteError: " + "x" * 500)[:200]),
    ],
)
def test_a_failing_note_is_tried_three_times_and_tells_no_word_of_it(
    database: Database, error: Exception, words: str
) -> None:
    register_model(database, MODEL)
    encounter = add_encounter(database, version=VERSION)
    for attempt in range(1, leases.ATTEMPTS + 1):
        job = _claim(database)
        assert job.attempts == attempt
        assert failure(database, encounter.id) is None
        give_note_back(database, job, error)
    assert take_note(database, VERSION) is None
    assert failure(database, encounter.id) == words
    retry_notes(database, encounter.id)
    assert _claim(database).attempts == 1


def test_failed_notes_are_queued_again(database: Database) -> None:
    register_model(database, MODEL)
    add_encounter(database, version=VERSION)
    for _ in range(leases.ATTEMPTS):
        give_note_back(database, _claim(database), RuntimeError())
    assert retry_failed(database, VERSION, actor=system_user(database)) == 1
    assert _claim(database).attempts == 1


def test_many_failed_notes_are_queued_again_a_few_encounters_at_a_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("icd9_review.store.scoring.scoring_queue._AT_ONCE", 2)
    register_model(database, MODEL)
    encounters = [add_encounter(database, version=VERSION) for _ in range(5)]
    for _ in range(5 * leases.ATTEMPTS):
        give_note_back(database, _claim(database), RuntimeError())
    assert retry_failed(database, VERSION, actor=system_user(database)) == 5
    for encounter in encounters:
        assert status(database, encounter.id) is EncounterStatus.SCORING


def test_scores_end_the_job_whoever_stored_them(database: Database) -> None:
    register_model(database, MODEL)
    (note,) = add_encounter(database, version=VERSION).notes
    job = _claim(database)
    save_scores(database, note.id, make_scores(MODEL))
    give_note_back(database, job, RuntimeError())
    assert pending_notes(database, VERSION) == Pending(0, 0, 0)
