"""Invented rows of audits, queries and figures, as ``examples`` has of what was coded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from icd9_review.quality.outcomes.figures import CodeOutcomes
from icd9_review.quality.outcomes.periods import Period
from icd9_review.quality.outcomes.rows import OutcomeRow
from icd9_review.values import (
    Adjudication,
    AgreementRow,
    Audit,
    AuditAnswer,
    AuditCodeRow,
    AuditStatus,
    CareSetting,
    Confidence,
    Difference,
    DifferenceCause,
    DifferenceKind,
    DifferenceRemark,
    EncounterStatus,
    Kind,
    PhysicianAnswer,
    PhysicianQuery,
    PhysicianQueryReason,
    PhysicianQueryRow,
    PhysicianQueryStatus,
    Purge,
    PurgeReason,
    Span,
)

_ENCOUNTER: Final = "wJ3kq0VtT1u5cXo9h2LmAw"
_NOTE: Final = "p8Zr4nQyS6e1bGd7f0KxUg"
_VERSION: Final = "9f2c" * 16
_AT: Final = datetime(2026, 3, 2, 9, 41, 7, tzinfo=UTC)
_PURGE: Final = Purge(
    datetime(2033, 3, 2, tzinfo=UTC), "System", PurgeReason.RETENTION_PERIOD, 1, 1
)
_REVISED: Final = Difference(DifferenceKind.REVISED, Kind.DIAGNOSIS, "428.0", "428.21")
_MOVED: Final = Difference(DifferenceKind.RESEQUENCED, Kind.DIAGNOSIS, "486", "486", "3", "2")

_AUDIT: Final = Audit(
    id="t2Vb9yMc4N7q1Xz8k5WdEg",
    number=12,
    encounter_id=_ENCOUNTER,
    signature=31,
    signed_at=_AT - timedelta(days=2),
    signer=3,
    auditor=5,
    opened=_AT - timedelta(days=1),
    changed=_AT,
    sequence=44,
    status=AuditStatus.FINAL,
    coded=(),
    audited=(),
    sample="k1Ls6rPf3H0j9Dv2u8TnBw",
    blind=True,
    remarks={_REVISED.key: DifferenceRemark(DifferenceCause.CODER, "The echo says systolic.")},
    answer=AuditAnswer(False, "The echo came after discharge.", _AT - timedelta(hours=5)),
    adjudication=Adjudication(
        actor=6,
        at=_AT - timedelta(hours=1),
        confidence=Confidence.LIKELY,
        cause=DifferenceCause.GUIDELINE,
        words="To be settled for late echoes.",
        guideline=True,
    ),
    reopen=True,
)
_ROW: Final = AuditCodeRow(
    encounter="E-00042",
    encounter_id=_ENCOUNTER,
    setting=CareSetting.INPATIENT,
    status=EncounterStatus.FINALISED,
    audit=_AUDIT,
    kind=Kind.DIAGNOSIS,
    code="428.21",
    auditor="Ben Ito",
    difference=_REVISED,
    coder="Ana Ortiz",
    adjudicator="Eva Lind",
    sample=4,
    purged=_PURGE,
)
AUDIT_EXAMPLES: Final = (_ROW, replace(_ROW, code="486", difference=_MOVED))

QUERY_EXAMPLES: Final = (
    PhysicianQueryRow(
        encounter="E-00042",
        encounter_id=_ENCOUNTER,
        setting=CareSetting.INPATIENT,
        status=EncounterStatus.HELD,
        query=PhysicianQuery(
            sequence=17,
            reason=PhysicianQueryReason.SPECIFICITY,
            question="Which kind of heart failure is it?",
            options=("Systolic", "Diastolic"),
            indicators=(Span(_NOTE, 120, 133),),
            actor="Ana Ortiz",
            at=_AT,
            status=PhysicianQueryStatus.ANSWERED,
            answer=PhysicianAnswer(0, "EF 30 %", "Dr. Wolf", _AT + timedelta(hours=6)),
        ),
        actor_id=3,
        settled=_AT + timedelta(hours=6),
        settled_by="Dr. Wolf",
        settled_by_id=8,
        purged=_PURGE,
    ),
)

OUTCOME_EXAMPLES: Final = (
    OutcomeRow(
        Period(202601, 202603),
        _VERSION,
        "default",
        CodeOutcomes(
            kind=Kind.DIAGNOSIS,
            code="428.0",
            shown=120,
            accepted=88,
            replaced=9,
            rejected=14,
            untouched=5,
            waiting=3,
            direct=1,
            below=2,
            edited=4,
            on_text=6,
            off_text=1,
            final=102,
            final_suggested=93,
            replaced_by=(("428.21", 7), ("428.31", 2)),
            edited_from=(("428.9", 4),),
            reasons=(("negated", 10), ("historical", 4)),
        ),
    ),
)

AGREEMENT_EXAMPLES: Final = (
    AgreementRow(
        level="full",
        about="all",
        encounters=60,
        signed=75,
        alpha=(0.7, 0.62, 0.77),
        jaccard=(0.67, 0.6, 0.73),
        credit=(0.79, 0.74, 0.84),
    ),
    AgreementRow(
        level="full",
        about="pair",
        encounters=60,
        first="Ana Ortiz",
        second="Model default (9f2c9f2c)",
        alpha=(0.71, 0.63, 0.78),
        jaccard=(0.68, 0.61, 0.74),
        credit=(0.8, 0.75, 0.85),
    ),
    AgreementRow(
        level="full",
        about="code",
        key=(Kind.DIAGNOSIS, "428.0"),
        other=(Kind.DIAGNOSIS, "428.21"),
        cases=4,
        both=12,
        one=5,
        neither=43,
        positive=(0.83, 0.69, 0.93),
        kappa=(0.77, 0.58, 0.95),
        ac1=0.88,
        negative=0.95,
    ),
)
