"""The queue of explanations: the likeliest first, leases that run out, three attempts."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import cycle

import numpy as np
import pytest

from icd9_review.errors import NotFound
from icd9_review.store import leases
from icd9_review.store.database.engine import Database
from icd9_review.store.explaining.attributions import save_attribution
from icd9_review.store.explaining.explanation_queue import (
    ExplanationJob,
    FailedExplanation,
    failed_explanations,
    give_explanation_back,
    hurry_explanation,
    renew_explanations,
    retry_explanations,
    take_explanation,
    take_explanations,
)
from icd9_review.store.intake.encounters import add_note
from icd9_review.store.scoring.scores import register_model, save_scores, suggestions
from icd9_review.store.users import system_user
from icd9_review.values import AttributionKey, Calibration, Encounter, NewNote
from tests.encounters import add_encounter, coders, make_model, make_scores
from tests.explaining import Explains

MODEL = make_model()
TECHNIQUE = Explains().technique
EVERY = {"428.0": 3.0, "427.31": 1.0, "250.00": 2.0, "486": 0.5}


def _add(
    database: Database, logits: dict[str, float] = EVERY, *, windows: Iterable[int] = (0,)
) -> Encounter:
    """A scored encounter with its explanations queued, in these windows by turns."""
    register_model(database, MODEL)
    encounter = add_encounter(database, version=MODEL.version)
    turns = cycle(windows)
    windows = np.array([next(turns) for _ in MODEL.labels], np.int32)
    scores = replace(make_scores(MODEL, logits), windows=windows)
    save_scores(database, encounter.notes[0].id, scores, TECHNIQUE)
    return encounter


def _claim(database: Database) -> ExplanationJob:
    (job,) = take_explanations(database, TECHNIQUE)
    return job


def _codes(jobs: Iterable[ExplanationJob]) -> list[str]:
    return [job.key.code for job in jobs]


def _key(database: Database, encounter: Encounter, code: str) -> AttributionKey:
    found = suggestions(database, encounter.id, MODEL.version)
    return TECHNIQUE.key(next(each for each in found if each.code == code))


def _explain(database: Database, key: AttributionKey) -> None:
    save_attribution(database, key, Explains().explain("text", key.code, window=key.window))


def test_the_order_is_that_of_the_probability_people_see(database: Database) -> None:
    low = Calibration(1.0, 0.0, "validation", lines=((1.0, -4.0),), line_of=bytes([1, 0, 0, 0]))
    model = make_model(calibration=low)
    register_model(database, model)
    for logits in ({"428.0": 3.0}, {"427.31": 1.0}):
        encounter = add_encounter(database, version=model.version)
        save_scores(database, encounter.notes[0].id, make_scores(model, logits), TECHNIQUE)
    taken = [_codes(take_explanations(database, TECHNIQUE)) for _ in range(2)]
    assert taken == [["427.31"], ["428.0"]]


def test_the_most_probable_come_first_across_encounters(database: Database) -> None:
    _add(database, {"428.0": 1.0, "486": 4.0})
    _add(database, {"427.31": 2.0, "250.00": 3.0, "486": -1.0})
    taken = [_codes(take_explanations(database, TECHNIQUE)) for _ in range(3)]
    assert taken == [["486", "428.0"], ["250.00", "427.31"], []]


def test_what_waits_of_a_window_comes_with_its_most_probable(database: Database) -> None:
    first, second = _add(database), _add(database)
    for encounter in (second, first):
        taken = take_explanations(database, TECHNIQUE)
        assert _codes(taken) == ["428.0", "250.00", "427.31", "486"]
        assert {job.key.note_id for job in taken} == {encounter.notes[0].id}


def test_codes_of_other_windows_do_not_come_along(database: Database) -> None:
    _add(database, windows=(0, 1))
    taken = [take_explanations(database, TECHNIQUE) for _ in range(2)]
    assert sum(len(jobs) for jobs in taken) == len(EVERY)
    assert [len({job.key.window for job in jobs}) for jobs in taken] == [1, 1]
    assert taken[0][0].key.window != taken[1][0].key.window


def test_a_job_that_was_claimed_before_comes_alone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add(database)
    with monkeypatch.context() as patch:
        patch.setattr(leases, "LEASE", timedelta(0))
        assert len(take_explanations(database, TECHNIQUE)) == 4  # and the worker dies
    assert [len(take_explanations(database, TECHNIQUE)) for _ in range(5)] == [1, 1, 1, 1, 0]


def test_a_take_carries_the_key_whole(database: Database) -> None:
    encounter = _add(database)
    for job in take_explanations(database, TECHNIQUE):
        assert job.key == _key(database, encounter, job.key.code)


def test_workers_never_take_the_same_explanation(database: Database) -> None:
    for _ in range(3):
        _add(database)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: take_explanations(database, TECHNIQUE), range(16)))
    keys = [job.key for taken in found for job in taken]
    assert len(keys) == len(set(keys)) == 12


def test_what_a_person_asked_for_comes_first(database: Database) -> None:
    _, asked, _ = (_add(database) for _ in range(3))
    hurry_explanation(database, _key(database, asked, "486"))
    taken = take_explanations(database, TECHNIQUE)
    assert _codes(taken) == ["486", "428.0", "250.00", "427.31"]
    assert taken[0].key == _key(database, asked, "486")


def test_what_nobody_asked_for_waits_where_nothing_is_explained_ahead(database: Database) -> None:
    encounter = _add(database)
    assert take_explanations(database, TECHNIQUE, ahead=False) == ()
    hurry_explanation(database, _key(database, encounter, "486"))
    assert _codes(take_explanations(database, TECHNIQUE, ahead=False)) == ["486"]
    assert take_explanations(database, TECHNIQUE, ahead=False) == ()


def test_taking_what_another_worker_has_gives_nothing(database: Database) -> None:
    encounter = _add(database)
    other = _key(database, encounter, "486")
    taken = take_explanation(database, other)
    assert taken is not None
    assert taken.key == other
    rest = take_explanations(database, TECHNIQUE)
    assert _codes(rest) == ["428.0", "250.00", "427.31"]
    assert take_explanation(database, rest[0].key) is None
    assert take_explanations(database, TECHNIQUE) == ()


def test_a_code_that_is_no_suggestion_gets_a_job_by_being_asked_about(database: Database) -> None:
    encounter = _add(database, {"428.0": 1.0})
    key = _key(database, encounter, "486")
    job = take_explanation(database, key)
    assert job is not None
    assert take_explanation(database, key) is None
    give_explanation_back(database, job, RuntimeError())
    assert _claim(database).key == key


def test_only_one_of_many_who_ask_at_once_takes_it(database: Database) -> None:
    key = _key(database, _add(database, {"428.0": 1.0}), "486")
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: take_explanation(database, key), range(8)))
    assert sum(job is not None for job in taken) == 1


def test_nothing_is_taken_for_a_note_that_does_not_exist(database: Database) -> None:
    key = replace(_key(database, _add(database), "486"), note_id="0" * 22)
    with pytest.raises(NotFound):
        take_explanation(database, key)


def test_a_job_whose_worker_died_is_claimed_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add(database, {"428.0": 1.0})
    with monkeypatch.context() as patch:
        patch.setattr(leases, "LEASE", timedelta(0))
        first = _claim(database)
    second = _claim(database)
    assert (first.id, first.attempts, second.attempts) == (second.id, 1, 2)
    give_explanation_back(database, first, RuntimeError())  # it comes too late
    assert take_explanations(database, TECHNIQUE) == ()


def test_a_renewed_lease_is_not_taken(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _add(database, {"428.0": 1.0})
    with monkeypatch.context() as patch:
        patch.setattr(leases, "LEASE", timedelta(0))
        job = _claim(database)
    renew_explanations(database, [job])
    assert take_explanations(database, TECHNIQUE) == ()
    assert take_explanation(database, job.key) is None


def test_a_job_that_fails_three_times_stops_with_its_error(database: Database) -> None:
    encounter = _add(database, {"428.0": 1.0})
    for attempt in (1, 2, 3):
        assert failed_explanations(database, actor=system_user(database)) == ()
        job = _claim(database)
        assert job.attempts == attempt
        give_explanation_back(database, job, RuntimeError("words of the note"))
    assert take_explanations(database, TECHNIQUE) == ()
    (failed,) = failed_explanations(database, actor=system_user(database))
    assert failed == FailedExplanation(encounter.label, job.key, "RuntimeError")


def test_a_job_that_kills_its_worker_three_times_stops(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add(database, {"428.0": 1.0})
    monkeypatch.setattr(leases, "LEASE", timedelta(0))
    assert [_claim(database).attempts for _ in range(leases.ATTEMPTS)] == [1, 2, 3]
    assert take_explanations(database, TECHNIQUE) == ()
    assert [each.error for each in failed_explanations(database, actor=system_user(database))] == [
        "stopped the program 3 times"
    ]


def test_what_failed_starts_anew_when_a_person_asks_or_all_are_retried(database: Database) -> None:
    _add(database, {"428.0": 1.0})
    for _ in range(leases.ATTEMPTS):
        give_explanation_back(database, job := _claim(database), RuntimeError())
    assert retry_explanations(database, actor=system_user(database)) == 1
    for _ in range(leases.ATTEMPTS):
        give_explanation_back(database, job := _claim(database), RuntimeError())
    taken = take_explanation(database, job.key)
    assert taken is not None
    assert taken.attempts == 1
    assert retry_explanations(database, actor=system_user(database)) == 0


def test_a_stored_attribution_ends_the_job_whoever_worked_it_out(database: Database) -> None:
    _add(database, {"428.0": 1.0, "427.31": 2.0})
    held, other = take_explanations(database, TECHNIQUE)
    _explain(database, held.key)
    _explain(database, other.key)
    give_explanation_back(database, held, RuntimeError())
    assert take_explanations(database, TECHNIQUE) == ()
    assert take_explanation(database, held.key) is None


def test_a_superseded_note_is_not_explained_any_more(database: Database) -> None:
    encounter = _add(database)
    note = encounter.notes[0]
    add_note(
        database,
        encounter.id,
        NewNote("CHF.", note.title),
        actor=coders(database)[0],
        key="newer",
        model_version=MODEL.version,
        supersedes=note.id,
    )
    assert take_explanations(database, TECHNIQUE) == ()


def test_jobs_of_another_technique_or_version_are_left_alone(database: Database) -> None:
    _add(database)
    other = Explains(settings="tolerance=0.01")
    assert take_explanations(database, other.technique) == ()
    assert take_explanations(database, Explains("b" * 64).technique) == ()
