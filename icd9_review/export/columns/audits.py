"""The columns of audits: one row per code that both sides have, and per difference."""

from __future__ import annotations

from typing import Final

from icd9_review.export.columns.cells import at_moment, title_of, yes
from icd9_review.export.columns.column import Column
from icd9_review.export.formats import CellType
from icd9_review.quality.audit_rules import STATUS_OF_AUDIT
from icd9_review.quality.audit_words import CAUSE_WORDS
from icd9_review.quality.causes import counted_cause
from icd9_review.values import (
    AuditCodeRow,
    AuditStatus,
    Confidence,
    DifferenceCause,
    DifferenceKind,
    DifferenceRemark,
)

_UNREMARKED: Final = DifferenceRemark()


def _remark(row: AuditCodeRow) -> DifferenceRemark:
    if row.difference is None:
        return _UNREMARKED
    return row.audit.remarks.get(row.difference.key, _UNREMARKED)


def _overturned(row: AuditCodeRow) -> str | None:
    settled = row.audit.adjudication
    if settled is None or row.difference is None:
        return None
    return "yes" if row.difference.key in settled.overturned else "no"


def _counted_cause(row: AuditCodeRow) -> str | None:
    if row.difference is None or row.audit.status is not AuditStatus.FINAL:
        return None
    found = counted_cause(row.audit, row.difference)
    return found.value if found else None


def _answer(row: AuditCodeRow) -> str | None:
    if row.audit.answer is None:
        return None
    return "agreed" if row.audit.answer.agreed else "rebutted"


_OF_THE_AUDIT: Final[tuple[Column[AuditCodeRow], ...]] = (
    Column("encounter", "Short name of the encounter", lambda row: row.encounter),
    Column("encounter_id", "Identifier of the encounter", lambda row: row.encounter_id),
    Column("setting", "inpatient or outpatient", lambda row: row.setting.value),
    Column("audit", "Short name of the audit", lambda row: row.audit.label),
    Column(
        "sample",
        "Number of the sample that it is of, empty where it is of none",
        lambda row: row.sample,
        type=CellType.INTEGER,
    ),
    Column(
        "status", f"Where it stands: {', '.join(AuditStatus)}", lambda row: row.audit.status.value
    ),
    Column(
        "status_words", "The same as the screen says it", lambda r: STATUS_OF_AUDIT[r.audit.status]
    ),
    Column(
        "blind",
        "yes where the auditor is not told who coded before it is closed; else no",
        lambda row: yes(row.audit.blind),
    ),
    Column(
        "signed",
        "When the chart that is audited was signed: ISO 8601, UTC",
        lambda row: at_moment(row.audit.signed_at),
        type=CellType.MOMENT,
    ),
    Column(
        "coder",
        "Who signed it; empty while the audit is blind and not closed",
        lambda row: row.coder,
    ),
    Column("coder_id", "That person's number", lambda row: row.audit.signer, type=CellType.INTEGER),
    Column("auditor", "Who audits it", lambda row: row.auditor),
    Column(
        "auditor_id", "That person's number", lambda row: row.audit.auditor, type=CellType.INTEGER
    ),
    Column(
        "opened",
        "When the audit was opened: ISO 8601, UTC",
        lambda row: at_moment(row.audit.opened),
        type=CellType.MOMENT,
    ),
    Column(
        "time",
        "When its last step was: ISO 8601, UTC",
        lambda row: at_moment(row.audit.changed),
        type=CellType.MOMENT,
    ),
)

