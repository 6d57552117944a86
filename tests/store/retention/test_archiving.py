"""The archive: what the worklist leaves out unless it is asked for it, and what it stays in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from icd9_review.errors import InputError
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import SummaryRow
from icd9_review.store.ledger.verification import verify
from icd9_review.store.people.entries import write_entry
from icd9_review.store.projections import summaries
from icd9_review.store.retention import archiving
from icd9_review.store.retention.archiving import ArchiveOutcome, archive_signed, count_archived
from icd9_review.store.users import system_user
from icd9_review.store.worklist.page import worklist
from icd9_review.values import Encounter, EncounterStatus, EventKind, WorklistQuery
from tests.encounters import add_scored_encounter
from tests.rows import final_charts
from tests.store.auditing.signing import add_signed, reopen

TODAY = datetime.now(UTC).date()
OLD, LONG_AGO = TODAY - timedelta(days=30), datetime.now(UTC) - timedelta(days=400)


def signed_long_ago(database: Database) -> Encounter:
    """As far as the projection knows: the ledger's times are its own."""
    found = add_signed(database)
    with database.write() as session:
        mine = update(SummaryRow).where(SummaryRow.encounter_id == found.id)
        session.execute(mine.values(signed_at=LONG_AGO))
    return found


def shown(database: Database, *, archived: bool = False, search: str = "") -> list[int]:
    query = WorklistQuery(archived=archived, search=search)
    return [row.number for row in worklist(database, query).rows]


def archive(database: Database, before: date | None = OLD) -> ArchiveOutcome:
    return archive_signed(database, before, actor=system_user(database))


def test_what_was_signed_before_the_day_leaves_the_worklist_and_nothing_else(
    database: Database,
) -> None:
    old, fresh, at_work = (
        signed_long_ago(database),
        add_signed(database),
        add_scored_encounter(database),
    )
    rows = [chart.encounter_id for chart in final_charts(database)]
    assert archive(database) == ArchiveOutcome(archived=1, returned=0)
    assert shown(database) == [at_work.number, fresh.number]
    assert worklist(database, WorklistQuery()).counts[EncounterStatus.FINALISED] == 1
    assert [chart.encounter_id for chart in final_charts(database)] == rows
    assert old.id in rows
    assert verify(database) == []
    assert count_archived(database, actor=system_user(database)) == 1


def test_it_is_shown_and_found_where_it_is_asked_for(database: Database) -> None:
    old, fresh = signed_long_ago(database), add_signed(database)
    archive(database)
    assert shown(database, archived=True) == [fresh.number, old.number]
    label = f"E-{old.number:05}"
    assert shown(database, search=label) == []
    assert shown(database, search=label, archived=True) == [old.number]


def test_what_is_reopened_comes_out_of_the_archive(database: Database) -> None:
    old = signed_long_ago(database)
    archive(database)
    reopen(database, old)
    assert shown(database) == [old.number]


def test_the_last_day_holds_and_none_empties_the_archive(database: Database) -> None:
    old = signed_long_ago(database)
    archive(database)
    assert archive(database, date(2000, 1, 1)) == ArchiveOutcome(archived=0, returned=1)
    assert shown(database) == [old.number]
    archive(database)
    assert archive(database, None) == ArchiveOutcome(archived=0, returned=1)
    told = ledger.events(database, ledger.SYSTEM)
    days = [e.payload["before"] for e in told if e.kind is EventKind.ENCOUNTERS_ARCHIVED]
    assert days == [OLD.isoformat(), "2000-01-01", OLD.isoformat(), None]


def test_the_projection_follows_the_ledger_when_it_is_worked_out_anew(database: Database) -> None:
    signed, at_work = add_signed(database), add_scored_encounter(database)
    with database.write() as session:
        said = {"before": (TODAY + timedelta(days=1)).isoformat()}
        write_entry(session, EventKind.ENCOUNTERS_ARCHIVED, said, system_user(database))
        summaries.refresh(session, [signed.id, at_work.id])
    assert shown(database) == [at_work.number]


def test_it_goes_on_where_it_was_interrupted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiving, "_CHUNK", 1)
    for _ in range(3):
        signed_long_ago(database)
    assert archive(database).archived == 3
    assert archive(database).archived == 0
    assert shown(database) == []


def test_no_chart_is_looked_at_twice(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archiving, "_CHUNK", 2)
    old, fresh = [signed_long_ago(database).number for _ in range(5)], add_signed(database).number
    begun: list[int] = []
    find = archiving._find

    def noted(database: Database, which: Any, last: int) -> dict[int, str]:
        begun.append(last)
        return find(database, which, last)

    monkeypatch.setattr(archiving, "_find", noted)
    assert archive(database) == ArchiveOutcome(archived=5, returned=0)
    assert begun == [0, old[1], old[3], old[4], 0]
    assert shown(database) == [fresh]


def test_a_day_to_come_is_refused(database: Database) -> None:
    with pytest.raises(InputError, match="still to come"):
        archive(database, TODAY + timedelta(days=1))
    assert not [
        e for e in ledger.events(database, ledger.SYSTEM) if e.kind is EventKind.ENCOUNTERS_ARCHIVED
    ]
