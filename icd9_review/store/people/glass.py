"""Seeing an encounter of another team for a while, with a reason that the ledger keeps.

What hospitals call breaking the glass (45 CFR 164.312(a)(2)(ii)): nobody is kept from what a
patient's care needs, and everybody answers for having looked.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from icd9_review.errors import ConflictError, InputError
from icd9_review.notes.text.disguised import has_controls
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow, EventRow, GlassRow, UserRow
from icd9_review.store.ledger import free_text
from icd9_review.store.ledger.purged import is_purged
from icd9_review.store.people.access import GLASS_LASTS, sees
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.values import (
    BrokenGlass,
    Event,
    EventKind,
    GlassReason,
    User,
    encounter_label,
)

LONGEST_REASON: Final = 500
"""Characters of what is written beside a reason; by judgement: a few sentences."""


def break_glass(
    database: Database,
    encounter_id: str,
    reason: GlassReason,
    words: str = "",
    *,
    actor: User,
    key: str,
    now: datetime | None = None,
) -> None:
    """Let a person see an encounter of another team for ``GLASS_LASTS``, and tell the ledger.

    Nothing is stored where they see it anyway, or for a key that was used for the same before, and
    no words where the text of the encounter was purged: nothing would purge them. Raises
    InputError for words that cannot be or that OTHER lacks, PermissionDenied for a role that does
    not read, NotFound for an unknown encounter.
    """
    check_may(actor, Act.READ)
    ledger.check_token("idempotency key", key)
    said = _check_words(reason, words)
    with database.write() as session:
        ledger.head(session, encounter_id, lock=True)
        if (stored := ledger.find(session, key)) is not None:
            _check_same(stored, encounter_id, actor)
        elif not sees(session, encounter_id, actor):
            _store(session, encounter_id, (reason, said), actor, key, now or ledger.now())


def broken_glass(
    database: Database,
    *,
    actor: User,
    since: datetime | None = None,
    person: User | None = None,
    limit: int = 200,
) -> tuple[BrokenGlass, ...]:
    """Who looked at encounters of other teams and why, the newest first; for whoever audits.

    ``since`` a moment and by one person, where these are given; ``limit`` is by judgement what a
    person reads at once. Raises PermissionDenied for a role that does not look into the ledger.
    """
    check_may(actor, Act.AUDIT)
    query = (
        select(GlassRow, EventRow, EncounterRow.number, UserRow)
        .join(EncounterRow, EncounterRow.id == GlassRow.encounter_id)
        .join(UserRow, UserRow.id == GlassRow.user_id)
        .join(
            EventRow,
            (EventRow.stream == GlassRow.encounter_id) & (EventRow.sequence == GlassRow.sequence),
        )
        .order_by(GlassRow.id.desc())
        .limit(limit)
    )
    if since is not None:
        query = query.where(GlassRow.since >= since)
    if person is not None:
        query = query.where(GlassRow.user_id == person.id)
    with database.read() as session:
        return tuple(_value(session, row) for row in session.execute(query).all())


def _check_words(reason: GlassReason, words: str) -> str:
    said = " ".join(words.split())
    if reason is GlassReason.OTHER and not said:
        raise InputError("Write why you need to see this encounter, or choose one of the reasons.")
    if len(said) > LONGEST_REASON:
        raise InputError(
            f"What you wrote is {len(said):,} characters long; shorten it to {LONGEST_REASON:,}."
        )
    if has_controls(said):
        raise InputError("What you wrote contains a control character; write it without.")
    return said


def _check_same(stored: Event, encounter_id: str, actor: User) -> None:
    mine = (encounter_id, EventKind.GLASS_BROKEN, actor.id)
    if (stored.stream, stored.kind, stored.actor) != mine:
        raise ConflictError("This reason's key was used for something else; reload the page.")


def _store(
    session: Session,
    encounter_id: str,
    given: tuple[GlassReason, str],
    actor: User,
    key: str,
    now: datetime,
) -> None:
    reason, words = given
    until = now + GLASS_LASTS
    payload: dict[str, object] = {"reason": reason.value, "until": ledger.write_time(until)}
    if words and not is_purged(session, encounter_id):
        payload["words"] = free_text.write_text(session, words)
    event = ledger.append(session, encounter_id, EventKind.GLASS_BROKEN, payload, actor, key)
    session.add(
        GlassRow(
            encounter_id=encounter_id,
            sequence=event.sequence,
            user_id=actor.id,
            since=now,
            until=until,
        )
    )


def _value(session: Session, row: Row[GlassRow, EventRow, int, UserRow]) -> BrokenGlass:
    glass, stored, number, person = row
    said = ledger.decode({name: getattr(stored, name) for name in _EVENT}).payload
    digest = said.get("words")
    return BrokenGlass(
        encounter_id=glass.encounter_id,
        encounter=encounter_label(number),
        person=User(person.id, person.name, person.role),
        reason=GlassReason(str(said["reason"])),
        words=free_text.find_text(session, str(digest)) if digest else None,
        at=glass.since,
        until=glass.until,
    )


_EVENT = tuple(column.key for column in EventRow.__table__.columns)
