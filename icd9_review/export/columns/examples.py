"""Invented rows, from which the dictionary of columns takes an example of each.

Of several rows the first that has a value gives the example: no one row has all of them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from icd9_review.values import (
    Action,
    Arm,
    Assertion,
    CareSetting,
    DecisionRow,
    Disposition,
    Doubt,
    EncounterStatus,
    Event,
    EventKind,
    Fact,
    FinalChart,
    FinalCode,
    FinalCodeRow,
    HistoryRow,
    Kind,
    NoteType,
    Origin,
    Poa,
    Purge,
    PurgeReason,
    RejectReason,
    Sex,
    ShownSpan,
    Span,
    Unshown,
    Verdict,
)

_ENCOUNTER: Final = "wJ3kq0VtT1u5cXo9h2LmAw"
_NOTE: Final = "p8Zr4nQyS6e1bGd7f0KxUg"
_VERSION: Final = "9f2c" * 16
_DECIDED, _SIGNED = datetime(2026, 3, 2, 9, 41, 7, tzinfo=UTC), datetime(2026, 3, 2, 10, tzinfo=UTC)
_PURGE: Final = Purge(
    datetime(2033, 3, 2, tzinfo=UTC), "System", PurgeReason.RETENTION_PERIOD, 1, 1
)

_REPLACED: Final = DecisionRow(
    encounter="E-00042",
    encounter_id=_ENCOUNTER,
    setting=CareSetting.INPATIENT,
    age=67,
    sex=Sex.FEMALE,
    admitted=date(2012, 3, 1),
    discharged=date(2012, 3, 9),
    disposition=Disposition.HOME,
    facts_read=(Fact.AGE, Fact.ADMITTED),
    service="Cardiology",
    payer="Medicare",
    arm=Arm.FULL,
    status=EncounterStatus.FINALISED,
    status_reason=(Action.REOPEN, "correction"),
    code="428.0",
    kind=Kind.DIAGNOSIS,
    verdict=Verdict.REPLACED,
    by="428.21",
    actor="Ana Ortiz",
    actor_id=3,
    at=_DECIDED,
    probability=0.931,
    calibrated=0.874,
    threshold=0.412,
    rank=1,
    demoted=None,
    model="default",
    model_version=_VERSION,
    note_id=_NOTE,
    note_type=NoteType.DISCHARGE_SUMMARY,
    note_date=date(2012, 3, 9),
    shown=(
        ShownSpan(
            Span(_NOTE, 120, 133), 1.0, Assertion.PRESENT, "hospital course", "heart failure"
        ),
    ),
    signer="Ana Ortiz",
    signer_id=3,
    signed_at=_SIGNED,
    purged=_PURGE,
)
DECISION_EXAMPLES: Final = (
    _REPLACED,
    replace(
        _REPLACED,
        code="038.9",
        verdict=Verdict.ACCEPTED,
        by=None,
        origin=Origin.ADDED,
        position=1,
        principal=True,
        admitting=True,
        poa=Poa.YES,
        performed=date(2012, 3, 4),
        reason=RejectReason.NEGATED,
        demoted=Doubt.EXPLAINED,
        evidence=(Span(_NOTE, 40, 46),),
        shown=(),
        unshown=Unshown.OFF,
    ),
)

CODE_EXAMPLES: Final = tuple(
    FinalCodeRow(
        FinalChart(
            encounter="E-00042",
            encounter_id=_ENCOUNTER,
            setting=CareSetting.INPATIENT,
            age=67,
            sex=Sex.FEMALE,
            admitted=date(2012, 3, 1),
            discharged=date(2012, 3, 9),
            disposition=Disposition.HOME,
            service="Cardiology",
            payer="Medicare",
            status=EncounterStatus.FINALISED,
            codes=(code,),
            admitting=code,
            by=3,
            at=_SIGNED,
            signer="Ana Ortiz",
            signer_id=3,
            signed_at=_SIGNED,
            purged=_PURGE,
        ),
        code,
    )
    for code in (
        FinalCode(
            code="038.9",
            kind=Kind.DIAGNOSIS,
            coder="Ana Ortiz",
            coder_id=3,
            at=_DECIDED,
            position=1,
            principal=True,
            origin=Origin.SUGGESTED,
            poa=Poa.YES,
            performed=date(2012, 3, 4),
            probability=0.874,
            model="default",
            model_version=_VERSION,
        ),
    )
)

HISTORY_EXAMPLES: Final = (
    HistoryRow(
        encounter="E-00042",
        encounter_id=_ENCOUNTER,
        event=Event(_ENCOUNTER, 7, EventKind.REJECTED, 1, {}, 3, _DECIDED, "k", "", "5e1d" * 16),
        actor="Ana Ortiz",
        did="rejected 486",
        code=(Kind.DIAGNOSIS, "486"),
        before="open",
        after="rejected",
        reason=(Action.REJECT, RejectReason.NEGATED.value),
        words="ruled out on day 2",
        purged=True,
        probability=0.931,
        calibrated=0.874,
        threshold=0.412,
        model="default",
        model_version=_VERSION,
        note_id=_NOTE,
        proof="password",
        proved=_SIGNED,
    ),
)
