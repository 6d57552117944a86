"""What was done to an encounter, and what a person last saw of it."""

from __future__ import annotations

from icd9_review.quality.queries.open_queries import QUERY_KINDS
from icd9_review.review.fold import DECISIONS
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.people.access import check_sees
from icd9_review.values import Event, EventKind, User

_TELLING = (EventKind.NOTE_ADDED, EventKind.COMMENTED, *QUERY_KINDS, *DECISIONS)
_ELSEWHERE = (
    EventKind.COMMENTED,
    EventKind.INSPECTED,
    EventKind.SEARCHED,
    EventKind.VIEWED,
    EventKind.ASSIGNED,
    EventKind.NOTE_ADDED,
    EventKind.MOVED,
    EventKind.GLASS_BROKEN,
    EventKind.SIGNER_CONFIRMED,
    EventKind.PURGED,
    EventKind.LEGAL_HOLD_PLACED,
    EventKind.LEGAL_HOLD_LIFTED,
    EventKind.SAMPLE_DRAWN,
    EventKind.GOLD_KEPT,
    EventKind.GOLD_CHANGED,
    EventKind.TWIN_MADE,
    EventKind.SECOND_RULE_SET,
    EventKind.MODEL_REGISTERED,
    EventKind.MODEL_PROMOTED,
    EventKind.MODEL_ROLLED_BACK,
    EventKind.MODEL_RETIRED,
    EventKind.SHADOW_READ,
    EventKind.AUDIT_OPENED,
    EventKind.AUDIT_CODED,
    EventKind.AUDIT_REMARKED,
    EventKind.AUDIT_RETURNED,
    EventKind.AUDIT_ANSWERED,
    EventKind.AUDIT_ADJUDICATED,
    EventKind.AUDIT_CLOSED,
    EventKind.AUDIT_WITHDRAWN,
    EventKind.TOKEN_ADDED,
    EventKind.TOKEN_REVOKED,
    EventKind.WEBHOOK_ADDED,
    EventKind.WEBHOOK_REMOVED,
)
"""What comes of pages where nobody sees what others did."""
_VISITING = tuple(kind for kind in EventKind if kind not in _ELSEWHERE)


def last_visit(database: Database, encounter_id: str, user: User) -> int | None:
    """The number of the last event of this person's last visit; None before the first.

    Raises NotFound for an unknown encounter.
    """
    with database.read() as session:
        check_sees(session, [encounter_id], user)
        ledger.head(session, encounter_id)
        events = (ledger.last(session, encounter_id, kind, user) for kind in _VISITING)
        return max((event.sequence for event in events if event), default=None)


def story(database: Database, encounter_id: str) -> tuple[Event, ...]:
    """The decisions, comments and queries of an encounter and its new notes, in order."""
    with database.read() as session:
        check_sees(session, [encounter_id])
        return ledger.read(session, encounter_id, _TELLING)
