"""The page of outcomes on charts that were coded with less: the numbers of the command."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.cli import main
from icd9_review.settings import ROOT
from icd9_review.ui.services import Services, services
from icd9_review.values import Action, Arm
from tests.app.conftest import choose, texts
from tests.encounters import coders
from tests.outcomes import act, outpatients, show

PAGE = "pages/quality/outcomes.py"


@pytest.fixture
def page(started: Callable[[], Services], monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr("icd9_review.quality.arms.figures.LEAST", 2)
    model = started().model
    assert model is not None
    model.worker.stop()
    choose("Development auditor")
    opened = AppTest.from_file(str(ROOT / PAGE), default_timeout=120)
    opened.query_params["part"] = "arms"
    return opened


def sign(monkeypatch: pytest.MonkeyPatch, arm: Arm) -> None:
    """Three charts of an arm with 428.0, and one of them with 401.9."""
    monkeypatch.setattr("icd9_review.store.intake.encounters.draw_arm", lambda *_: arm)
    database = services().database
    coder = coders(database)[0]
    for number, chart in enumerate(outpatients(database, 3)):
        if arm is not Arm.BLIND:
            show(database, chart, coder, "428.0", "427.31")
        act(database, chart, coder, Action.ADD if arm is Arm.BLIND else Action.ACCEPT, "428.0")
        if not number:
            act(database, chart, coder, Action.ADD, "401.9")
        act(database, chart, coder, Action.FINALISE)


def test_without_an_arm_the_page_says_how_there_come_to_be_some(page: AppTest) -> None:
    database = services().database
    show(database, outpatients(database, 1)[0], coders(database)[0], "428.0")
    page.run()
    assert not page.exception
    assert "ICD9_REVIEW_BLIND_SHARE" in texts(page.info)


def test_the_arms_stand_side_by_side_with_the_numbers_of_the_command(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for arm in Arm:
        sign(monkeypatch, arm)
    page.run()
    assert not page.exception
    table = page.dataframe[0].value
    assert list(table) == [
        *("Measure", "Full", "Plain (no explanations)", "Blind (no suggestions)"),
    ]
    assert table.iloc[0].to_list() == ["charts (audited)", "3 (0)", "3 (0)", "3 (0)"]
    assert "in 3 charts coded without suggestions the model has 75 %" in texts(page.markdown)
    monkeypatch.setattr(sys, "argv", ["icd9_review", "quality", "outcomes", "--json"])
    capfd.readouterr()
    with pytest.raises(SystemExit):
        main.main()
    said = json.loads(capfd.readouterr().out)
    recall = said["arms"]["blind"]["recall"]
    shown = f"{100 * recall['value']:.0f} % ({100 * recall['low']:.0f}–{100 * recall['high']:.0f})"
    assert table.iloc[1]["Blind (no suggestions)"] == shown
    assert set(said["bias"]) == set(said["highlights"])


def test_an_arm_that_was_clicked_lists_its_charts(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(monkeypatch, Arm.BLIND)
    page.query_params["arm"] = "blind"
    page.run()
    assert not page.exception
    assert "signed in the arm blind (no suggestions)" in texts(page.header)
    assert len(page.table[0].value) == 3
