"""Audits as rows for export: one per code that both sides have and one per difference, streamed."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from icd9_review.quality.audit import compare_codes
from icd9_review.quality.audit_fold import AUDIT_TELLING, fold_audits
from icd9_review.store import ledger
from icd9_review.store.auditing.audit_rows import concealed, with_words
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import AuditRow, EncounterRow, SampleRow, SummaryRow
from icd9_review.store.exporting.exports import CHUNK, encounter_conditions
from icd9_review.store.ledger.purged import find_purges
from icd9_review.store.people.access import in_team
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.users import user_names
from icd9_review.values import (
    Audit,
    AuditCodeRow,
    Difference,
    EncounterStatus,
    ExportFilter,
    Kind,
    User,
    encounter_label,
)

_EVERYTHING: Final = ExportFilter()

_Found = Row[*tuple[Any, ...]]


def audit_code_rows(
    database: Database, wanted: ExportFilter = _EVERYTHING, *, actor: User
) -> Generator[AuditCodeRow]:
    """The rows of each audit by its number: the codes that both sides have, then what differs.

    All are of one moment. Time and person of a row are the last step of its audit and the auditor;
    ``only_decided`` leaves out what both have. The coder of a blind audit is named once it is
    closed, and nobody can choose rows by coders. Of encounters that the person sees; raises
    PermissionDenied.
    """
    check_may(actor, Act.EXPORT)
    check_may(actor, Act.AUDIT)
    with database.read() as session:
        names = user_names(session)
        for chunk in _chunks(session, wanted, actor):
            reader = _Reader.begin(session, chunk, names)
            for row in chunk:
                for each in reader.rows(row, actor):
                    if _is_wanted(each, wanted):
                        yield each


def _is_wanted(row: AuditCodeRow, wanted: ExportFilter) -> bool:
    if row.difference is None:
        return not wanted.only_decided and wanted.takes_code(row.code)
    return any(map(wanted.takes_code, (row.difference.coded, row.difference.audited)))


def _chunks(session: Session, wanted: ExportFilter, actor: User) -> Iterator[Sequence[_Found]]:
    number = 0
    query = (
        select(
            *(AuditRow.number, AuditRow.id, EncounterRow.id.label("encounter")),
            EncounterRow.number.label("place"),
            *(EncounterRow.setting, SummaryRow.status, SampleRow.number.label("sample")),
        )
        .join(EncounterRow, EncounterRow.id == AuditRow.encounter_id)
        .outerjoin(SummaryRow, SummaryRow.encounter_id == EncounterRow.id)
        .outerjoin(SampleRow, SampleRow.id == AuditRow.sample_id)
        .where(*in_team(session, actor), *encounter_conditions(wanted), *_bounds(wanted))
        .order_by(AuditRow.number)
        .limit(CHUNK)
    )
    while chunk := session.execute(query.where(AuditRow.number > number)).all():
        yield chunk
        number = chunk[-1].number


def _bounds(wanted: ExportFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.people:
        conditions.append(AuditRow.auditor.in_(wanted.people))
    if wanted.since is not None:
        conditions.append(AuditRow.at >= wanted.since)
    if wanted.before is not None:
        conditions.append(AuditRow.at < wanted.before)
    return conditions


@dataclass(frozen=True, slots=True)
class _Reader:
    """The audits of some encounters, and what else their rows say."""

    session: Session
    names: Mapping[int, str]
    audits: Mapping[str, Audit]
    purges: Mapping[str, Any]

    @classmethod
    def begin(cls, session: Session, chunk: Sequence[_Found], names: Mapping[int, str]) -> _Reader:
        ids = list(dict.fromkeys(row.encounter for row in chunk))
        told = ledger.read_many(session, ids, AUDIT_TELLING)
        audits = {
            key: each for events in told.values() for key, each in fold_audits(events).items()
        }
        return cls(session, names, audits, find_purges(session, ids))

    def rows(self, row: _Found, actor: User) -> Iterator[AuditCodeRow]:
        audit = concealed(with_words(self.session, self.audits[row.id]), actor)
        settled = audit.adjudication
        for kind, code, difference in _lines(audit):
            yield AuditCodeRow(
                encounter=encounter_label(row.place),
                encounter_id=row.encounter,
                setting=row.setting,
                status=row.status or EncounterStatus.SCORING,
                audit=audit,
                kind=kind,
                code=code,
                auditor=self.names[audit.auditor],
                difference=difference,
                coder=None if audit.signer is None else self.names[audit.signer],
                adjudicator=self.names[settled.actor] if settled else None,
                sample=row.sample,
                purged=self.purges.get(row.encounter),
            )


def _lines(audit: Audit) -> Iterator[tuple[Kind, str, Difference | None]]:
    compared = compare_codes(audit.coded, audit.audited)
    for pair in compared.pairs:
        if pair.is_same and pair.audited is not None:
            yield pair.audited.kind, pair.audited.code, None
    for each in compared.differences:
        yield each.kind, each.audited or each.coded or "", each
