"""Teams of people and encounters, and reasons to see more, held against the events that say so.

TEAMS_SET in the system stream has the teams of a person, ENCOUNTER_CREATED and MOVED in that of an
encounter have its team, GLASS_BROKEN until when somebody sees it. What lets nobody see more than
the events say is what is told: a row that is missing keeps people out, and they notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.store import ledger
from icd9_review.store.database.tables import EncounterRow, GlassRow, MembershipRow
from icd9_review.values import Event, EventKind, Finding


def check_memberships(session: Session) -> Iterator[Finding]:
    """People who are in other teams than the events left them in."""
    left: dict[int, set[int]] = {}
    for event in ledger.walk(session, ledger.SYSTEM, (EventKind.TEAMS_SET,)):
        said = cast(dict[str, Any], event.payload)
        left[said["user"]] = set(said["teams"])
    stored: dict[int, set[int]] = {}
    for person, team in session.execute(select(MembershipRow.user_id, MembershipRow.team_id)):
        stored.setdefault(person, set()).add(team)
    for person in sorted(left.keys() | stored.keys()):
        if left.get(person, set()) != stored.get(person, set()):
            problem = f"person {person} is in other teams than the events say"
            yield Finding(ledger.SYSTEM, None, problem)


def check_team(session: Session, stream: str, told: Iterable[Event]) -> Iterator[Finding]:
    """An encounter that is another team's than the events left it, or is shown without an event."""
    team, last = None, None
    broken = {}
    for event in told:
        if event.kind is EventKind.ENCOUNTER_CREATED:
            team, last = event.payload.get("team"), event.sequence
        elif event.kind is EventKind.MOVED:
            team, last = event.payload["to"], event.sequence
        elif event.kind is EventKind.GLASS_BROKEN:
            broken[event.sequence] = (event.actor, event.payload["until"])
    if session.scalar(select(EncounterRow.team).where(EncounterRow.id == stream)) != team:
        yield Finding(stream, last, "the encounter is another team's than this left it")
    for row in session.scalars(select(GlassRow).where(GlassRow.encounter_id == stream)):
        if broken.get(row.sequence) != (row.user_id, ledger.write_time(row.until)):
            problem = f"person {row.user_id} sees the encounter and no event tells why"
            yield Finding(stream, row.sequence, problem)
