"""The export page: what it offers, what it shows first, and what it says when there is nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.export.columns import DECISION_COLUMNS, HISTORY_COLUMNS
from icd9_review.export.formats import EXPORT_FORMATS
from icd9_review.export.tables import TABLES
from icd9_review.quality.agreement.measuring import Agreement, measure
from icd9_review.settings import ROOT
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide
from icd9_review.ui.services import Services, services
from icd9_review.values import (
    Action,
    CareSetting,
    Decision,
    EncounterStatus,
    EventKind,
    RejectReason,
)
from tests.app.conftest import become, texts
from tests.app.conftest import choose as choose_person
from tests.encounters import add_encounter, add_scored_encounter, coders
from tests.store.auditing.signing import sign

PAGE = "pages/quality/export.py"
CODERS = (
    *("decisions", "codes", "history", "queries"),
    *("condition_occurrence", "procedure_occurrence", "note_nlp"),
)
"""The tables that coders may export; auditors and administrators all."""


@pytest.fixture
def page(started: Callable[[], Services]) -> AppTest:
    model = started().model
    assert model is not None
    model.worker.stop()  # it would add events to the history, sooner or later
    choose_person("Development coder")
    return AppTest.from_file(str(ROOT / PAGE), default_timeout=60)


def add(database: Database) -> None:
    """Two decisions by two people."""
    encounter = add_encounter(database)
    first, second = coders(database)
    decide(database, encounter.id, Decision("k1", Action.ADD, "486", "tab", 0), first)
    decide(database, encounter.id, Decision("k2", Action.ADD, "428.0", "tab", 0), second)
    reject = Decision("k3", Action.REJECT, "486", "tab", 0, reason=RejectReason.NEGATED)
    decide(database, encounter.id, reject, first)


def choose(page: AppTest, label: str, value: object) -> AppTest:
    (group,) = [each for each in page.button_group if each.label == label]
    return group.set_value(value).run()


def codes(page: AppTest) -> list[str]:
    return [str(cell).strip("`") for cell in page.table[0].value["code"]]


def offers_file(page: AppTest) -> bool:
    return "Download" in downloads(page)


def downloads(page: AppTest) -> list[str]:
    return [str(getattr(button, "label", "")) for button in page.get("download_button")]


def test_without_decisions_the_page_says_what_to_do(page: AppTest) -> None:
    groups = {each.label: len(each.options) for each in page.run().button_group}
    assert groups == {"What": len(CODERS), "Rows": 2, "Format": len(EXPORT_FORMATS)}
    assert "No decisions yet. Open an encounter" in texts(page.info)
    assert not offers_file(page)
    assert "No encounters yet" in texts(choose(choose(page, "What", "history"), "Rows", False).info)


def test_the_first_rows_are_shown_beside_the_file_and_the_columns_explained(page: AppTest) -> None:
    add(services().database)
    page.run()
    assert not page.exception
    assert offers_file(page)
    assert codes(page) == ["428.0", "486"]
    reasons = [str(cell).strip("`") for cell in page.table[0].value["reason_words"]]
    assert reasons == ["", "negated or ruled out"]
    assert len(page.table[-1].value) == len(DECISION_COLUMNS) - 1
    page.toggle[0].set_value(True).run()
    assert len(page.table[-1].value) == len(DECISION_COLUMNS)

    choose(page, "What", "history")
    assert not page.exception
    words = [str(cell).strip("`") for cell in page.table[0].value["event_words"]]
    assert words == ["added 486", "added 428.0", "rejected 486"]
    assert len(page.table[-1].value) == len(HISTORY_COLUMNS)
    assert len(choose(page, "Rows", False).table[0].value) == 5


def test_people_and_days_choose_the_rows(page: AppTest) -> None:
    add(services().database)
    second = coders(services().database)[1]
    page.run().multiselect[0].set_value([second.id]).run()
    assert codes(page) == ["428.0"]
    page.date_input[0].set_value(date.today() + timedelta(days=2)).run()
    assert "No rows of these days, people, encounters and codes" in texts(page.info)
    assert not offers_file(page)
    page.date_input[1].set_value(date.today()).run()
    assert "is before" in texts(page.error)
    assert not page.exception
    assert not offers_file(page)


def test_each_look_at_the_rows_is_an_event_once_a_visit_and_question(page: AppTest) -> None:
    add(services().database)
    page.run()
    page.run()
    choose(page, "What", "history")
    choose(page, "What", "decisions")
    told = [
        event.payload
        for event in ledger.events(services().database, ledger.SYSTEM)
        if event.kind is EventKind.ROWS_SHOWN
    ]
    assert [(each["table"], each["rows"]) for each in told] == [("decisions", 2), ("history", 3)]
    assert {str(each["encounters"]) for each in told} == {"[1]"}


def test_agreement_is_worked_out_when_its_first_rows_are_asked_for(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And kept: each run of the page would draw a thousand samples again."""
    sign(services().database, add_scored_encounter(services().database), ["428.0"])
    choose_person("Development auditor")
    asked: list[object] = []

    def counted(*given: Any, **more: Any) -> Agreement | None:
        asked.append(given)
        return measure(*given, **more)

    monkeypatch.setattr("icd9_review.store.exporting.figure_rows.measure", counted)
    choose(page.run(), "What", "agreement")
    assert not page.exception
    assert not asked
    assert not page.table[0].value.empty  # the dictionary alone
    assert len(page.table) == 1
    (button,) = [each for each in page.button if each.label == "Show the first rows"]
    button.click().run()
    assert len(asked) == 1
    assert len(page.table) == 2
    page.run()
    assert len(asked) == 1
    choose(page, "Rows", "At every level")
    assert len(page.table) == 1
    assert len(asked) == 1


def test_settings_statuses_and_codes_choose_the_rows(page: AppTest) -> None:
    add(services().database)
    page.run().text_input[0].set_value("428").run()
    assert codes(page) == ["428.0"]
    page.multiselect[1].set_value([CareSetting.OUTPATIENT]).run()
    assert "No rows of these days" in texts(page.info)
    page.multiselect[1].set_value([]).run()
    page.multiselect[2].set_value([EncounterStatus.FINALISED]).run()
    assert "No rows of these days" in texts(page.info)
    page.text_input[0].set_value("4280").run()
    assert "is no code with its dot" in texts(page.error)
    assert not page.exception


def test_final_codes_are_those_of_signed_charts_unless_asked(page: AppTest) -> None:
    add(services().database)
    page.run()
    choose(page, "What", "codes")
    assert not page.exception
    assert "No chart is signed yet" in texts(page.info)
    assert not page.toggle  # there are no words to add
    choose(page, "Rows", False)
    assert codes(page) == ["428.0"]


def test_each_column_has_type_meaning_and_example(page: AppTest) -> None:
    become(page, "Development administrator")
    for table in TABLES:
        told = choose(page.run(), "What", table).table[-1].value
        assert list(told.columns) == ["Column", "Type", "Meaning", "Example"]
        filled = told[~told["Meaning"].str.contains("empty", case=False)]
        assert all(str(cell).strip("`") for cell in filled["Example"])
    assert "Download as CSV" in downloads(page)
