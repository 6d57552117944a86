from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.settings import ROOT
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.intake.encounters import create_encounter
from icd9_review.store.ledger import events
from icd9_review.store.users import users
from icd9_review.ui.encounter.explaining import explains
from icd9_review.ui.services import Services, services
from icd9_review.values import (
    Action,
    CareSetting,
    Decision,
    EventKind,
    NewEncounter,
    NewNote,
    RejectReason,
    User,
)
from tests.app.conftest import become, choose, components, texts, wait_until_read
from tests.encounters import add_encounter
from tests.tiny import NOTE

PAGE, WORKLIST = "pages/clinical/explanation.py", "pages/coding/worklist.py"
HOSTILE = "<img src=x onerror=alert(1)> ![x](http://x.invalid/y.png) :material/home:\n"


@pytest.fixture
def encounter_id(app: AppTest) -> str:
    database = services().database
    found = create_encounter(
        database,
        NewEncounter(CareSetting.INPATIENT),
        [NewNote(NOTE + HOSTILE, HOSTILE)],
        actor=users(database)[0],
        key="hostile",
        model_version=services().model_version,
    )
    services().wake_worker()
    wait_until_read()
    app.query_params["encounter"] = found.id
    return found.id


def _sheets(app: AppTest) -> list[dict[str, Any]]:
    """What the components were given, once every explanation is there."""
    deadline = time.monotonic() + 120
    model = services().model
    assert model is not None
    while True:
        found = [json.loads(each.proto.json) for each in components(app)]
        if found and all(sheet["status"] in ("ready", "off") for sheet in found):
            return found
        assert time.monotonic() < deadline, "no explanation came"
        # The thread that explains gives way to everybody else, runs of the page too.
        while model.explanations.busy() and time.monotonic() < deadline:
            time.sleep(0.05)
        app.run()


def _person(name: str) -> User:
    return next(person for person in users(services().database) if person.name == name)


def test_every_role_reads_why_a_code_is_suggested(app: AppTest, encounter_id: str) -> None:
    app.query_params["code"] = "427.31"
    app.run()
    for role in ("clinician", "coder", "auditor", "administrator"):
        become(app, f"Development {role}")
        app.switch_page(PAGE).run()
        (sheet,) = _sheets(app)
        assert not app.exception
        assert (sheet["code"], sheet["title"]) == ("427.31", "Atrial fibrillation")
        words = [used["words"] for used in sheet["used"]["supports"]]
        assert "Atrial fibrillation" in words
        assert f"by Development {role}" in dict(sheet["footer"])["Read"]


def test_hostile_text_reaches_the_page_as_data_alone(app: AppTest, encounter_id: str) -> None:
    app.run().switch_page(PAGE).run()
    (sheet,) = _sheets(app)
    passage = sheet["used"]["passage"]
    around = "".join((passage["before"], *passage["pieces"], passage["after"]))
    assert "onerror" in around or "onerror" in sheet["where"]
    others = [*app.title, *app.caption, *app.markdown, *app.info, *app.warning, *app.code]
    assert "onerror" not in texts(others)


def test_two_codes_stand_side_by_side_with_their_decisions(app: AppTest, encounter_id: str) -> None:
    rejected = Decision("d1", Action.REJECT, "427.31", "tab", 0, reason=RejectReason.HISTORY)
    decide(services().database, encounter_id, rejected, _person("Second coder"))
    app.query_params["code"], app.query_params["beside"] = "428.0", "427.31"
    app.run().switch_page(PAGE).run()
    first, second = _sheets(app)
    assert (first["code"], second["code"]) == ("428.0", "427.31")
    decision = dict(second["facts"])["Decision"]
    assert decision.startswith("rejected (past or family history) · Second coder")
    assert dict(second["facts"])["Accepted here"].startswith("in 0 of 1 encounter")
    assert dict(first["facts"])["Decision"] == "not decided yet"


def test_a_code_that_is_not_suggested_is_explained_too(app: AppTest, encounter_id: str) -> None:
    app.run().switch_page(PAGE).run()
    chooser = app.selectbox(key="explanation_code")
    at = next(i for i, option in enumerate(chooser.options) if option.startswith("486 "))
    chooser.select_index(at).run()
    (sheet,) = _sheets(app)
    assert sheet["code"] == "486"
    assert dict(sheet["facts"])["Suggested"].startswith("no:")
    assert app.query_params["code"] == "486"


def test_an_opening_is_in_the_ledger_once_with_what_was_inspected(
    app: AppTest, encounter_id: str
) -> None:
    become(app.run(), "Development clinician")
    app.switch_page(PAGE).run()
    app.run().run()
    stored = events(services().database, encounter_id)
    (inspected,) = [event for event in stored if event.kind is EventKind.INSPECTED]
    assert inspected.actor == _person("Development clinician").id
    assert inspected.payload["page"] == "explanation"
    codes = [code for _, code, _ in inspected.payload["codes"]]  # type: ignore[attr-defined]
    assert codes == [app.selectbox(key="explanation_code").value]
    assert inspected.payload["explanations"] is True
    assert EventKind.SHOWN not in {event.kind for event in stored}


