"""An audit in the place of the chart: what the browser gets, and what becomes of what it sends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from icd9_review.errors import DecisionError
from icd9_review.jobs.on_demand import Explanations
from icd9_review.jobs.worker import Worker
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.reading.predictor import load_predictor
from icd9_review.store.auditing.audits import audit
from icd9_review.store.auditing.opening import open_audit
from icd9_review.store.auditing.steps import close_audit
from icd9_review.store.database.engine import Database
from icd9_review.store.ledger import events
from icd9_review.store.people.accounts import add_account
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.store.users import system_user
from icd9_review.ui.reference import References
from icd9_review.ui.services import Model, Services
from icd9_review.ui.workbench.component import as_data
from icd9_review.ui.workbench.matters.audit_bench import AuditVisit
from icd9_review.ui.workbench.matters.audited import AuditedCodes
from icd9_review.ui.workbench.session import Session
from icd9_review.values import Action, Audit, Encounter, EventKind, Poa, Role, Span
from tests.encounters import add_encounter
from tests.store.auditing.auditing import new_key
from tests.store.auditing.signing import act, auditor, sign
from tests.tiny import NOTE

CANARY = "Zyxovira Canary"


@pytest.fixture
def services(sqlite: Database, tiny_model_folder: Path) -> Iterator[Services]:
    predictor = load_predictor(tiny_model_folder)
    register_model(sqlite, predictor.version)
    explanations = Explanations(sqlite, Explainer(predictor))
    yield Services(
        sqlite, References(sqlite), Model(predictor, Worker(sqlite, predictor), explanations)
    )
    explanations.stop()


def signed(services: Services) -> Encounter:
    """428.0, and 486 with words of its own, by somebody whose name is a canary; 427.31 is not."""
    database, model = services.database, services.model
    assert model is not None
    chart = add_encounter(database, text=NOTE, version=model.version)
    for note in chart.notes:
        save_scores(database, note.id, model.predictor.score(note.text))
    coder = add_account(database, CANARY, Role.CODER, by=system_user(database))
    span = Span(chart.notes[0].id, 0, 4)
    act(database, chart, coder, Action.ADD, "486", evidence=(span,))
    act(database, chart, coder, Action.SET_POA, "486", poa=Poa.YES)
    sign(database, chart, ("428.0",), coder=coder)
    return chart


def opened(services: Services, *, blind: bool = True, blind_model: bool = False) -> Audit:
    return open_audit(
        *(services.database, signed(services).id),
        actor=auditor(services.database),
        key=new_key(),
        blind=blind,
        blind_model=blind_model,
    )


def work_on(services: Services, found: Audit) -> Session:
    who = auditor(services.database)
    seen = services.seen_by(who)
    codes = AuditedCodes(seen, found.id, who)
    visit = AuditVisit(found.id, codes.taken(), who)
    return Session(codes.served(seen), visit, codes)


def shown(session: Session, outbox: object = None, query: object = None) -> dict[str, Any]:
    receipt = session.store(outbox)
    return as_data(session.view(focus=None, query=query, receipt=receipt))


def entry(data: dict[str, Any], action: str, code: str, **more: object) -> dict[str, object]:
    return {
        "id": new_key(),
        "encounter": data["encounter"]["id"],
        "user": data["user"],
        "action": action,
        "code": code,
        "kind": "diagnosis",
        "seen": data["sequence"],
        "client": "tab",
        **more,
    }


def test_the_signed_codes_stand_beside_the_audited_with_what_was_suggested(
    services: Services,
) -> None:
    data = shown(work_on(services, opened(services)))
    assert data["chart"]["order"] == ("diagnosis:428.0", "diagnosis:486")
    assert (data["chart"]["signed"], data["trail"], data["claimed"]) == ("", None, "")
    first, second = data["audit"]["signed"]
    assert (first["code"], first["beside"][:19]) == ("428.0", "principal · POA Y ·")
    assert (second["code"], second["differs"]) == ("486", "")
    assert {"428.0", "427.31"} <= {each["code"] for each in data["suggestions"]}
    assert data["cited"]["diagnosis:486"]
    assert all(each["actor"] == "the signature" for each in data["decisions"])


def test_what_the_keys_do_is_stored_in_the_audit_alone(services: Services) -> None:
    found = opened(services)
    database = services.database
    before = [each.kind for each in events(database, found.encounter_id)]
    session = work_on(services, found)
    data = shown(session)
    sent = [
        entry(data, "accept", "427.31"),
        entry(data, "reject", "428.0"),
        entry(data, "replace", "486", by="482.9"),
        entry(data, "set_poa", "427.31", poa="N"),
        entry(data, "resequence", "427.31", position=0),
    ]
    data = shown(session, sent)
    assert data["acknowledged"] == tuple(each["id"] for each in sent)
    assert data["refused"] == ()
    assert data["chart"]["order"] == ("diagnosis:427.31", "diagnosis:482.9")
    assert data["chart"]["poa"] == {"diagnosis:427.31": "N"}
    told = {each["code"]: each["differs"] for each in data["audit"]["signed"]}
    assert told == {"428.0": "principal no more, deleted", "486": "revised to 482.9"}
    assert data["audit"]["differs"]["diagnosis:482.9"] == "revised, was 486"
    after = [each.kind for each in events(database, found.encounter_id)][len(before) :]
    assert set(after) == {EventKind.AUDIT_CODED}
    stands = audit(database, found.id, actor=auditor(database))
    assert [each.instead_of for each in stands.audited] == [None, "486"]
    again = shown(work_on(services, found), sent)
    assert again["acknowledged"] == tuple(each["id"] for each in sent)
    assert again["chart"]["order"] == data["chart"]["order"]


def test_undo_takes_back_the_last_change_and_edits_are_of_the_audited_codes(
    services: Services,
) -> None:
    session = work_on(services, opened(services))
    data = shown(session)
    data = shown(session, [entry(data, "reject", "428.0")])
    own = [each for each in data["decisions"] if each["own"]]
    assert [(each["key"], each["verdict"]) for each in own] == [("diagnosis:428.0", "rejected")]
    data = shown(session, [entry(data, "undo", "428.0"), entry(data, "add", "V27.0")])
    assert data["chart"]["order"][0] == "diagnosis:428.0"
    assert any("V27.0" in each["message"] for each in data["edits"])


@pytest.mark.parametrize("action", ["finalise", "hold", "set_admitting", "set_line", "set_fact"])
def test_what_is_about_the_chart_is_refused(services: Services, action: str) -> None:
    session = work_on(services, opened(services))
    data = shown(session)
    wrong = entry(data, action, "", reason="other" if action == "hold" else None)
    (refused,) = shown(session, [wrong])["refused"]
    assert "an audit does not change" in refused["message"]


def test_what_was_left_unsent_is_stored_from_whatever_is_open_next(services: Services) -> None:
    first, second = opened(services), opened_again(services)
    data = shown(work_on(services, first))
    left = entry(data, "add", "585.9")
    assert shown(work_on(services, second), [left])["acknowledged"] == (left["id"],)
    stands = audit(services.database, first.id, actor=auditor(services.database))
    assert "585.9" in [each.code for each in stands.audited]


def opened_again(services: Services) -> Audit:
    database, model = services.database, services.model
    assert model is not None
    chart = add_encounter(database, text=NOTE, version=model.version)
    for note in chart.notes:
        save_scores(database, note.id, model.predictor.score(note.text))
    sign(database, chart)
    return open_audit(database, chart.id, actor=auditor(database), key=new_key(), blind=True)


@pytest.mark.parametrize("blind_model", [False, True])
def test_a_blind_audit_sends_the_browser_no_coder(services: Services, blind_model: bool) -> None:
    session = work_on(services, opened(services, blind_model=blind_model))
    data = shown(session)
    text = json.dumps([data, shown(session, [entry(data, "reject", "428.0")])])
    assert CANARY not in text


def test_blind_to_the_model_nothing_that_it_said_goes_to_the_browser(services: Services) -> None:
    """427.31 was suggested and not signed: it comes in nowhere but where the notes' lines do."""
    session = work_on(services, opened(services, blind_model=True))
    data = shown(session)
    found = shown(session, query=asked(data, "atrial"))
    assert found["found"]["meaning"] is True
    for name in ("suggestions", "demoted", "outside", "explanations", "cited", "mentions"):
        assert not data[name], name
    assert (data["model"], data["read"], data["veil"]["arm"]) == (None, None, "blind")
    told = {name: part for name, part in data.items() if name not in ("lines", "notes")}
    assert "427.31" not in json.dumps(told)
    assert "fast" not in json.dumps(data["audit"]["signed"])
    assert all(each["origin"] == "added" for each in data["decisions"])


def test_suggestions_of_a_model_that_is_gone_stand_there_without_explanations(
    services: Services,
) -> None:
    found = opened(services)
    data = shown(work_on(replace(services, model=None), found))
    assert {"428.0", "427.31"} <= {each["code"] for each in data["suggestions"]}
    assert {each["code"] for each in data["outside"]}.isdisjoint({"428.0", "427.31"})
    assert {each["status"] for each in data["explanations"].values()} == {"failed"}


def asked(data: dict[str, Any], text: str) -> dict[str, object]:
    said = {"id": 1, "mode": "add", "text": text, "of": "", "header": "", "meaning": True}
    return {"encounter": data["encounter"]["id"], **said}


def test_an_audit_that_was_closed_meanwhile_shows_nothing_more(services: Services) -> None:
    found = opened(services)
    session = work_on(services, found)
    shown(session)
    who = auditor(services.database)
    close_audit(services.database, found.id, reopen=False, actor=who, key=new_key())
    with pytest.raises(DecisionError, match="A-00001 is final"):
        shown(session)
