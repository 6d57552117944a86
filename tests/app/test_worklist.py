from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.notes import demonstration_encounters
from icd9_review.settings import ROOT
from icd9_review.store.worklist import worklist
from icd9_review.ui.services import Services, services
from icd9_review.values import WorklistQuery
from tests.app.conftest import become, texts


def test_an_empty_worklist_says_what_to_do(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert "No encounters yet" in texts(app.info)


def test_the_first_start_loads_the_demonstration_once(
    started: Callable[[], Services], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_DEMONSTRATION", "true")
    expected = len(demonstration_encounters())
    for _ in range(2):
        assert worklist(started().database, WorklistQuery()).total == expected
        started().stop()
        services.clear()


def test_a_search_without_a_hit_says_so(app: AppTest) -> None:
    app.run()
    app.text_input[0].set_value("E-99999").run()
    assert "No encounter matches" in texts(app.info)


def test_a_clinician_cannot_take_in_encounters(app: AppTest) -> None:
    app.run()
    become(app, "Development clinician")
    assert "New encounter" not in [button.label for button in app.button]


def test_without_a_model_the_worklist_still_opens_and_says_why(
    started: Callable[[], Services], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(tmp_path / "nothing"))
    started()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not app.exception
    assert "There is no model" in texts(app.warning)
