"""The day's progress of one person: their own events, in the server's days."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import SummaryRow
from icd9_review.store.worklist.progress import progress
from icd9_review.values import Encounter, EncounterStatus, EventKind, Progress, User
from tests.encounters import add_encounter, coders

ZONE = ZoneInfo("America/New_York")
DAY = date(2026, 3, 2)
NOTHING = Progress(finalised=0, decided=0, median=None)
OPENED, CLOSED, FINALISED = EventKind.OPENED, EventKind.CLOSED, EventKind.FINALISED


@pytest.fixture(autouse=True)
def _server_in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", ZONE.key)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


class Work:
    """Events of one person on encounters, at the minutes of a day that begins at eight."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.database = database
        self._monkeypatch = monkeypatch
        self._keys = 0

    def append(
        self,
        encounter: Encounter,
        actor: User,
        kind: EventKind,
        minute: float,
        *,
        day: date = DAY,
        payload: Mapping[str, object] | None = None,
    ) -> None:
        at = datetime(day.year, day.month, day.day, 8, tzinfo=ZONE) + timedelta(minutes=minute)
        self._keys += 1
        with self._monkeypatch.context() as patch, self.database.write() as session:
            patch.setattr(
                "icd9_review.store.ledger.chain.now", lambda: at.astimezone(ZoneInfo("UTC"))
            )
            ledger.append(session, encounter.id, kind, payload or {}, actor, f"work/{self._keys}")
            if kind in (FINALISED, EventKind.REOPENED):
                status = (
                    EncounterStatus.FINALISED if kind is FINALISED else EncounterStatus.IN_PROGRESS
                )
                session.execute(
                    update(SummaryRow)
                    .where(SummaryRow.encounter_id == encounter.id)
                    .values(status=status)
                )

    def decide(
        self, encounter: Encounter, actor: User, kind: EventKind, code: str, minute: float = 0
    ) -> None:
        payload = {"code": code, "kind": "diagnosis", "reason": None}
        self.append(encounter, actor, kind, minute, payload=payload)


@pytest.fixture
def work(database: Database, monkeypatch: pytest.MonkeyPatch) -> Work:
    return Work(database, monkeypatch)


def test_the_median_is_of_the_encounters_finalised_that_day(database: Database, work: Work) -> None:
    first, _ = coders(database)
    assert progress(database, first, day=DAY) == NOTHING
    for length in (4, 6, 9):
        encounter = add_encounter(database)
        work.append(encounter, first, OPENED, 0)
        work.append(encounter, first, FINALISED, length)
        work.append(encounter, first, CLOSED, length + 5)
    unfinished = add_encounter(database)
    work.append(unfinished, first, OPENED, 60)
    work.append(unfinished, first, CLOSED, 62)
    assert progress(database, first, day=DAY) == Progress(3, 0, timedelta(minutes=6))


def test_time_of_an_earlier_day_belongs_to_the_encounter_too(
    database: Database, work: Work
) -> None:
    first, _ = coders(database)
    encounter = add_encounter(database)
    work.append(encounter, first, OPENED, 0, day=date(2026, 2, 27))
    work.append(encounter, first, CLOSED, 5, day=date(2026, 2, 27))
    work.append(encounter, first, OPENED, 0)
    work.append(encounter, first, FINALISED, 2)
    assert progress(database, first, day=DAY).median == timedelta(minutes=7)


def test_a_day_is_one_of_the_servers_time_zone(database: Database, work: Work) -> None:
    first, _ = coders(database)
    late, early = 15 * 60 + 59, -8 * 60
    for minute, day in ((late, DAY), (early, DAY), (late + 1, DAY), (early - 1, DAY)):
        work.append(add_encounter(database), first, FINALISED, minute, day=day)
    assert progress(database, first, day=DAY).finalised == 2
    assert progress(database, first, day=DAY + timedelta(days=1)).finalised == 1
    assert progress(database, first, day=DAY - timedelta(days=1)).finalised == 1


def test_what_was_reopened_is_not_finalised(database: Database, work: Work) -> None:
    first, second = coders(database)
    encounter = add_encounter(database)
    work.append(encounter, first, FINALISED, 0)
    work.append(encounter, second, EventKind.REOPENED, 1)
    assert progress(database, first, day=DAY) == NOTHING
    work.append(encounter, first, FINALISED, 2)
    assert progress(database, first, day=DAY).finalised == 1


def test_decided_are_codes_not_keystrokes(database: Database, work: Work) -> None:
    first, _ = coders(database)
    one, other = add_encounter(database), add_encounter(database)
    for encounter in (one, other):
        work.decide(encounter, first, EventKind.ACCEPTED, "428.0")
    work.decide(one, first, EventKind.REJECTED, "428.0", 1)
    work.decide(one, first, EventKind.ACCEPTED, "486", 2)
    work.decide(one, first, EventKind.UNDONE, "486", 3)
    assert progress(database, first, day=DAY).decided == 2


def test_everybody_sees_only_their_own_work(database: Database, work: Work) -> None:
    first, second = coders(database)
    encounter = add_encounter(database)
    work.append(encounter, first, OPENED, 0)
    work.append(encounter, second, OPENED, 1)
    work.decide(encounter, second, EventKind.ACCEPTED, "428.0", 3)
    work.append(encounter, second, CLOSED, 4)
    work.append(encounter, first, FINALISED, 5)
    assert progress(database, first, day=DAY) == Progress(1, 0, timedelta(minutes=5))
    assert progress(database, second, day=DAY) == Progress(0, 1, None)


def test_today_is_the_day_when_none_is_given(database: Database) -> None:
    first, _ = coders(database)
    encounter = add_encounter(database)
    with database.write() as session:
        payload = {"code": "428.0", "kind": "diagnosis", "reason": None}
        ledger.append(session, encounter.id, EventKind.ACCEPTED, payload, first, "today")
    assert progress(database, first).decided == 1
