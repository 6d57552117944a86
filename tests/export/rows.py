"""Rows to export, for tests that need no database."""

from __future__ import annotations

from datetime import UTC, date, datetime

from icd9_review.values import (
    Action,
    Assertion,
    CareSetting,
    DecisionRow,
    EncounterStatus,
    Event,
    EventKind,
    HistoryRow,
    Kind,
    RejectReason,
    Sex,
    ShownSpan,
    Span,
    Verdict,
)

NOTE = "0" * 22
AT = datetime(2026, 1, 2, 3, 4, 5, 678900, UTC)
SHOWN = (
    ShownSpan(Span(NOTE, 0, 23), 1.0, Assertion.PRESENT, "discharge diagnoses", "heart\n failure"),
    ShownSpan(Span(NOTE, 40, 47), -0.25, Assertion.FAMILY, "other", "=cmd|x"),
)
DECISION = DecisionRow(
    encounter="E-00001",
    encounter_id="A" * 22,
    setting=CareSetting.INPATIENT,
    age=67,
    sex=Sex.FEMALE,
    admitted=date(2012, 3, 1),
    discharged=None,
    status=EncounterStatus.IN_PROGRESS,
    code="250.00",
    kind=Kind.DIAGNOSIS,
    verdict=Verdict.REJECTED,
    reason=RejectReason.NEGATED,
    actor="Development coder",
    actor_id=2,
    at=AT,
    probability=0.1 + 0.2,
    calibrated=0.25,
    threshold=1e-05,
    rank=3,
    model="tiny",
    model_version="a" * 64,
    note_id=NOTE,
    shown=SHOWN,
)
HISTORY = HistoryRow(
    encounter="E-00001",
    encounter_id="A" * 22,
    event=Event("A" * 22, 7, EventKind.REJECTED, 1, {}, 2, AT, "k", "", "b" * 64),
    actor="Development coder",
    did="rejected 250.00",
    code=(Kind.DIAGNOSIS, "250.00"),
    before="open",
    after="rejected",
    reason=(Action.REJECT, "negated"),
    words="see page 2",
    probability=0.5,
    model="tiny",
)
