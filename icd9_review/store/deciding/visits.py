"""What a person last saw of an encounter."""

from __future__ import annotations

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.people.access import check_sees
from icd9_review.values import EventKind, User

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
        return ledger.last_number(session, encounter_id, _VISITING, user)
