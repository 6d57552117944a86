"""What people may do, held against the events that say so.

The users table is what the program goes by; PERSON_ADDED and PERSON_CHANGED in the system
stream say how it came to be so. They hold numbers, roles and whether somebody may act, never
names. Whoever was there before any such event is taken as they are until the first one
about them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import String, select, type_coerce
from sqlalchemy.orm import Session

from icd9_review.store import ledger
from icd9_review.store.database.tables import EventRow, UserRow
from icd9_review.values import EventKind, Finding, Role

_KINDS = (EventKind.PERSON_ADDED, EventKind.PERSON_CHANGED)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What somebody may do; ``sequence`` is that of the event that left it so."""

    role: str
    active: bool
    sequence: int
    service: bool = False


def person_payload(
    user_id: int, role: Role, *, active: bool, service: bool = False
) -> dict[str, object]:
    """The payload of PERSON_ADDED and PERSON_CHANGED: how the person stands afterwards."""
    said: dict[str, object] = {"user": user_id, "role": role.value, "active": active}
    return said | {"service": True} if service else said


def any_added(session: Session) -> bool:
    """Whether people are added by events here; from then on whoever is added needs one."""
    query = select(EventRow.key).where(EventRow.kind == EventKind.PERSON_ADDED.value)
    return session.scalar(query.where(EventRow.stream == ledger.SYSTEM).limit(1)) is not None


def check_people(session: Session) -> Iterator[Finding]:
    """Users who are not what the events left, and those whom no event added."""
    left, first = _events_left(session)
    for number, role, active, service in _stored(session):
        said = left.pop(number, None)
        if said is None:
            if first is not None and number > first:
                yield _finding(None, f"person {number} was added and no event tells of it")
        elif role != said.role:
            yield _finding(said.sequence, f"person {number} has another role than this left")
        elif active != said.active:
            here = "active" if active else "inactive"
            yield _finding(said.sequence, f"person {number} is {here} and this left them otherwise")
        elif service != said.service:
            what = "a service account" if service else "no service account"
            yield _finding(said.sequence, f"person {number} is {what} and this left them otherwise")
    for number, said in left.items():
        yield _finding(said.sequence, f"person {number} is missing")


def _events_left(session: Session) -> tuple[dict[int, _Standing], int | None]:
    """How people stand by the events, and the number of the first who was added by one.

    Numbers are given out upwards: a smaller one is from before.
    """
    left: dict[int, _Standing] = {}
    added: list[int] = []
    for event in ledger.walk(session, ledger.SYSTEM, _KINDS):
        said = cast(dict[str, Any], event.payload)
        service = bool(said.get("service"))
        left[said["user"]] = _Standing(said["role"], said["active"], event.sequence, service)
        added += [said["user"]] if event.kind is EventKind.PERSON_ADDED else []
    return left, min(added, default=None)


def _stored(session: Session) -> list[tuple[int, str, bool, bool]]:
    """Number, role, whether active, whether a service account; the role as it is stored, which
    may be none of ours."""
    role = type_coerce(UserRow.role, String)
    query = select(UserRow.id, role, UserRow.active, UserRow.service).order_by(UserRow.id)
    return [(number, role, bool(on), bool(own)) for number, role, on, own in session.execute(query)]


def _finding(sequence: int | None, problem: str) -> Finding:
    return Finding(ledger.SYSTEM, sequence, problem)
