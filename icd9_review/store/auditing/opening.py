"""An audit is opened on what is signed, and freezes that signature."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from icd9_review.errors import ConflictError, DecisionError, NotFound
from icd9_review.review.fold import DECISIONS, fold
from icd9_review.store import ledger
from icd9_review.store.auditing.audit_rows import (
    concealed,
    refresh_audits,
    told_audits,
    with_words,
)
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import AuditRow, DrawRow, EncounterRow, SampleRow
from icd9_review.store.intake.encounters import check_encounter_id
from icd9_review.store.intake.note_rows import new_id
from icd9_review.store.ledger.purged import refuse_purged
from icd9_review.store.people.access import check_in_team
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.recoding.twin_marks import is_twin
from icd9_review.store.users import user_names
from icd9_review.values import Audit, Event, EventKind, User, encounter_label


def open_audit(
    database: Database,
    encounter_id: str,
    *,
    actor: User,
    key: str,
    sample: int | None = None,
    blind: bool = False,
    blind_model: bool = False,
) -> Audit:
    """Open an audit of the signature that an encounter has now, ``blind`` to who signed.

    With ``blind_model`` it is blind to the model. Either way its auditor sees the encounter on no
    other page until it is closed (``store.people.access``).

    ``sample`` is the number of one that it was drawn in. The same key gives the audit opened
    before. Raises DecisionError for what is not signed, signed by the auditor, or a twin;
    ConflictError while another audit of the same signature is under way; TextPurged, NotFound,
    PermissionDenied.
    """
    check_may(actor, Act.REVIEW)
    check_encounter_id(encounter_id)
    ledger.check_token("idempotency key", key)
    with database.write() as session:
        lock(session, "audits")
        ledger.head(session, encounter_id, lock=True)
        check_in_team(session, [encounter_id], actor)
        if (stored := ledger.find(session, key)) is None:
            refuse_purged(session, encounter_id)
            signature = _signature(session, encounter_id, actor)
            drawn = _sample_id(session, sample, encounter_id)
            stored = _append(session, signature, actor, key, drawn, (blind, blind_model))
        elif (stored.stream, stored.kind) != (encounter_id, EventKind.AUDIT_OPENED):
            raise ConflictError("This key was used for something else; reload the page.")
        audit = told_audits(session, encounter_id)[str(stored.payload["audit"])]
        refresh_audits(session, encounter_id, [audit])
        return concealed(with_words(session, audit), actor)


def _append(
    session: Session,
    signature: Event,
    actor: User,
    key: str,
    sample_id: str | None,
    blind: tuple[bool, bool],
) -> Event:
    said = {
        "audit": new_id(),
        "number": (session.scalar(select(func.max(AuditRow.number))) or 0) + 1,
        "signature": signature.sequence,
        "codes_sha256": signature.payload["codes_sha256"],
        "signer": signature.actor,
        "sample": sample_id,
        "blind": blind[0],
        "blind_model": blind[1],
    }
    return ledger.append(session, signature.stream, EventKind.AUDIT_OPENED, said, actor, key)


def _signature(session: Session, encounter_id: str, actor: User) -> Event:
    """The event that the encounter is signed by."""
    told = ledger.read(session, encounter_id, tuple(DECISIONS))
    label = encounter_label(session.get_one(EncounterRow, encounter_id).number)
    if is_twin(session, encounter_id):
        raise DecisionError(
            f"{label} is another encounter once more, and is compared with that by itself; audit "
            "the other one."
        )
    signed = [each for each in told if each.kind is EventKind.FINALISED]
    if not signed or fold(told).signed is None:
        why = "was reopened and is not signed again" if signed else "is not signed"
        raise DecisionError(f"{label} {why}; an audit is of what was signed.")
    if signed[-1].actor == actor.id:
        raise DecisionError(
            f"You signed {label}, so somebody else has to audit it: an auditor or an administrator "
            "who did not."
        )
    _refuse_second(session, encounter_id, label, signed[-1])
    return signed[-1]


def _refuse_second(session: Session, encounter_id: str, label: str, signature: Event) -> None:
    audits = told_audits(session, encounter_id).values()
    for each in audits:
        if each.signature == signature.sequence and not each.is_closed:
            who = user_names(session)[each.auditor]
            raise ConflictError(
                f"{who} audits {label} already ({each.label}); another audit may be opened once "
                "that one is closed."
            )


def _sample_id(session: Session, number: int | None, encounter_id: str) -> str | None:
    if number is None:
        return None
    drawn = (
        select(SampleRow.id)
        .join(DrawRow, DrawRow.sample_id == SampleRow.id)
        .where(SampleRow.number == number, DrawRow.encounter_id == encounter_id)
    )
    found = session.scalar(drawn)
    if found is None:
        raise NotFound(f"This encounter was not drawn in sample {number}.")
    return found
