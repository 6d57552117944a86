"""The archive: signed charts of old that the worklist leaves out unless it is asked for them.

Nothing moves. An event of the system says before which day of signing charts are archived; the last
one holds, and the projection behind the worklist follows it. What is reopened or added to is signed
no more, and so comes out by itself. Everything else reads archived charts as all others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, select, text, update

from icd9_review.errors import InputError
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import SummaryRow
from icd9_review.store.people.entries import write_entry
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.projections.archive import is_old
from icd9_review.values import EventKind, User

_MUCH: Final = 1_000
"""Charts that make a difference to how the worklist is best read; by judgement."""
_CHUNK: Final = 500
"""Charts of one transaction, in which nobody else stores on SQLite; by judgement."""


@dataclass(frozen=True, slots=True)
class ArchiveOutcome:
    """How many charts went into the archive, and how many came back."""

    archived: int
    returned: int


def archive_signed(database: Database, before: date | None, *, actor: User) -> ArchiveOutcome:
    """Archive what was signed before a day (UTC), and have all else back; None empties it.

    In short transactions; where it was interrupted the same call goes on. Raises InputError for a
    day to come, PermissionDenied.
    """
    check_may(actor, Act.ADMINISTER)
    if before is not None and before > datetime.now(UTC).date():
        raise InputError(f"{before} is still to come; name a day that has passed.")
    with database.write() as session:
        said = {"before": before and before.isoformat()}
        write_entry(session, EventKind.ENCOUNTERS_ARCHIVED, said, actor)
    moment = None if before is None else datetime.combine(before, time(), UTC)
    outcome = ArchiveOutcome(
        archived=_mark(database, and_(is_old(moment), ~SummaryRow.archived), archived=True),
        returned=_mark(database, and_(~is_old(moment), SummaryRow.archived), archived=False),
    )
    _tell_planner(database, outcome)
    return outcome


def _tell_planner(database: Database, outcome: ArchiveOutcome) -> None:
    """Have the database learn how much of the worklist is archived, where that changed much.

    SQLite learns it at no other time: without, it takes an index for a few rows when it holds all.
    """
    if outcome.archived + outcome.returned < _MUCH:
        return
    with database.write() as session:
        session.execute(text("ANALYZE summaries"))


def count_archived(database: Database, *, actor: User) -> int:
    """How many charts are in the archive. Raises PermissionDenied."""
    check_may(actor, Act.ADMINISTER)
    with database.read() as session:
        mine = select(func.count()).select_from(SummaryRow).where(SummaryRow.archived)
        return session.scalar(mine) or 0


def _mark(database: Database, which: ColumnElement[bool], *, archived: bool) -> int:
    """Each chart is looked at once, by number: a chunk begins where the last one ended.

    Nobody waits while charts are looked for: it is asked again once they are locked.
    """
    marked, last = 0, 0
    while some := _find(database, which, last):
        marked += _set(database, list(some.values()), which, archived=archived)
        last = max(some)
    return marked


def _find(database: Database, which: ColumnElement[bool], last: int) -> dict[int, str]:
    """The next charts to mark after this number, by number."""
    row = SummaryRow
    query = select(row.number, row.encounter_id).where(which, row.number > last)
    with database.read() as session:
        found = session.execute(query.order_by(row.number).limit(_CHUNK))
        return {each.number: each.encounter_id for each in found}


def _set(database: Database, some: list[str], which: ColumnElement[bool], *, archived: bool) -> int:
    mine = and_(SummaryRow.encounter_id.in_(some), which)
    with database.write() as session:
        ledger.lock_heads(session, some)
        done: Any = session.execute(update(SummaryRow).where(mine).values(archived=archived))
        return int(done.rowcount)