def test_each_opening_of_the_page_is_in_the_ledger_and_no_rerun(
    app: AppTest, encounter_id: str
) -> None:
    app.run().switch_page(PAGE).run()
    app.toggle[0].set_value(False).run()
    app.run()
    app.switch_page(WORKLIST).run()
    app.query_params["encounter"] = encounter_id
    app.switch_page(PAGE).run()
    stored = events(services().database, encounter_id)
    viewed = [event for event in stored if event.kind is EventKind.VIEWED]
    assert [event.payload for event in viewed] == [{"page": "explanation"}] * 2


def test_a_person_switches_explanations_off_and_it_is_remembered(
    app: AppTest, encounter_id: str
) -> None:
    switch = f"explanation_explains_{_person('Development clinician').id}"
    become(app.run(), "Development clinician")
    app.switch_page(PAGE).run()
    app.toggle(key=switch).set_value(False).run()
    (sheet,) = _sheets(app)
    assert (sheet["status"], sheet["used"]) == ("off", None)
    assert sheet["message"] == "You have switched explanations off."
    assert dict(sheet["facts"])["Probability"].endswith("not calibrated")
    app.switch_page(WORKLIST).run()
    app.query_params["encounter"] = encounter_id
    app.switch_page(PAGE).run()
    assert app.toggle(key=switch).value is False
    assert not explains(services().database, _person("Development clinician"))
    stored = events(services().database, encounter_id)
    told = [e.payload["explanations"] for e in stored if e.kind is EventKind.INSPECTED]
    assert told == [True, False, False]
    become(app, "Development coder")
    (sheet,) = _sheets(app)
    assert sheet["status"] == "ready"
    become(app, "Development clinician")
    app.toggle(key=switch).set_value(True).run()
    (sheet,) = _sheets(app)
    assert sheet["status"] in ("running", "preview", "ready")


def test_a_code_the_model_does_not_know_is_said_and_another_can_be_chosen(
    app: AppTest, encounter_id: str
) -> None:
    app.run()
    for code in ("999.99", "[x](http://x.invalid)" * 9, "\x00"):
        app.switch_page(WORKLIST).run()
        app.query_params["encounter"], app.query_params["code"] = encounter_id, code
        app.switch_page(PAGE).run()
        assert not app.exception
        assert "does not know the code" in texts(app.warning)
        assert app.selectbox(key="explanation_code").value is None
        assert not components(app)
    app.selectbox(key="explanation_code").select_index(0).run()
    assert len(_sheets(app)) == 1
    assert not app.warning


def test_an_address_that_names_no_encounter_leads_back(app: AppTest) -> None:
    app.run()
    for address in ("", "nothing", "../../etc/passwd", "x" * 5000, "\x00"):
        app.query_params["encounter"] = address
        app.switch_page(PAGE).run()
        assert not app.exception
        assert "names no encounter" in texts(app.warning)


def test_an_encounter_that_was_not_read_yet_says_so(app: AppTest) -> None:
    app.run()
    model = services().model
    assert model is not None
    model.worker.stop()
    app.query_params["encounter"] = add_encounter(services().database, text=NOTE).id
    app.switch_page(PAGE).run()
    assert not app.exception
    assert "has not read all of this encounter yet" in texts(app.info)


def test_a_signed_chart_that_the_model_has_not_read_says_so_and_is_not_asked_for(
    app: AppTest,
) -> None:
    app.run()
    model, database = services().model, services().database
    assert model is not None
    model.worker.stop()
    found = add_encounter(database, text=NOTE, setting=CareSetting.OUTPATIENT)
    actor, lists = users(database)[0], services().references.current().lists
    added = decide(database, found.id, Decision("a", Action.ADD, "428.0", "tab", 0), actor)
    signed = Decision("f", Action.FINALISE, "", "tab", added.sequence)
    decide(database, found.id, signed, actor, lists=lists)
    app.query_params["encounter"] = found.id
    app.switch_page(PAGE).run()
    assert not app.exception
    assert "worker --signed" in texts(app.info)
    assert "goes on by itself" not in texts(app.info)


def test_without_a_model_the_page_says_what_is_wrong(
    started: Callable[[], Services], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(tmp_path / "nothing"))
    started()
    choose("Development coder")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["encounter"] = add_encounter(services().database, text=NOTE).id
    app.run().switch_page(PAGE).run()
    assert not app.exception
    assert "There is no model" in texts(app.warning)
    assert not components(app)
