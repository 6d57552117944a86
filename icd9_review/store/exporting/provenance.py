"""Whose word each final code is, as far as more than one person went over a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from icd9_review.quality.audit_fold import AUDIT_TELLING, fold_audits
from icd9_review.quality.settling import code_provenance
from icd9_review.store import ledger
from icd9_review.values import AuditStatus, CodeKey, CodeProvenance, Event, EventKind

Provenances = Mapping[tuple[str, CodeKey], CodeProvenance]
"""By encounter and code; what is not named is one coder's word."""


def code_provenances(session: Session, encounters: Sequence[str]) -> Provenances:
    """Those of the codes of some encounters, by the last audit of each that was not withdrawn."""
    told = ledger.read_many(session, encounters, AUDIT_TELLING)
    return {
        (encounter, code): provenance
        for encounter, events in told.items()
        for code, provenance in _provenance(events).items()
    }


def _provenance(events: Sequence[Event]) -> Mapping[CodeKey, CodeProvenance]:
    audits = [a for a in fold_audits(events).values() if a.status is not AuditStatus.WITHDRAWN]
    if not audits:
        return {}
    last = max(audits, key=lambda each: each.number)
    signed = [event.sequence for event in events if event.kind is EventKind.FINALISED]
    reopened = [event.sequence for event in events if event.kind is EventKind.REOPENED]
    same = last.signature == signed[-1] > max(reopened, default=0)
    return code_provenance(last, same_signature=same)
