"""Diagnoses and procedures apart: a model that knows both, on charts of both settings."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from icd9_review.jobs.on_demand import Explanations
from icd9_review.jobs.worker import Worker
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.store.database.engine import Database
from icd9_review.store.ledger import events
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.ui.encounter.visit import Visit
from icd9_review.ui.reference import References
from icd9_review.ui.services import Model, Services
from icd9_review.ui.workbench.matters.own_chart import OwnChart
from icd9_review.ui.workbench.session import Receipt, Session
from icd9_review.ui.workbench.view import WorkbenchView
from icd9_review.values import CareSetting, Demotion, Doubt, EventKind, WorklistQuery
from tests.encounters import add_encounter, coders
from tests.rows import decision_rows
from tests.tiny import NOTE, relabel, write_json

CARDIOVERSION, DIALYSIS = "99.61", "39.95"
PROCEDURES = {"427.31": CARDIOVERSION, "584.9": DIALYSIS}
"""The codes of the tiny model whose words name a procedure in this one."""
SUGGESTED = ["diagnosis:428.0", "diagnosis:V58.61"], ["procedure:99.61"]


@pytest.fixture(scope="module")
def predictor(tiny_model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    folder = tmp_path_factory.mktemp("models") / "both"
    shutil.copytree(tiny_model_folder, folder)
    relabel(folder, PROCEDURES)
    return load_predictor(folder)


@pytest.fixture(scope="module")
def judging(tiny_model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    """The same with a judge who lets diagnoses pass, and no procedure that is only planned."""
    folder = tmp_path_factory.mktemp("judging") / "both"
    shutil.copytree(tiny_model_folder, folder)
    relabel(folder, PROCEDURES)
    judge = {"intercept": 9.0, "margin": 0.0, "doubts": {}, "split": "notes"}
    own = {"intercept": 1.0, "margin": 0.0, "doubts": {"planned": 3.0}}
    write_json(folder / "judge.json", {**judge, "procedures": own})
    return load_predictor(folder)


@pytest.fixture
def services(sqlite: Database, predictor: Predictor) -> Iterator[Services]:
    yield from serving(sqlite, predictor)


@pytest.fixture
def judged_services(sqlite: Database, judging: Predictor) -> Iterator[Services]:
    yield from serving(sqlite, judging)


def serving(database: Database, predictor: Predictor) -> Iterator[Services]:
    register_model(database, predictor.version)
    explanations = Explanations(database, Explainer(predictor))
    yield Services(
        database, References(database), Model(predictor, Worker(database, predictor), explanations)
    )
    explanations.stop()


def opened(services: Services, setting: CareSetting, *demoted: str, text: str = NOTE) -> Session:
    assert services.model is not None
    version = services.model_version
    found = add_encounter(services.database, text=text, version=version, setting=setting)
    [note] = found.notes
    predictor = services.model.predictor
    verdicts = {predictor.labels.index(code): Demotion(Doubt.UNLISTED) for code in demoted}
    scores = predictor.score(note.text)
    scores = replace(scores, demoted={**scores.demoted, **verdicts})
    save_scores(services.database, note.id, scores)
    visit = Visit(services, found, coders(services.database)[0])
    return Session(services, visit, OwnChart(services, visit, WorklistQuery()))


def look(session: Session) -> WorkbenchView:
    return session.view(focus=None, query=None, receipt=Receipt())


def stored_as_shown(session: Session) -> list[str]:
    """The codes that the ledger says the person last saw, as the keys of their rows."""
    found = events(session.services.database, session.visit.encounter.id)
    *_, last = (event.payload["codes"] for event in found if event.kind is EventKind.SHOWN)
    assert isinstance(last, list)
    return [f"{kind}:{code}" for kind, code, _ in last]


def decide(session: Session, code: str, kind: str = "procedure") -> None:
    sent = {
        "id": code,
        "encounter": session.visit.encounter.id,
        "user": session.visit.user.id,
        "action": "accept",
        "code": code,
        "kind": kind,
        "reason": None,
        "seen": 0,
        "client": "tab",
    }
    assert session.store([sent]).refused == ()


def test_an_inpatient_chart_lists_diagnoses_and_then_procedures(services: Services) -> None:
    view = look(opened(services, CareSetting.INPATIENT))
    diagnoses, procedures = SUGGESTED
    assert [each.key for each in view.codes.suggestions] == [*diagnoses, *procedures]
    assert view.codes.hidden == ""


def test_an_outpatient_chart_leaves_procedures_out_and_says_so(services: Services) -> None:
    view = look(opened(services, CareSetting.OUTPATIENT))
    assert [each.key for each in view.codes.suggestions] == SUGGESTED[0]
    assert not any(each.kind == "procedure" for each in view.codes.outside)
    assert view.codes.hidden.startswith("1 procedure is not shown")
    assert not any(each.key.startswith("procedure") for each in view.review.missing)


def test_a_procedure_that_was_judged_stays_on_an_outpatient_chart(services: Services) -> None:
    session = opened(services, CareSetting.OUTPATIENT)
    decide(session, CARDIOVERSION)
    view = look(session)
    assert view.review.chart.order == ("procedure:99.61",)
    assert "procedure:99.61" in [each.key for each in view.codes.suggestions]
    assert view.codes.hidden == ""


def test_what_an_outpatient_chart_leaves_out_is_not_stored_as_shown(services: Services) -> None:
    diagnoses, procedures = SUGGESTED
    session = opened(services, CareSetting.OUTPATIENT)
    look(session)
    assert stored_as_shown(session) == diagnoses
    inpatient = opened(services, CareSetting.INPATIENT)
    look(inpatient)
    assert sorted(stored_as_shown(inpatient)) == sorted([*diagnoses, *procedures])


def test_a_procedure_that_stays_on_an_outpatient_chart_is_stored_as_shown(
    services: Services,
) -> None:
    session = opened(services, CareSetting.OUTPATIENT)
    decide(session, CARDIOVERSION)
    look(session)
    assert "procedure:99.61" in stored_as_shown(session)


def test_what_was_demoted_stands_apart_with_its_reason_and_its_title(services: Services) -> None:
    view = look(opened(services, CareSetting.INPATIENT, "428.0", CARDIOVERSION))
    assert [each.key for each in view.codes.suggestions] == ["diagnosis:V58.61"]
    assert [each.key for each in view.codes.demoted] == ["diagnosis:428.0", "procedure:99.61"]
    assert {each.demoted for each in view.codes.demoted} == {
        "not among the diagnoses that are listed"
    }
    assert all(view.codes.titles[each.key] for each in view.codes.demoted)
    assert not any(each.key == "diagnosis:428.0" for each in view.codes.outside)


def test_nothing_is_demoted_without_a_judge(services: Services) -> None:
    assert look(opened(services, CareSetting.INPATIENT)).codes.demoted == ()


def test_what_was_demoted_is_neither_stored_as_shown_nor_missed(services: Services) -> None:
    session = opened(services, CareSetting.INPATIENT, "428.0")
    view = look(session)
    assert "diagnosis:428.0" not in stored_as_shown(session)
    assert not any(each.key == "diagnosis:428.0" for each in view.review.missing)


def test_a_demoted_procedure_is_no_matter_of_an_outpatient_chart(services: Services) -> None:
    view = look(opened(services, CareSetting.OUTPATIENT, "428.0", CARDIOVERSION))
    assert [each.key for each in view.codes.demoted] == ["diagnosis:428.0"]
    assert view.codes.hidden == ""


PLANNED = "Congestive heart failure. Cardioversion for atrial fibrillation is planned.\n"


def test_a_procedure_that_the_judge_demotes_stands_under_demoted_and_can_be_accepted(
    judged_services: Services,
) -> None:
    session = opened(judged_services, CareSetting.INPATIENT, text=PLANNED)
    view = look(session)
    assert [each.key for each in view.codes.suggestions] == ["diagnosis:428.0"]
    assert stored_as_shown(session) == ["diagnosis:428.0"]
    (row,) = view.codes.demoted
    assert (row.key, row.demoted) == (
        "procedure:99.61",
        "its sentence plans, advises, declines or calls it off",
    )
    decide(session, CARDIOVERSION)
    view = look(session)
    assert view.review.chart.order == ("procedure:99.61",)
    assert view.codes.demoted == ()
    rows = {row.code: row for row in decision_rows(judged_services.database)}
    assert rows[CARDIOVERSION].demoted is Doubt.PLANNED


def test_a_procedure_that_was_done_is_suggested_by_the_same_judge(
    judged_services: Services,
) -> None:
    done = "Congestive heart failure. Cardioversion for atrial fibrillation was done.\n"
    view = look(opened(judged_services, CareSetting.INPATIENT, text=done))
    assert "procedure:99.61" in [each.key for each in view.codes.suggestions]
    assert view.codes.demoted == ()


@pytest.mark.parametrize("setting", [CareSetting.INPATIENT, CareSetting.OUTPATIENT])
def test_a_demoted_code_that_was_accepted_goes_to_the_suggestions_and_keeps_its_reason(
    services: Services, setting: CareSetting
) -> None:
    session = opened(services, setting, "428.0", CARDIOVERSION)
    for code, kind in (("428.0", "diagnosis"), (CARDIOVERSION, "procedure")):
        decide(session, code, kind)
        view = look(session)
        key = f"{kind}:{code}"
        (row,) = (each for each in view.codes.suggestions if each.key == key)
        assert row.demoted
        assert key in view.review.chart.order
        assert not any(each.key == key for each in view.codes.demoted)
    rows = {row.code: row for row in decision_rows(services.database)}
    assert rows["428.0"].demoted is rows[CARDIOVERSION].demoted is Doubt.UNLISTED
