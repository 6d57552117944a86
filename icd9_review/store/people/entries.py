"""What the ledger hears of people and of the program: in the stream of no encounter."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from icd9_review.store import ledger
from icd9_review.values import EventKind, User


def write_entry(session: Session, kind: EventKind, payload: Mapping[str, object], by: User) -> None:
    """Append an event that can only be meant once, under a key of its place in the stream."""
    number = ledger.head(session, ledger.SYSTEM, lock=True)[0] + 1
    ledger.append(session, ledger.SYSTEM, kind, payload, by, f"{kind}/{number}")
