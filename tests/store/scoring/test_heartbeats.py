"""A worker is alive until its heartbeat runs out or it leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import HeartbeatRow
from icd9_review.store.scoring import heartbeats
from icd9_review.store.scoring.heartbeats import beat, leave, workers_alive

VERSION, OTHER = "a" * 64, "b" * 64


def test_a_worker_is_alive_for_its_own_model_version(database: Database) -> None:
    assert not workers_alive(database, VERSION)
    for _ in range(2):
        beat(database, "one", VERSION)
    assert workers_alive(database, VERSION)
    assert not workers_alive(database, OTHER)


def test_one_that_leaves_is_not_alive_and_the_others_are(database: Database) -> None:
    beat(database, "one", VERSION)
    beat(database, "two", VERSION)
    leave(database, "one")
    assert workers_alive(database, VERSION)
    leave(database, "two")
    assert not workers_alive(database, VERSION)


def test_a_heartbeat_runs_out_and_its_row_goes_with_the_next(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(heartbeats, "ALIVE", timedelta(seconds=-1))
        beat(database, "killed", VERSION)
    assert not workers_alive(database, VERSION)
    beat(database, "one", OTHER)
    with database.read() as session:
        assert session.scalars(select(HeartbeatRow.worker)).all() == ["one"]
