"""Audits as rows: worked out of the events of their encounters, and read back with their words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import SQLColumnExpression, delete, select
from sqlalchemy.orm import Session

from icd9_review.errors import NotFound
from icd9_review.quality.accuracy import AuditCount, count_audit
from icd9_review.quality.audit import compare_codes
from icd9_review.quality.audit_fold import AUDIT_TELLING, fold_audits
from icd9_review.quality.causes import CauseCount, count_causes
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import AuditRow, EncounterRow, EventRow
from icd9_review.store.ledger.free_text import find_texts
from icd9_review.values import Audit, CareSetting, EventKind, User


def audit_row(session: Session, audit_id: str) -> AuditRow:
    """Raises NotFound."""
    row = session.get(AuditRow, audit_id)
    if row is None:
        raise NotFound("There is no such audit; go back to the list.")
    return row


def told_audits(session: Session, encounter_id: str) -> dict[str, Audit]:
    """The audits of an encounter by their identifiers; words are digests."""
    return fold_audits(ledger.read(session, encounter_id, AUDIT_TELLING))


def with_words(session: Session, audit: Audit) -> Audit:
    """An audit with the words in the place of their digests; empty where they were purged."""
    digests = [each.words for each in audit.remarks.values()]
    digests += [each.words for each in (audit.answer, audit.adjudication) if each]
    found = {each: words or "" for each, words in find_texts(session, digests).items()}
    answer, settled = audit.answer, audit.adjudication
    return replace(
        audit,
        remarks={
            key: replace(each, words=found.get(each.words, ""))
            for key, each in audit.remarks.items()
        },
        answer=answer and replace(answer, words=found.get(answer.words, "")),
        adjudication=settled and replace(settled, words=found.get(settled.words, "")),
    )


def concealed(audit: Audit, person: User) -> Audit:
    """An audit as a person may know it: a blind one names nobody before it is closed.

    The coder knows what they signed.
    """
    hides = audit.blind and not audit.is_closed and audit.signer != person.id
    return replace(audit, signer=None) if hides else audit


def refresh_audits(session: Session, encounter_id: str, audits: Iterable[Audit]) -> None:
    """Take down where audits of one encounter stand now."""
    setting = session.get_one(EncounterRow, encounter_id).setting
    for audit in audits:
        session.merge(AuditRow(**audit_columns(audit, setting)))
    session.flush()


def rebuild_audits(database: Database) -> int:
    """Work all rows out of the events again; how many there are."""
    opened = select(EventRow.stream).where(EventRow.kind == EventKind.AUDIT_OPENED.value).distinct()
    with database.write() as session:
        session.execute(delete(AuditRow))
        streams: Sequence[str] = session.scalars(opened.order_by(EventRow.stream)).all()
        for stream in streams:
            refresh_audits(session, stream, told_audits(session, stream).values())
        return len(session.scalars(select(AuditRow.id)).all())


def count_of(row: AuditRow) -> AuditCount:
    """What an audit comes to."""
    return AuditCount(**{name: getattr(row, name) for name in AuditCount.__slots__})


def causes_of(row: AuditRow) -> CauseCount | None:
    """Where its differences come from; None where a former program wrote the row."""
    counts = [getattr(row, name) for name in CauseCount.__slots__]
    return None if None in counts else CauseCount(*counts)


def count_columns() -> tuple[SQLColumnExpression[int], ...]:
    """The columns of an ``AuditCount`` in their order, where rows are too many to be loaded."""
    return tuple(getattr(AuditRow, name) for name in AuditCount.__slots__)


def audit_columns(audit: Audit, setting: CareSetting) -> dict[str, Any]:
    """What the row of an audit holds."""
    compared = compare_codes(audit.coded, audit.audited)
    settled = audit.adjudication
    count = count_audit(
        compared,
        inpatient=setting is CareSetting.INPATIENT,
        overturned=settled.overturned if settled else (),
    )
    return {
        "id": audit.id,
        "number": audit.number,
        "encounter_id": audit.encounter_id,
        "sample_id": audit.sample,
        "signature": audit.signature,
        "signer": audit.signer,
        "auditor": audit.auditor,
        "blind": audit.blind,
        "blind_model": audit.blind_model,
        "status": audit.status,
        "opened": audit.opened,
        "at": audit.changed,
        **asdict(count),
        **asdict(count_causes(audit)),
    }
