"""What the ledger hears of people and of the program: in the stream of no encounter."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address

from sqlalchemy.orm import Session

from icd9_review.store import ledger
from icd9_review.values import EventKind, User


def write_entry(session: Session, kind: EventKind, payload: Mapping[str, object], by: User) -> None:
    """Append an event that can only be meant once, under a key of its place in the stream."""
    number = ledger.head(session, ledger.SYSTEM, lock=True)[0] + 1
    ledger.append(session, ledger.SYSTEM, kind, payload, by, f"{kind}/{number}")


def told_address(address: str) -> dict[str, str]:
    """Where somebody came from, as it stands in a payload; nothing for what is no address.

    >>> told_address("10.0.0.7"), told_address("<script>")
    ({'address': '10.0.0.7'}, {})
    """
    try:
        return {"address": str(ip_address(address))}
    except ValueError:
        return {}
