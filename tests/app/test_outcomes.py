"""The page of outcomes: the figures of the command, and the encounters behind each."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.cli import main
from icd9_review.settings import ROOT
from icd9_review.store.database.tables import CodeRecordRow
from icd9_review.store.ledger import SYSTEM, events
from icd9_review.ui.services import Services, services
from icd9_review.values import EventKind, Kind
from tests.app.conftest import choose, texts
from tests.encounters import coders
from tests.outcomes import decide_on_all, outpatients, show

PAGE = "pages/quality/outcomes.py"


@pytest.fixture
def page(started: Callable[[], Services]) -> AppTest:
    model = started().model
    assert model is not None
    model.worker.stop()
    choose("Development auditor")
    return AppTest.from_file(str(ROOT / PAGE), default_timeout=120)


def asked(page: AppTest, **address: str) -> AppTest:
    for name, value in address.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def command(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the command says of the same database, as JSON."""
    monkeypatch.setattr(sys, "argv", ["icd9_review", "quality", "outcomes", "--json"])
    capfd.readouterr()
    with pytest.raises(SystemExit):
        main.main()
    return json.loads(capfd.readouterr().out)


def test_before_the_first_decision_the_page_says_what_brings_figures(page: AppTest) -> None:
    assert "Nothing has been suggested or decided yet" in texts(asked(page).info)
    (chart,) = outpatients(services().database, 1)
    with services().database.write() as session:
        row = CodeRecordRow(encounter_id=chart.id, kind=Kind.DIAGNOSIS, code="486", accepted=True)
        session.add(row)
    assert "quality recount" in texts(page.run().warning)


def test_the_page_and_the_command_have_the_same_numbers(
    page: AppTest, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    decide_on_all(services().database)
    told = command(capfd, monkeypatch)
    table = asked(page).dataframe[0].value
    assert list(table["Code"]) == [each["code"] for each in told["codes"]]
    for column, name in (
        *(("Suggested", "shown"), ("Accepted", "accepted"), ("Replaced", "replaced")),
        *(("Rejected", "rejected"), ("Untouched", "untouched"), ("Waiting", "waiting")),
        *(("Added", "added"), ("Direct", "direct"), ("Edited", "edited"), ("Below", "below")),
    ):
        assert table[column].tolist() == [each[name] for each in told["codes"]], column
    rates = [each["acceptance"] for each in told["codes"]]
    shown = [round(each["value"], 3) if each else None for each in rates]
    assert [None if v != v else round(v / 100, 3) for v in table["Acceptance"]] == shown
    metrics = {each.label.strip("`"): each.value for each in page.metric}
    assert metrics["Suggestions shown"] == f"{told['all']['shown']:,}"
    assert metrics["Accepted (60–91)"] == "79 %"
    bins = asked(page, part="probabilities").dataframe[0].value
    assert bins["Decisions"].tolist() == [e["decisions"] for e in told["reliability"]["bins"]]
    people = asked(page, part="coders").dataframe[0].value
    assert people["Coder"].tolist() == [each["coder"] for each in told["coders"]]
    assert people["Median time for a chart (s)"].tolist() == [
        each["seconds"] for each in told["coders"]
    ]
    groups = asked(page, part="groups").dataframe[0].value
    assert groups["Decided"].tolist() == [each["decided"] for each in told["groups"]]
    assert "no earlier" not in texts(asked(page, part="drift").markdown)


def test_a_figure_lists_its_encounters_with_links_to_the_workbench(page: AppTest) -> None:
    charts = decide_on_all(services().database, 7)
    asked(page, code="diagnosis:428.0", outcome="rejected", suggested="yes")
    table = page.table[0].value
    assert "Encounters: 428.0, rejected" in texts(page.header)
    assert table["Encounter"].tolist() == [
        f"[{chart.label}](workbench?encounter={chart.id})" for chart in (charts[6], charts[0])
    ]
    assert {cell.strip("`") for cell in table["Outcome"]} == {"rejected"}


def test_a_bucket_of_the_risk_lists_what_was_wrong_of_it(page: AppTest) -> None:
    decide_on_all(services().database)
    asked(page, part="probabilities", often="10–49", outcome="replaced,rejected")
    assert "replaced or rejected, codes with 10–49" in texts(page.header)
    assert {cell.strip("`") for cell in page.table[0].value["Code"]} == {"428.0"}


def test_one_coder_and_a_removed_model_have_their_words(page: AppTest) -> None:
    database = services().database
    (chart,) = outpatients(database, 1)
    show(database, chart, coders(database)[0], "428.0", version="c" * 64)
    asked(page, model="cccc")
    (model,) = (each for each in page.selectbox if each.label == "Model version")
    assert model.options[-1] == "cccccccccccc (removed)"
    assert page.dataframe[0].value["Code"].tolist() == ["428.0"]
    assert "too few" in {each.value for each in page.metric}
    assert "No chart has been signed" in texts(asked(page, part="coders").markdown)


def test_an_address_that_is_nothing_here_is_said_and_passed_over(page: AppTest) -> None:
    decide_on_all(services().database, 2)
    asked(page, model="ffff", part="nowhere", bin="77", **{"from": "july"})
    said = texts(page.warning)
    assert "no month" in said
    assert "No counted model version" in said
    assert not page.table


def test_looking_at_figures_is_one_event_for_each_question_and_opening(page: AppTest) -> None:
    decide_on_all(services().database, 3)
    asked(page).run()
    asked(page, part="coders", signer="2").run()

    def looks() -> list[dict[str, object]]:
        told = events(services().database, SYSTEM)
        return [dict(each.payload) for each in told if each.kind is EventKind.FIGURES_READ]

    coders_asked = {"part": "coders", "signer": "2"}
    assert looks() == [{"page": "outcomes", "asked": each} for each in ({}, coders_asked)]
    choose("Development auditor")
    asked(AppTest.from_file(str(ROOT / PAGE), default_timeout=120))
    assert len(looks()) == 3


def test_a_figure_of_the_head_opens_its_encounters(page: AppTest) -> None:
    decide_on_all(services().database)
    heads = {each.key: each for each in asked(page).button if each.label == "Encounters"}
    assert len(heads) == 5
    heads["outcomes_head_Accepted"].click().run()
    assert not page.exception
    assert "Encounters: accepted" in texts(page.header)
    (table,) = page.table
    assert set(table.value["Outcome"]) == {"`accepted`"}
    heads["outcomes_head_Median time for a chart"].click().run()
    assert "Encounters: signed" in texts(page.header)
    assert len(page.table[0].value["Took"]) == 23


def test_another_part_leaves_the_encounters_of_the_former_one(page: AppTest) -> None:
    decide_on_all(services().database, 2)
    asked(page, code="diagnosis:428.0")
    assert page.table
    (part,) = page.button_group
    part.set_value("groups").run()
    assert not page.exception
    assert page.query_params["part"] == "groups"
    assert not page.table
