"""What the page of an audit shows beside it: the chart, and what the model had suggested.

An audit that is blind to the model shows none of that before it is closed, to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from icd9_review.codes.volumes import takes
from icd9_review.review.fold import DECISIONS, fold
from icd9_review.store import ledger
from icd9_review.store.auditing.audit_rows import audit_row, told_audits
from icd9_review.store.database.engine import Database
from icd9_review.store.exporting.rankings import TELLING, Rankings
from icd9_review.store.intake.encounters import load_encounter
from icd9_review.store.people.access import check_in_team
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.values import Audit, CodeKey, Encounter, Event, EventKind, Span, User


def audited_chart(database: Database, audit_id: str, *, actor: User) -> Encounter:
    """The notes and facts that an audit is of. Raises NotFound, Restricted, PermissionDenied."""
    check_may(actor, Act.AUDIT)
    with database.read() as session:
        return load_encounter(session, _encounter_of(session, audit_id, actor))


def record_audit_look(database: Database, audit_id: str, *, actor: User, key: str) -> None:
    """Store that somebody looked at an audit, once for each key. Raises as ``audited_chart``."""
    check_may(actor, Act.AUDIT)
    ledger.check_token("idempotency key", key)
    with database.write() as session:
        encounter_id = _encounter_of(session, audit_id, actor)
        ledger.append(session, encounter_id, EventKind.VIEWED, {"page": "audit"}, actor, key)


def suggested_at_signing(
    database: Database, audit_id: str, *, actor: User
) -> Mapping[CodeKey, float]:
    """What the model suggested when the chart was signed, with the probability that was shown.

    Likeliest first, by the version that had read the notes last; nothing while the audit is blind
    to the model. Raises as ``audited_chart``.
    """
    check_may(actor, Act.AUDIT)
    with database.read() as session:
        if (audit := _open_to_model(session, audit_id, actor)) is None:
            return {}
        told = ledger.read(session, audit.encounter_id, TELLING)
        version = _last_read(told, audit.signature)
        rankings = Rankings(session, {audit.encounter_id: told})
        found = rankings.suggestions(audit.encounter_id, version, audit.signature)
        setting = load_encounter(session, audit.encounter_id).setting
        return {(e.kind, e.code): e.shown for e in found if takes(setting, e.kind)}


def marked_at_signing(
    database: Database, audit_id: str, *, actor: User
) -> Mapping[CodeKey, tuple[Span, ...]]:
    """The words of the notes that the coder chose for each code that was signed.

    Nothing while the audit is blind to the model: a code with words of its own was not suggested.
    Raises as ``audited_chart``.
    """
    check_may(actor, Act.AUDIT)
    with database.read() as session:
        if (audit := _open_to_model(session, audit_id, actor)) is None:
            return {}
        told = ledger.read(session, audit.encounter_id, (*DECISIONS,))
        state = fold(each for each in told if each.sequence < audit.signature)
        chosen = (each for each in state.accepted if each.evidence and not each.found)
        return {(each.kind, each.code): each.evidence for each in chosen}


def _open_to_model(session: Session, audit_id: str, actor: User) -> Audit | None:
    """The audit; None while it is blind to the model."""
    audit = told_audits(session, _encounter_of(session, audit_id, actor))[audit_id]
    return None if audit.blind_model and not audit.is_closed else audit


def _encounter_of(session: Session, audit_id: str, actor: User) -> str:
    encounter_id = audit_row(session, audit_id).encounter_id
    check_in_team(session, [encounter_id], actor)
    return encounter_id


def _last_read(events: Sequence[Event], before: int) -> str | None:
    read = [
        str(event.payload["model_version"])
        for event in events
        if event.kind is EventKind.SCORED and event.sequence < before
    ]
    return read[-1] if read else None
