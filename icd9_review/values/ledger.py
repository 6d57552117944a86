"""Entries of the ledger, and what its verification finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """What a ledger event says happened."""

    ENCOUNTER_CREATED = "encounter_created"
    NOTE_ADDED = "note_added"
    SCORED = "scored"
    EXPLAINED = "explained"
    OPENED = "opened"
    SHOWN = "shown"
    INSPECTED = "inspected"
    CLOSED = "closed"
    SEARCHED = "searched"
    VIEWED = "viewed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REPLACED = "replaced"
    ADDED = "added"
    UNDONE = "undone"
    RESEQUENCED = "resequenced"
    POA_SET = "poa_set"
    PERFORMED_SET = "performed_set"
    EVIDENCE_SET = "evidence_set"
    ADMITTING_SET = "admitting_set"
    FACT_SET = "fact_set"
    LINE_SET = "line_set"
    HELD = "held"
    RELEASED = "released"
    SIGNER_CONFIRMED = "signer_confirmed"
    FINALISED = "finalised"
    REOPENED = "reopened"
    COMMENTED = "commented"
    ASSIGNED = "assigned"
    CLAIMED = "claimed"
    CODES_IMPORTED = "codes_imported"
    IMPORTED = "imported"
    EXPORTED = "exported"
    ROWS_SHOWN = "rows_shown"
    MODEL_CHANGED = "model_changed"
    MODEL_REGISTERED = "model_registered"
    MODEL_PROMOTED = "model_promoted"
    MODEL_ROLLED_BACK = "model_rolled_back"
    MODEL_RETIRED = "model_retired"
    SHADOW_READ = "shadow_read"
    SETTINGS_CHANGED = "settings_changed"
    FIGURES_READ = "figures_read"
    LEDGER_READ = "ledger_read"
    LEDGER_REVIEWED = "ledger_reviewed"
    LEDGER_VERIFIED = "ledger_verified"
    LEDGER_ANCHORED = "ledger_anchored"
    ENCOUNTERS_ARCHIVED = "encounters_archived"
    BACKED_UP = "backed_up"
    RESTORED = "restored"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    LOCKED_OUT = "locked_out"
    UNLOCKED = "unlocked"
    SIGNED_OUT = "signed_out"
    PERSON_ADDED = "person_added"
    PERSON_CHANGED = "person_changed"
    PASSWORD_SET = "password_set"  # noqa: S105
    FACTOR_SET = "factor_set"
    FACTOR_FAILED = "factor_failed"
    FACTOR_REMOVED = "factor_removed"
    RECOVERY_CODES_SET = "recovery_codes_set"
    RECOVERY_CODE_USED = "recovery_code_used"
    TOKEN_ADDED = "token_added"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    WEBHOOK_ADDED = "webhook_added"
    WEBHOOK_REMOVED = "webhook_removed"
    ENCOUNTER_REGISTERED = "encounter_registered"
    PURGED = "purged"
    LEGAL_HOLD_PLACED = "legal_hold_placed"
    LEGAL_HOLD_LIFTED = "legal_hold_lifted"
    TEAM_ADDED = "team_added"
    TEAMS_SET = "teams_set"
    MOVED = "moved"
    GLASS_BROKEN = "glass_broken"
    PHYSICIAN_ASKED = "physician_asked"
    PHYSICIAN_ANSWERED = "physician_answered"
    PHYSICIAN_QUERY_WITHDRAWN = "physician_query_withdrawn"
    SAMPLE_DRAWN = "sample_drawn"
    GOLD_KEPT = "gold_kept"
    GOLD_CHANGED = "gold_changed"
    TWIN_MADE = "twin_made"
    SECOND_RULE_SET = "second_rule_set"
    AUDIT_OPENED = "audit_opened"
    AUDIT_CODED = "audit_coded"
    AUDIT_REMARKED = "audit_remarked"
    AUDIT_RETURNED = "audit_returned"
    AUDIT_ANSWERED = "audit_answered"
    AUDIT_ADJUDICATED = "audit_adjudicated"
    AUDIT_CLOSED = "audit_closed"
    AUDIT_WITHDRAWN = "audit_withdrawn"


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the ledger as it is stored, payload decoded."""

    stream: str
    sequence: int
    kind: EventKind
    schema: int
    payload: dict[str, object]
    actor: int
    at: datetime
    key: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a stream: its number, its hash and when it came."""

    stream: str
    sequence: int
    hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where the ledger does not verify; no sequence for a stream as a whole."""

    stream: str
    sequence: int | None
    problem: str
