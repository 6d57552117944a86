"""Gold encounters and twins, held against the events that say what they are."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.store import ledger
from icd9_review.store.database.tables import GoldRow, TwinRow
from icd9_review.values import Event, EventKind, Finding


def check_gold(session: Session) -> Iterator[Finding]:
    """Gold that is missing, has other codes or another use than was said, or nobody kept."""
    left = {row.id: row for row in session.scalars(select(GoldRow))}
    told = ledger.walk(session, ledger.SYSTEM, (EventKind.GOLD_KEPT, EventKind.GOLD_CHANGED))
    last: dict[str, Event] = {}
    kept: dict[str, Event] = {}
    for event in told:
        gold = str(event.payload["gold"])
        kept.setdefault(gold, event)
        last[gold] = event
    for gold, event in kept.items():
        row, number = left.pop(gold, None), event.payload["number"]
        if row is None:
            yield Finding(ledger.SYSTEM, event.sequence, f"gold encounter {number} is missing")
        elif not _is_as_told(row, event, last[gold]):
            problem = f"gold encounter {number} is not as it was kept"
            yield Finding(ledger.SYSTEM, event.sequence, problem)
    for row in left.values():
        yield Finding(ledger.SYSTEM, None, f"no event tells of gold encounter {row.number}")


def check_twins(session: Session) -> Iterator[Finding]:
    """Twins that are not marked as such any more, are of others, or that nobody made."""
    left = {row.encounter_id: row for row in session.scalars(select(TwinRow))}
    for event in ledger.walk(session, ledger.SYSTEM, (EventKind.TWIN_MADE,)):
        row, said = left.pop(str(event.payload["twin"]), None), event.payload
        if row is None:
            problem = f"the mark that {said['encounter']} is {said['of']} once more is missing"
            yield Finding(ledger.SYSTEM, event.sequence, problem)
        elif _told_of(row) != tuple(said[name] for name in _NAMES):
            problem = f"the mark of {said['encounter']} is not the one that was made"
            yield Finding(ledger.SYSTEM, event.sequence, problem)
    for row in left.values():
        yield Finding(row.encounter_id, None, "no event tells whose twin it is")


_NAMES = ("source", "purpose", "gold", "to", "why")


def _told_of(row: TwinRow) -> tuple[object, ...]:
    return row.source_id, row.purpose.value, row.gold_id, row.coder, row.why


def _is_as_told(row: GoldRow, kept: Event, last: Event) -> bool:
    said = kept.payload
    stands = row.codes, row.encounter_id, row.origin.value, row.actor
    same = stands == (said["codes"], said["encounter_id"], said["origin"], kept.actor)
    uses = (row.onboarding, row.retired)
    return same and uses == (last.payload["onboarding"], last.payload.get("retired", False))
