"""The app's pages through AppTest, on a database and a model of their own."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.settings import ROOT
from icd9_review.store.people.sessions import begin_session
from icd9_review.store.users import users
from icd9_review.store.worklist.page import worklist
from icd9_review.ui.services import Services, forget_services, services
from icd9_review.ui.serving.sign_in.cookie import COOKIE, kept, token_of
from icd9_review.values import EncounterStatus, WorklistQuery

COOKIES: dict[str, str] = {}
"""What the browser sends: AppTest has none of its own."""


@pytest.fixture(scope="session", autouse=True)
def components_scanned_once() -> Iterator[None]:
    """Every AppTest reads the metadata of every installed package; they stay as they are."""
    with pytest.MonkeyPatch.context() as patch:
        scan = manifest_scanner.scan_component_manifests
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(scan))
        yield


@pytest.fixture(scope="session", autouse=True)
def tiny_model_loaded_once(tiny_model_folder: Path) -> Iterator[None]:
    """Nothing that works with a model changes it."""
    tiny = load_predictor(tiny_model_folder)

    def load(folder: Path) -> Predictor:
        return tiny if folder == tiny_model_folder else load_predictor(folder)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("icd9_review.jobs.chosen_model.load_predictor", load)
        yield


@pytest.fixture
def started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_model_folder: Path, sqlite_template: Path
) -> Iterator[Callable[[], Services]]:
    """Starts the services on an empty database; the test may set the environment before."""
    shutil.copyfile(sqlite_template, tmp_path / "icd9_review.sqlite3")
    monkeypatch.setenv("ICD9_REVIEW_DATA", str(tmp_path))
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(tiny_model_folder))
    monkeypatch.setenv("ICD9_REVIEW_DEMONSTRATION", "false")
    monkeypatch.setenv("ICD9_REVIEW_CHOOSE_USER", "true")
    monkeypatch.setenv("ICD9_REVIEW_BACKEND", "pytorch")  # an export for each test takes longer
    monkeypatch.setattr(ContextProxy, "cookies", property(lambda _: COOKIES))
    COOKIES.clear()
    forget_services()
    yield services
    services().stop()
    forget_services()


@pytest.fixture
def app(started: Callable[[], Services]) -> AppTest:
    """The app on its first page, the worklist, before the development coder."""
    started()
    choose("Development coder")
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def choose(name: str) -> None:
    """Have the browser act for the user with this name from the next run on."""
    database = services().database
    (person,) = (user for user in users(database) if user.name == name)
    former = token_of(COOKIES.get(COOKIE, ""))
    COOKIES[COOKIE] = kept(begin_session(database, person, former=former))


def become(app: AppTest, name: str) -> AppTest:
    """Act as the user with this name, in a page that is loaded anew."""
    choose(name)
    return app.run()


def wait_until_read() -> None:
    """Until the worker has scored every note."""
    deadline = time.monotonic() + 120
    while worklist(services().database, WorklistQuery()).counts[EncounterStatus.SCORING]:
        assert time.monotonic() < deadline, "the worker did not finish"
        time.sleep(0.05)


def texts(elements: object) -> str:
    """What several elements say, joined, without the fences of what is no Markdown."""
    said = (str(element.value) for element in elements)  # type: ignore[attr-defined]
    return "\n".join(said).replace("`", "")


def components(app: AppTest) -> list[Any]:
    """The components of the page itself: what watches over the session is on every one."""
    return [each for each in app.get("bidi_component") if each.key != "watch"]
