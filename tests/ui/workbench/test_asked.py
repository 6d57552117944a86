"""How often the workbench asks the database: each question waits for its turn among all coders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from icd9_review.jobs.on_demand import Explanations
from icd9_review.jobs.worker import Worker
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.reading.predictor import load_predictor
from icd9_review.store.database.engine import Database
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.ui.encounter.visit import Visit
from icd9_review.ui.reference import References
from icd9_review.ui.services import Model, Services
from icd9_review.ui.workbench.matters.own_chart import OwnChart
from icd9_review.ui.workbench.session import Receipt, Session
from icd9_review.values import WorklistQuery
from tests.encounters import add_encounter, coders
from tests.statements import asked_of
from tests.tiny import NOTE


@pytest.fixture
def session(database: Database, tiny_model_folder: Path) -> Iterator[Session]:
    """A chart that was read, open in front of a coder, with another one that comes next."""
    predictor = load_predictor(tiny_model_folder)
    register_model(database, predictor.version)
    explanations = Explanations(database, Explainer(predictor))
    model = Model(predictor, Worker(database, predictor), explanations)
    services = Services(database, References(database), model)
    found, following = (add_encounter(database, text=NOTE) for _ in range(2))
    for each in (found, following):
        save_scores(database, each.notes[0].id, predictor.score(NOTE))
    visit = Visit(services, found, coders(database)[0])
    yield Session(services, visit, OwnChart(services, visit, WorklistQuery()))
    explanations.stop()


def look(session: Session, receipt: Receipt) -> None:
    session.view(focus=None, query=None, receipt=receipt)


def accept(session: Session, code: str) -> Receipt:
    visit = session.visit
    entry = {"id": f"accept-{code}", "encounter": visit.encounter.id, "user": visit.user.id}
    sent = {"action": "accept", "code": code, "kind": "diagnosis", "seen": 0, "client": "tab"}
    receipt = session.store([entry | sent])
    assert receipt.acknowledged == (f"accept-{code}",)
    return receipt


def test_a_decision_is_stored_and_shown_with_as_few_questions(session: Session) -> None:
    look(session, accept(session, "428.0"))  # reads what never changes, and claims the chart
    with asked_of(session.services.database) as stored:
        receipt = accept(session, "427.31")
    assert stored.transactions <= 2, str(stored)
    assert len(stored.statements) <= 21, str(stored)
    with asked_of(session.services.database) as shown:
        look(session, receipt)
    assert shown.transactions <= 2, str(shown)
    assert len(shown.statements) <= 8, str(shown)