_OF_THE_DIFFERENCE: Final[tuple[Column[AuditCodeRow], ...]] = (
    Column(
        "difference",
        f"What the auditor has otherwise: {', '.join(DifferenceKind)}; same for a code that both "
        "have",
        lambda row: row.difference.what.value if row.difference else "same",
    ),
    Column(
        "code",
        "The auditor's code with its dot, as text; the coder's where the auditor has none",
        lambda row: row.code,
    ),
    Column("kind", "diagnosis or procedure", lambda row: row.kind.value),
    Column(
        "title",
        "Long title of the code, empty where version 32 has none",
        lambda row: title_of((row.kind, row.code)),
    ),
    Column(
        "coded",
        "The coder's code, empty where there is none",
        lambda row: row.difference.coded if row.difference else row.code,
    ),
    Column(
        "audited",
        "The auditor's code, empty where there is none",
        lambda row: row.difference.audited if row.difference else row.code,
    ),
    Column(
        "before",
        "Of a code that was re-sequenced its place (from 1), of a changed POA the coder's; else "
        "empty",
        lambda row: (row.difference.before if row.difference else "") or None,
    ),
    Column(
        "after",
        "The same of the auditor's",
        lambda row: (row.difference.after if row.difference else "") or None,
    ),
    Column(
        "cause",
        f"Where the difference comes from, by the auditor: {', '.join(DifferenceCause)}",
        lambda row: cause.value if (cause := _remark(row).cause) else None,
    ),
    Column(
        "cause_words",
        "The same as the screen says it",
        lambda row: CAUSE_WORDS[cause] if (cause := _remark(row).cause) else None,
    ),
    Column(
        "remark",
        "What the auditor wrote on it",
        lambda row: _remark(row).words or None,
        words=True,
    ),
)

_OF_THE_OUTCOME: Final[tuple[Column[AuditCodeRow], ...]] = (
    Column("answer", "What the coder said to the audit: agreed or rebutted", _answer),
    Column(
        "answered",
        "When that was: ISO 8601, UTC",
        lambda row: at_moment(row.audit.answer.at) if row.audit.answer else None,
        type=CellType.MOMENT,
    ),
    Column(
        "answer_words",
        "What the coder wrote",
        lambda row: (row.audit.answer.words if row.audit.answer else "") or None,
        words=True,
    ),
    Column("adjudicator", "Who settled it, empty where nobody had to", lambda row: row.adjudicator),
    Column(
        "adjudicator_id",
        "That person's number",
        lambda row: row.audit.adjudication.actor if row.audit.adjudication else None,
        type=CellType.INTEGER,
    ),
    Column(
        "adjudicated",
        "When that was: ISO 8601, UTC",
        lambda row: at_moment(row.audit.adjudication.at) if row.audit.adjudication else None,
        type=CellType.MOMENT,
    ),
    Column(
        "overturned",
        "yes for a difference in which the coder was right, no for one in which the auditor was; "
        "empty where nothing was settled",
        _overturned,
    ),
    Column(
        "confidence",
        f"How sure whoever settled it was: {', '.join(Confidence)}",
        lambda row: row.audit.adjudication.confidence.value if row.audit.adjudication else None,
    ),
    Column(
        "settled_cause",
        f"Where it came from, by whoever settled it: {', '.join(DifferenceCause)}",
        lambda row: row.audit.adjudication.cause.value if row.audit.adjudication else None,
    ),
    Column(
        "counted_cause",
        "What the difference counts as where causes are summed: settled_cause, else cause; empty "
        "where the coder was right, and before the audit is final",
        _counted_cause,
    ),
    Column(
        "guideline",
        "yes where a guideline has yet to settle it; else no, empty where nothing was settled",
        lambda row: yes(row.audit.adjudication.guideline) if row.audit.adjudication else None,
    ),
    Column(
        "settled_words",
        "What whoever settled it wrote",
        lambda row: (row.audit.adjudication.words if row.audit.adjudication else "") or None,
        words=True,
    ),
    Column(
        "reopen",
        "yes where the coder is to reopen and correct the chart, no where not; empty before it is "
        "final",
        lambda row: None if row.audit.reopen is None else yes(row.audit.reopen),
    ),
    Column(
        "chart_reopened",
        "yes where somebody reopened the chart since it was signed so; else no",
        lambda row: yes(row.audit.chart_reopened),
    ),
    Column(
        "purged",
        "When the text of its notes and the words of people were purged: ISO 8601, UTC; empty "
        "where they are here",
        lambda row: at_moment(row.purged.at) if row.purged else None,
        type=CellType.MOMENT,
    ),
)

AUDIT_COLUMNS: Final = (*_OF_THE_AUDIT, *_OF_THE_DIFFERENCE, *_OF_THE_OUTCOME)
"""One row per code that both sides have, and per difference."""
