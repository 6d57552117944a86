"""The projection behind the worklist: errors, confidence, date and signature of a chart."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete

from icd9_review.codes.built_in import built_in_lists
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import SummaryRow
from icd9_review.store.deciding.decisions import decide, review_state
from icd9_review.store.intake.encounters import create_encounter
from icd9_review.store.projections import summaries
from icd9_review.store.scoring.scores import register_model, save_scores, suggestions
from icd9_review.store.worklist.page import status
from icd9_review.values import (
    Action,
    Calibration,
    CareSetting,
    Decision,
    Demotion,
    Doubt,
    Encounter,
    EncounterStatus,
    NewEncounter,
    NewNote,
    Poa,
    ReopenReason,
)
from tests.encounters import (
    add_encounter,
    add_scored_encounter,
    coders,
    make_both_kinds,
    make_model,
    make_scores,
)


def _row(database: Database, encounter: Encounter) -> SummaryRow:
    with database.read() as session:
        return session.get_one(SummaryRow, encounter.id)


def _decide(
    database: Database,
    encounter: Encounter,
    action: Action,
    code: str = "",
    *,
    with_lists: bool = True,
    **parts: Any,
) -> None:
    seen = review_state(database, encounter.id).sequence
    decision = Decision(f"{encounter.number}-{seen}", action, code, "tab", seen, **parts)
    lists = built_in_lists() if with_lists else None
    decide(database, encounter.id, decision, coders(database)[0], lists=lists)


def test_what_was_demoted_is_not_waiting_to_be_decided_on(database: Database) -> None:
    demoted = {"428.0": Demotion(Doubt.UNNAMED)}
    plain, judged = add_scored_encounter(database), add_scored_encounter(database, demoted=demoted)
    assert [_row(database, each).open for each in (plain, judged)] == [2, 1]
    _decide(database, judged, Action.ACCEPT, "427.31")
    assert _row(database, judged).open == 0
    assert status(database, judged.id) is EncounterStatus.DECIDED


def test_errors_are_counted_with_every_decision_that_brings_the_lists(database: Database) -> None:
    encounter = add_scored_encounter(database)
    assert _row(database, encounter).errors is None
    _decide(database, encounter, Action.ADD, "E849.0")
    found = _row(database, encounter).errors
    assert found
    _decide(database, encounter, Action.ACCEPT, "428.0", with_lists=False)
    assert _row(database, encounter).errors is None
    _decide(database, encounter, Action.SET_POA, "428.0", poa=Poa.YES)
    _decide(database, encounter, Action.RESEQUENCE, "428.0", position=0)
    fewer = _row(database, encounter).errors
    assert fewer is not None
    assert fewer < found


def test_new_scores_leave_the_number_of_errors_as_it_is(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _decide(database, encounter, Action.ADD, "E849.0")
    before = _row(database, encounter).errors
    assert before
    other = make_model("b" * 64)
    register_model(database, other)
    save_scores(database, encounter.notes[0].id, make_scores(other))
    assert _row(database, encounter).errors == before


@pytest.mark.parametrize("calibration", [None, Calibration(0.5, -0.25, "validation")])
def test_confidence_is_the_shown_probability_of_the_likeliest_open_suggestion(
    database: Database, calibration: Calibration | None
) -> None:
    model = make_model(calibration=calibration)
    encounter = add_scored_encounter(database, model)
    shown = {
        each.code: each.probability if each.calibrated is None else each.calibrated
        for each in suggestions(database, encounter.id, model.version)
    }
    told = [_row(database, encounter).confidence]
    for code in ("428.0", "427.31"):
        _decide(database, encounter, Action.ACCEPT, code)
        told.append(_row(database, encounter).confidence)
    assert told == [pytest.approx(shown["428.0"]), pytest.approx(shown["427.31"]), None]


@pytest.mark.parametrize(
    ("setting", "expected", "still_open"),
    [
        (CareSetting.OUTPATIENT, EncounterStatus.DECIDED, 0),
        (CareSetting.INPATIENT, EncounterStatus.IN_PROGRESS, 1),
    ],
)
def test_a_procedure_that_is_suggested_waits_for_a_decision_of_inpatients_only(
    database: Database, setting: CareSetting, expected: EncounterStatus, still_open: int
) -> None:
    model = make_both_kinds()
    register_model(database, model)
    encounter = add_encounter(database, version=model.version, setting=setting)
    save_scores(database, encounter.notes[0].id, make_scores(model, {"428.0": 3.0, "99.61": 2.0}))
    assert _row(database, encounter).open == 1 + still_open
    _decide(database, encounter, Action.ACCEPT, "428.0")
    row = _row(database, encounter)
    assert (row.status, row.open, row.decided) == (expected, still_open, 1)
    assert (row.confidence is None) == (still_open == 0)


@pytest.mark.parametrize(
    ("admitted", "discharged", "expected"),
    [
        (date(2012, 3, 1), date(2012, 3, 9), date(2012, 3, 9)),
        (date(2012, 3, 1), None, date(2012, 3, 1)),
        (None, None, None),
    ],
)
def test_the_date_of_a_chart_is_the_discharge_else_the_admission_else_its_creation(
    database: Database, admitted: date | None, discharged: date | None, expected: date | None
) -> None:
    facts = NewEncounter(CareSetting.INPATIENT, admitted=admitted, discharged=discharged)
    encounter = create_encounter(
        database,
        facts,
        [NewNote("A note.", "Note")],
        actor=coders(database)[0],
        key="encounter",
        model_version=None,
    )
    assert _row(database, encounter).chart_date == (expected or encounter.created.date())


def test_a_signature_is_there_until_the_encounter_is_reopened(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _decide(database, encounter, Action.ACCEPT, "428.0")
    _decide(database, encounter, Action.SET_POA, "428.0", poa=Poa.YES)
    _decide(database, encounter, Action.RESEQUENCE, "428.0", position=0)
    assert _row(database, encounter).signed_at is None
    _decide(database, encounter, Action.FINALISE)
    signed = review_state(database, encounter.id).signed
    assert signed is not None
    assert _row(database, encounter).signed_at == signed.at
    _decide(database, encounter, Action.REOPEN, reason=ReopenReason.ANSWER)
    assert _row(database, encounter).signed_at is None


def test_summaries_that_are_missing_are_worked_out_at_the_start(database: Database) -> None:
    encounters = [add_scored_encounter(database) for _ in range(3)]
    with database.write() as session:
        session.execute(delete(SummaryRow))
    summaries.refresh_outdated(database)
    assert {status(database, each.id) for each in encounters} == {EncounterStatus.OPEN}
