"""Entries of the whole ledger, newest first, filtered and paged in the database."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Mapping

from sqlalchemy import ColumnElement, exists, func, literal, not_, or_, select
from sqlalchemy.orm import Session, aliased

from icd9_review.errors import NotFound
from icd9_review.quality.arms.veil import NO_VEIL, veiled
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow, EventRow, HeadRow
from icd9_review.store.deciding.veils import find_veils
from icd9_review.store.oversight.entries_in_sql import newest_events, wanted_events
from icd9_review.store.people.access import hides_none
from icd9_review.store.people.entries import write_entry
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.users import system_actor, user_names
from icd9_review.values import (
    Arm,
    Event,
    EventKind,
    LedgerEntry,
    LedgerPage,
    LedgerPlace,
    LedgerQuery,
    User,
    encounter_label,
)

COUNTED = 10_000
"""How far what matches is counted: a few milliseconds; further nobody reads page by page."""

_CHUNK = 1000  # entries at once while an export is written; by judgement: a megabyte or less


def ledger_page(
    database: Database,
    query: LedgerQuery,
    older: LedgerPlace | None = None,
    *,
    actor: User,
    limit: int = 50,
) -> LedgerPage:
    """Some entries, those behind the place ``older`` where one is given.

    By places and not by numbers of pages: what comes in meanwhile moves nothing. What befell an
    encounter that somebody does not see is left out. Raises PermissionDenied for a role that does
    not look into the ledger.
    """
    check_may(actor, Act.AUDIT)
    with database.read() as session:
        seen = [*hides_none(session, EventRow.stream, actor), _may_be_told()]
        found = _read(session, query, older, limit + 1, seen)
        shown = _entries(session, found[:limit], user_names(session))
        total = count_events(session, query, COUNTED + 1, *seen)
    more = len(found) > limit
    return LedgerPage(shown, shown[-1].place if more else None, total)


def ledger_entries(
    database: Database, query: LedgerQuery, *, actor: User
) -> Generator[LedgerEntry]:
    """Every entry that matches, all of one moment, so many at a time."""
    check_may(actor, Act.AUDIT)
    with database.read() as session:
        names, older = user_names(session), None
        seen = [*hides_none(session, EventRow.stream, actor), _may_be_told()]
        while found := _entries(session, _read(session, query, older, _CHUNK, seen), names):
            yield from found
            older = found[-1].place


def count_events(
    session: Session, query: LedgerQuery, most: int | None = None, *more: ColumnElement[bool]
) -> int:
    """How many events match, counted no further than ``most``."""
    matching = select(literal(1)).select_from(EventRow).where(*wanted_events(query), *more)
    matching = matching.limit(most)
    return session.scalar(select(func.count()).select_from(matching.subquery())) or 0


def named_encounter(database: Database, given: str, *, actor: User) -> str:
    """The id of the encounter that people call E-00042, e-42 or 42, or that has this id.

    Raises NotFound, naming what was given, PermissionDenied.
    """
    check_may(actor, Act.AUDIT)
    label = re.fullmatch("(?:[eE]-?)?0*([1-9][0-9]{0,8})", given.strip())
    with database.read() as session:
        if label:
            number = select(EncounterRow.id).where(EncounterRow.number == int(label[1]))
            found = session.scalar(number)
        else:  # one that is gone may have left its events
            found = session.scalar(select(HeadRow.stream).where(HeadRow.stream == given.strip()))
    if found is None or found == ledger.SYSTEM:
        raise NotFound(f"There is no encounter {given.strip()[:30]!r}; give one like E-00042.")
    return found


def encounter_labels(session: Session, streams: Iterable[str]) -> dict[str, str]:
    """What people call the encounters of some streams, by stream."""
    query = select(EncounterRow.id, EncounterRow.number).where(EncounterRow.id.in_(set(streams)))
    return {row.id: encounter_label(row.number) for row in session.execute(query)}


def labels_of(database: Database, streams: Iterable[str], *, actor: User) -> dict[str, str]:
    """The same, where no read is under way. Raises PermissionDenied."""
    check_may(actor, Act.AUDIT)
    with database.read() as session:
        return encounter_labels(session, streams)


def record_ledger_read(database: Database, query: LedgerQuery, *, actor: User, key: str) -> None:
    """Store that somebody looked into the ledger, and for what; once for each key."""
    check_may(actor, Act.AUDIT)
    ledger.check_token("idempotency key", key)
    with database.write() as session:
        said = describe_query(query)
        ledger.append(session, ledger.SYSTEM, EventKind.LEDGER_READ, said, actor, key)


def record_verification(database: Database, findings: int, seconds: float, *, actor: User) -> None:
    """Store that somebody had the ledger verified, and how many places did not hold."""
    check_may(actor, Act.AUDIT)
    said = {"findings": findings, "seconds": round(seconds, 1)}
    with database.write() as session:
        write_entry(session, EventKind.LEDGER_VERIFIED, said, actor)


def record_anchor(database: Database, streams: int, digest: str, *, stamped: bool) -> None:
    """That the heads of so many streams were signed to be kept elsewhere; the sum of what was."""
    said = {"streams": streams, "sha256": digest, "stamped": stamped}
    with database.write() as session:
        write_entry(session, EventKind.LEDGER_ANCHORED, said, system_actor(session))


def describe_query(query: LedgerQuery) -> dict[str, object]:
    """What somebody asked for, as events hold it."""
    return {
        "people": list(query.people),
        "encounter": query.encounter or None,
        "kinds": [kind.value for kind in query.kinds],
        "since": query.since.isoformat() if query.since else None,
        "before": query.before.isoformat() if query.before else None,
    }


def _read(
    session: Session,
    query: LedgerQuery,
    older: LedgerPlace | None,
    limit: int,
    seen: list[ColumnElement[bool]],
) -> list[Event]:
    rows = session.execute(newest_events(query, older, limit, *seen)).mappings()
    return [ledger.decode(row) for row in rows]


def _entries(
    session: Session, events: list[Event], names: Mapping[int, str]
) -> tuple[LedgerEntry, ...]:
    """As people may read them: of what is coded blind without what the model said."""
    streams = {event.stream for event in events}
    labels = encounter_labels(session, streams)
    arms = select(EncounterRow.id, EncounterRow.arm).where(
        EncounterRow.id.in_(streams), EncounterRow.arm == Arm.BLIND
    )
    veils = find_veils(session, {row.id: row.arm for row in session.execute(arms)})
    told = (veiled(event, veils.get(event.stream, NO_VEIL)) for event in events)
    return tuple(
        LedgerEntry(event, names[event.actor], labels.get(event.stream, ""))
        for event in told
        if event is not None
    )


def _may_be_told() -> ColumnElement[bool]:
    """Not that a suggestion was explained, while what is suggested is kept from people."""
    signature = aliased(EventRow)
    signed = exists().where(
        signature.stream == EventRow.stream, signature.kind == EventKind.FINALISED.value
    )
    blind = exists().where(EncounterRow.id == EventRow.stream, EncounterRow.arm == Arm.BLIND)
    return or_(EventRow.kind != EventKind.EXPLAINED.value, not_(blind), signed)
