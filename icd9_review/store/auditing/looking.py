"""What the page of an audit shows beside it: the chart, and what the model had suggested.

An audit that is blind to the model shows none of that before it is closed, to nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.codes.volumes import takes
from icd9_review.quality.audited_chart import SignedBeside
from icd9_review.review.fold import DECISIONS, fold
from icd9_review.store import ledger
from icd9_review.store.auditing.audit_rows import audit_row, told_audits
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import NoteRow
from icd9_review.store.explaining.attributions import find_attributions
from icd9_review.store.exporting.rankings import TELLING, Rankings
from icd9_review.store.intake.encounters import load_encounter
from icd9_review.store.people.access import check_in_team
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.scoring.model_versions import load_version
from icd9_review.values import (
    Attribution,
    AttributionKey,
    Audit,
    CodeKey,
    Encounter,
    Event,
    EventKind,
    Kind,
    ModelVersion,
    Scores,
    Span,
    User,
)


@dataclass(frozen=True, slots=True)
class SignedReading:
    """What the model said when a chart was signed: its version, and the scores of each note."""

    version: ModelVersion | None = None
    scores: Mapping[str, Scores] = field(default_factory=dict)


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


def read_at_signing(database: Database, audit_id: str, *, actor: User) -> SignedReading:
    """The scores behind ``suggested_at_signing``; nothing while the audit is blind to the model.

    Raises as ``audited_chart``.
    """
    check_may(actor, Act.AUDIT)
    with database.read() as session:
        if (audit := _open_to_model(session, audit_id, actor)) is None:
            return SignedReading()
        told = ledger.read(session, audit.encounter_id, TELLING)
        named = _last_read(told, audit.signature)
        if named is None or (version := load_version(session, named)) is None:
            return SignedReading()
        rankings = Rankings(session, {audit.encounter_id: told})
        return SignedReading(version, rankings.scores(audit.encounter_id, named, audit.signature))


def explained_at_signing(
    database: Database, audit_id: str, keys: Collection[AttributionKey], *, actor: User
) -> Mapping[AttributionKey, Attribution]:
    """Those of these explanations of the audited notes that are stored; nothing is worked out.

    Nothing while the audit is blind to the model. Raises as ``audited_chart``.
    """
    check_may(actor, Act.AUDIT)
    with database.read() as session:
        if (audit := _open_to_model(session, audit_id, actor)) is None:
            return {}
        notes = select(NoteRow.id).where(NoteRow.encounter_id == audit.encounter_id)
        own = set(session.scalars(notes))
        return find_attributions(session, [key for key in keys if key.note_id in own])


def beside_signed_codes(database: Database, audit_id: str, *, actor: User) -> SignedBeside:
    """What the signature has beside the codes, with the words that the coder chose for them.

    Without these words while the audit is blind to the model, as ``marked_at_signing``.
    """
    words = marked_at_signing(database, audit_id, actor=actor)
    with database.read() as session:
        encounter_id = _encounter_of(session, audit_id, actor)
        audit = told_audits(session, encounter_id)[audit_id]
        signed = ledger.read(session, encounter_id, (EventKind.FINALISED,))
        (said,) = (each.payload for each in signed if each.sequence == audit.signature)
    codes = cast(list[list[Any]], said["codes"])
    days = {(Kind(kind), code): day for kind, code, _, __, day in codes if day}
    performed = {key: date.fromisoformat(day) for key, day in days.items()}
    return SignedBeside(performed, cast(str | None, said["admitting"]), words)


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
