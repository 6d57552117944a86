"""Whatever a browser sends to the workbench: it is stored as it was meant, or refused in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.search import ReadWords
from icd9_review.jobs.on_demand import Explanations
from icd9_review.jobs.worker import Worker
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.reading.predictor import load_predictor
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decision_events
from icd9_review.store.ledger.verification import verify
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.ui import reference
from icd9_review.ui.encounter.visit import Visit
from icd9_review.ui.reference import References
from icd9_review.ui.services import Model, Services
from icd9_review.ui.workbench.component import read_wishes
from icd9_review.ui.workbench.finding import answer, read_query
from icd9_review.ui.workbench.matters.own_chart import OwnChart
from icd9_review.ui.workbench.outbox import read_outbox
from icd9_review.ui.workbench.session import Session
from icd9_review.values import Action, Kind, Poa, WorklistQuery
from tests.encounters import add_encounter, coders
from tests.hostile import anything, at_length, damaged, shortly, texts
from tests.tiny import NOTE

ENTRY: dict[str, Any] = {
    "id": "a1",
    "encounter": "e1",
    "user": 1,
    "action": "reject",
    "code": "428.0",
    "kind": "diagnosis",
    "reason": "negated",
    "seen": 7,
    "client": "tab",
    "by": None,
    "evidence": [["n1", 0, 4]],
    "position": None,
    "poa": None,
    "performed": None,
    "words": None,
}
QUERY: dict[str, Any] = {
    "id": 1,
    "encounter": "e1",
    "mode": "add",
    "text": "heart failure",
    "of": "diagnosis:428.0",
    "header": None,
    "meaning": False,
}
BOOK: dict[str, Any] = {"id": 1, "encounter": "e1", "key": "diagnosis:428.0"}
MARK: dict[str, Any] = {"id": "m", "encounter": "e1", "key": "diagnosis:428.0", "words": "chf"}
ASK: dict[str, Any] = {
    "id": "q",
    "encounter": "e1",
    "user": 1,
    "reason": "specificity",
    "question": "Which kind?",
    "options": ["A", "B"],
    "evidence": [],
    "hold": True,
}
WISHES: dict[str, Any] = {
    **dict.fromkeys(("next", "leave", "note", "what_if", "take_over"), "e1"),
    "inspect": "e1 diagnosis:428.0",
    "explain": "on",
}


@shortly(60)
@given(anything | st.lists(damaged(ENTRY), max_size=3))
def test_an_outbox_gives_what_it_said_and_nothing_else(raw: Any) -> None:
    sent, refused = read_outbox(raw)
    entries = [each for each in raw if isinstance(each, dict)] if isinstance(raw, list) else []
    said = {value for entry in entries for value in entry.values() if isinstance(value, str)}
    for each in sent:
        decision = each.decision
        told = (each.encounter, decision.key, decision.action.value, decision.code, decision.client)
        assert said.issuperset(filter(None, told))
        assert len(decision.words) <= 1000
    assert {each.id for each in refused} <= said


@shortly(60)
@given(anything | damaged(QUERY))
def test_what_is_looked_for_is_found_or_said_not_to_be(raw: Any) -> None:
    asked = read_query(raw, "e1")
    if asked is not None:
        built = reference.build_reference("built in", built_in_lists())
        found = answer(asked, built.index, built.lists, ReadWords((), ()))
        assert found.id == raw["id"]
        assert len(found.items) <= 40
        assert len(found.message) < 400


@shortly(60)
@given(anything | damaged(WISHES))
def test_a_wish_is_of_the_encounter_that_is_shown_or_none(raw: Any) -> None:
    sent = raw if isinstance(raw, dict) else {}
    wishes = read_wishes(sent, "e1")
    assert wishes.inspect is None or wishes.inspect[1] in sent["inspect"]
    assert not wishes.next or sent["next"] == "e1"
    assert wishes.explain is None or sent["explain"] in ("on", "off")
    assert wishes.summary is None or sent["summary"] == f"e1 {wishes.summary}"


@pytest.fixture
def session(sqlite: Database, tiny_model_folder: Path) -> Iterator[Session]:
    """An encounter that was read, open in front of a coder."""
    predictor = load_predictor(tiny_model_folder)
    register_model(sqlite, predictor.version)
    explanations = Explanations(sqlite, Explainer(predictor))
    services = Services(
        sqlite, References(sqlite), Model(predictor, Worker(sqlite, predictor), explanations)
    )
    encounter = add_encounter(sqlite, text=NOTE, version=predictor.version.version)
    save_scores(sqlite, encounter.notes[0].id, predictor.score(NOTE))
    visit = Visit(services, encounter, coders(sqlite)[0])
    yield Session(services, visit, OwnChart(services, visit, WorklistQuery()))
    explanations.stop()


def entries(session: Session) -> st.SearchStrategy[dict[str, Any]]:
    """Decisions as the page sends them, most of them with something wrong."""
    note = session.visit.encounter.notes[0]
    places = st.integers(-2, len(note.text) + 2)
    whole = st.fixed_dictionaries(
        {
            "id": st.uuids().map(str) | st.sampled_from(["a", "b"]),
            "encounter": st.just(session.visit.encounter.id),
            "user": st.just(session.visit.user.id),
            "action": st.sampled_from([each.value for each in Action]),
            "code": st.sampled_from(["428.0", "427.31", "V58.61", "99.61", "E849.0", "", "428"]),
            "kind": st.sampled_from([each.value for each in Kind]),
            "seen": st.integers(-1, 60),
            "client": st.just("tab"),
        },
        optional={
            "reason": st.sampled_from(["negated", "query", "correction", "other"]) | texts,
            "by": st.sampled_from(["428.1", "250.00"]) | texts,
            "evidence": st.lists(st.tuples(st.just(note.id), places, places).map(list), max_size=2),
            "position": st.integers(-3, 40) | st.just(10**30),
            "poa": st.sampled_from([each.value for each in Poa]),
            "performed": st.sampled_from(["2014-03-12", "0001-01-01", "9999-12-31", "20140312"]),
            "words": texts,
        },
    )
    return st.one_of(whole, whole, whole.flatmap(damaged))


def check_stored(session: Session, data: st.DataObject) -> None:
    """Send something, and hold what is stored then against it."""
    database, encounter = session.services.database, session.visit.encounter.id
    before = decision_events(database, encounter)
    outbox = data.draw(st.lists(entries(session), max_size=4) | anything)
    receipt = session.store(outbox)
    after = decision_events(database, encounter)
    assert after[: len(before)] == before
    for event in after[len(before) :]:
        (said,) = {id(each): each for each in outbox if each.get("id") == event.key}.values()
        assert event.key in receipt.acknowledged
        assert event.payload.get("code", said.get("code") or "") == (said.get("code") or "")
        assert event.actor == session.visit.user.id
    for refusal in receipt.refused:
        assert refusal.message.endswith((".", "?"))
        assert "Traceback" not in refusal.message
    focus, query = data.draw(texts), data.draw(anything | damaged(QUERY))
    book = data.draw(anything | damaged(BOOK | {"encounter": session.visit.encounter.id}))
    session.mark(data.draw(anything | damaged(MARK | {"encounter": session.visit.encounter.id})))
    asked = {"encounter": session.visit.encounter.id, "user": session.visit.user.id}
    session.query_physician(data.draw(anything | damaged(ASK | asked)))
    session.view(focus=focus, query=query, receipt=receipt, book=book)


@shortly(40)
@given(st.data())
def test_what_is_stored_was_sent_and_acknowledged_and_nothing_else(
    session: Session, data: st.DataObject
) -> None:
    check_stored(session, data)


def test_the_ledger_verifies_after_whatever_was_sent(session: Session) -> None:
    @shortly(40)
    @given(st.data())
    def send(data: st.DataObject) -> None:
        check_stored(session, data)

    send()
    assert verify(session.services.database) == []


@pytest.mark.long
def test_what_is_sent_at_length_is_stored_as_it_was_meant_or_refused(session: Session) -> None:
    @given(st.data())
    def send(data: st.DataObject) -> None:
        check_stored(session, data)

    at_length(send, share=0.15)
    assert verify(session.services.database) == []
