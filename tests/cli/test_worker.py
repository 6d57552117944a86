"""The command that works beside the app, as people call it, with a real model and processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner, Result

from icd9_review.cli.main import app
from icd9_review.errors import InputError
from icd9_review.model.folder.files import read_folder
from icd9_review.model.reading.predictor import load_predictor
from icd9_review.settings import ROOT
from icd9_review.store import leases
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import ExplanationJobRow, JobRow, JobState
from icd9_review.store.explaining.explanation_queue import (
    failed_explanations,
    give_explanation_back,
    take_explanation,
)
from icd9_review.store.explaining.plan import ExplanationProgress, explanation_progress
from icd9_review.store.scoring import heartbeats
from icd9_review.store.scoring.scores import register_model, suggestions
from icd9_review.store.scoring.scoring_queue import give_note_back, pending_notes, take_note
from icd9_review.store.users import system_user
from icd9_review.values import Encounter
from tests.databases import SQLITE_IN_LONG
from tests.encounters import add_encounter, add_scored_encounter, make_model
from tests.explaining import Explains
from tests.tiny import NOTE

SECRET = "unmistakable words of a note"


@pytest.fixture
def settings(
    monkeypatch: pytest.MonkeyPatch, address: str, tiny_model_folder: Path
) -> dict[str, str]:
    """The environment of an app on this database with the tiny model."""
    chosen = {"DATABASE_URL": address, "ICD9_REVIEW_MODEL": str(tiny_model_folder)}
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    return {**os.environ, "OMP_NUM_THREADS": "1"}


def run(*arguments: str) -> Result:
    """Without going to work, which would change this process."""
    return CliRunner().invoke(app, ["worker", *arguments])


def start(settings: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "icd9_review", "worker", *arguments],
        cwd=ROOT,
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def explained(database: Database, encounters: list[Encounter], version: str) -> bool:
    found = explanation_progress(database, [each.id for each in encounters], version)
    every = [found.get(each.id) for each in encounters]
    return all(progress == ExplanationProgress(3, 3, 0) for progress in every)


def let_leases_run_out(database: Database) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    with database.write() as session:
        for table in (JobRow, ExplanationJobRow):
            running = table.state == JobState.RUNNING
            session.execute(update(table).where(running).values(lease_until=past))


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end, "this did not happen in time"
        time.sleep(0.05)


@SQLITE_IN_LONG
def test_two_workers_score_and_explain_everything_once(
    database: Database, settings: dict[str, str], tiny_model_folder: Path
) -> None:
    version = load_predictor(tiny_model_folder).version
    register_model(database, version)
    encounters = [
        add_encounter(database, text=f"{NOTE}{number}", version=version.version)
        for number in range(4)
    ]
    workers = [start(settings, "--until-empty", "--threads", "1") for _ in range(2)]
    for worker in workers:
        out, err = worker.communicate(timeout=120)
        assert (worker.returncode, out) == (0, ""), err
        assert "admitted" not in err
    # One may end while the other holds the last job, but never before everything is taken.
    assert explained(database, encounters, version.version)
    with database.read() as session:
        rows = session.execute(select(ExplanationJobRow.state, ExplanationJobRow.attempts)).all()
    assert set(rows) == {(JobState.DONE, 1)}
    assert not heartbeats.workers_alive(database, version.version)


def test_what_a_killed_worker_left_is_finished_by_the_next(
    sqlite: Database, sqlite_address: str, tiny_model_folder: Path
) -> None:
    settings = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "DATABASE_URL": sqlite_address,
        "ICD9_REVIEW_MODEL": str(tiny_model_folder),
    }
    version = load_predictor(tiny_model_folder).version
    register_model(sqlite, version)
    encounters = [
        add_encounter(sqlite, text=f"{NOTE}{number}", version=version.version)
        for number in range(16)
    ]
    killed = start(settings)
    wait_until(lambda: pending_notes(sqlite, version.version).queued < 14)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    let_leases_run_out(sqlite)
    assert not explained(sqlite, encounters, version.version)
    following = start(settings)
    wait_until(lambda: explained(sqlite, encounters, version.version))
    following.send_signal(signal.SIGTERM)
    following.communicate(timeout=60)
    assert following.returncode == 0
    assert failed_explanations(sqlite, actor=system_user(sqlite)) == ()


def test_a_worker_takes_up_what_another_process_promotes(
    sqlite: Database, sqlite_address: str, tiny_model_folder: Path, tmp_path: Path
) -> None:
    settings = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "DATABASE_URL": sqlite_address,
        "ICD9_REVIEW_MODEL": str(tiny_model_folder),
    }
    former = read_folder(tiny_model_folder).version
    register_model(sqlite, former)
    worker = start(settings)
    assert worker.stderr is not None
    told = iter(worker.stderr.readline, "")
    assert any(f"working for model {former.version[:12]}" in line for line in told)
    further = shutil.copytree(tiny_model_folder, tmp_path / "further")
    thresholds = {"global": 0.4, "split": "generated phrases"}
    (further / "thresholds.json").write_text(json.dumps(thresholds), encoding="utf-8")
    version = read_folder(further).version
    for step in (["register", str(further)], ["promote", version.version, "--reason", "Better."]):
        ended = CliRunner().invoke(app, ["model", *step], env=settings, catch_exceptions=False)
        assert ended.exit_code == 0, ended.output
    assert any(f"working for model {version.version[:12]}" in line for line in told)
    chart = add_encounter(sqlite, text=NOTE, version=version.version)
    wait_until(lambda: bool(suggestions(sqlite, chart.id, version.version)))
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=60)
    assert worker.returncode == 0


def test_without_failures_the_list_says_so(settings: dict[str, str]) -> None:
    done = run("--failed")
    assert (done.exit_code, done.stdout) == (0, "nothing has failed\n")


def test_what_failed_is_listed_without_words_of_notes(
    database: Database, settings: dict[str, str]
) -> None:
    encounter = add_scored_encounter(database)
    key = Explains().technique.key(suggestions(database, encounter.id, make_model().version)[0])
    unread = add_encounter(database, version=make_model().version)
    for _ in range(leases.ATTEMPTS):
        job = take_explanation(database, key)
        note = take_note(database, make_model().version)
        assert job is not None
        assert note is not None
        give_explanation_back(database, job, RuntimeError(SECRET))
        give_note_back(database, note, RuntimeError(SECRET))
    done = run("--failed")
    assert done.exit_code == 1
    assert SECRET not in done.output
    assert done.stdout.splitlines() == [
        f"{unread.label}  note {unread.notes[0].id}  not scored: RuntimeError",
        f"{encounter.label}  note {key.note_id}  diagnosis 428.0 of model aaaaaaaaaaaa "
        "not explained: RuntimeError",
    ]


def test_listing_goes_with_nothing_else() -> None:
    done = run("--failed", "--retry")
    assert isinstance(done.exception, InputError)
