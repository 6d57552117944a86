"""What the store says of an encounter at one moment, for the page on which it is worked on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from icd9_review.errors import NotFound
from icd9_review.quality.queries.open_queries import QUERY_KINDS
from icd9_review.review.fold import DECISIONS
from icd9_review.store import ledger
from icd9_review.store.code_lists import find_lists_version
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EventRow, HeadRow, SummaryRow
from icd9_review.store.deciding.comments import find_comments
from icd9_review.store.intake.encounters import check_encounter_id
from icd9_review.store.people.access import check_sees
from icd9_review.store.users import user_names
from icd9_review.store.worklist.claims import live_claim
from icd9_review.values import Claim, Comment, EncounterStatus, Event, EventKind

_TELLING = (
    EventKind.ENCOUNTER_CREATED,
    EventKind.NOTE_ADDED,
    EventKind.COMMENTED,
    *QUERY_KINDS,
    *DECISIONS,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """An encounter as it stands: ``sequence`` is its last event of any kind.

    ``intake`` is the event with which it came in, None where nobody may know; ``events`` are its
    decisions, comments and queries and the notes that came in, in order; ``names`` those of
    everybody. ``explained`` is the last event that told of an explanation, 0 for none; ``claim``
    is who works on it, ``lists`` the version of the code lists in force.
    """

    status: EncounterStatus
    sequence: int
    explained: int
    intake: Event | None
    events: tuple[Event, ...]
    comments: tuple[Comment, ...]
    names: Mapping[int, str]
    claim: Claim | None
    lists: str


def read_moment(database: Database, encounter_id: str) -> Moment:
    """All of it in one look. Raises NotFound, Restricted."""
    check_encounter_id(encounter_id)
    explained = (
        select(EventRow.sequence)
        .where(EventRow.stream == encounter_id, EventRow.kind + "" == EventKind.EXPLAINED.value)
        .order_by(EventRow.sequence.desc())
        .limit(1)
        .scalar_subquery()
    )
    standing = (
        select(HeadRow.sequence, SummaryRow.status, explained.label("explained"))
        .join(SummaryRow, SummaryRow.encounter_id == HeadRow.stream)
        .where(HeadRow.stream == encounter_id)
    )
    with database.read() as session:
        check_sees(session, [encounter_id])
        if (stands := session.execute(standing).one_or_none()) is None:
            raise NotFound("No encounter is stored under this identifier.")
        intake, *events = ledger.read(session, encounter_id, _TELLING)
        names = user_names(session)
        return Moment(
            status=stands.status,
            sequence=stands.sequence,
            explained=stands.explained or 0,
            intake=intake,
            events=tuple(events),
            comments=find_comments(session, events, names),
            names=names,
            claim=live_claim(session, encounter_id, ledger.now()),
            lists=find_lists_version(session),
        )
