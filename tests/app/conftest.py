"""The app's pages through AppTest, on a database and a model of their own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from icd9_review.settings import ROOT
from icd9_review.store.worklist.page import worklist
from icd9_review.ui.services import Services, services
from icd9_review.values import EncounterStatus, WorklistQuery


@pytest.fixture
def started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_model_folder: Path
) -> Iterator[Callable[[], Services]]:
    """Starts the services on an empty database; the test may set the environment before."""
    monkeypatch.setenv("ICD9_REVIEW_DATA", str(tmp_path))
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(tiny_model_folder))
    monkeypatch.setenv("ICD9_REVIEW_DEMONSTRATION", "false")
    monkeypatch.setenv("ICD9_REVIEW_CHOOSE_USER", "true")
    services.clear()
    yield services
    services().stop()
    services.clear()


@pytest.fixture
def app(started: Callable[[], Services]) -> AppTest:
    """The app on its first page, the worklist."""
    started()
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def become(app: AppTest, name: str) -> AppTest:
    """Act as the user with this name."""
    everyone = app.selectbox(key="user_id")
    wanted = next(option for option in everyone.options if option.startswith(f"{name} ·"))
    return everyone.select_index(everyone.options.index(wanted)).run()


def wait_until_read() -> None:
    """Until the worker has scored every note."""
    deadline = time.monotonic() + 30
    while worklist(services().database, WorklistQuery()).counts[EncounterStatus.SCORING]:
        assert time.monotonic() < deadline, "the worker did not finish"
        time.sleep(0.05)


def texts(elements: object) -> str:
    """What several elements say, joined."""
    return "\n".join(str(element.value) for element in elements)  # type: ignore[attr-defined]
