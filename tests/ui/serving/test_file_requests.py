"""A file is made once the page has run for what was chosen before the click, and of that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.runtime import app_session, media_file_manager
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from icd9_review.ui.serving import file_requests
from icd9_review.ui.serving.file_requests import PatientFileHandler, make_files_by

SESSION = "s"


class Page:
    """A page of one session that shows the button of a file, and runs for some looks at it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.storage = MemoryMediaFileStorage("/media")
        self.files = MediaFileManager(self.storage)
        self.running = SimpleNamespace(_scriptrunner=None)
        self.looks = 0
        self.runs: dict[int, Callable[[], object]] = {}
        manager = SimpleNamespace(get_active_session_info=self.look)
        runtime = SimpleNamespace(_session_mgr=manager)
        monkeypatch.setattr(file_requests, "get_instance", lambda: runtime)
        monkeypatch.setattr(file_requests, "_PAUSE", 0.0)
        monkeypatch.setattr(file_requests, "_MOMENT", 0.0)
        monkeypatch.setattr(media_file_manager, "_get_session_id", lambda: SESSION)

    def look(self, session_id: str) -> SimpleNamespace:
        """Whether the page runs; what was told to happen at this look happens."""
        assert session_id == SESSION
        self.looks += 1
        self.runs.pop(self.looks, lambda: None)()
        return SimpleNamespace(session=self.running)

    def run(self, text: str, *, button: str = "export_file") -> str:
        """Show the button of a file with this text; the file's id."""
        self.files.clear_session_refs(SESSION)
        made = self.files.add_deferred(lambda: text, "text/csv", "0.1", element_id=button)
        self.files.remove_orphaned_files()
        return made

    def click(self, file_id: str) -> str:
        """The text of the file that a click asks for; empty where there is none."""
        request = BackendOperationRequest(request_id="1")
        request.deferred_file.file_id = file_id
        handler = PatientFileHandler(lambda: self.files)
        answer = asyncio.run(handler.handle(request, SESSION))
        if answer.error_msg:
            return ""
        name = answer.deferred_file.url.rpartition("/")[2]
        return self.storage.get_file(name).content.decode()


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    return Page(monkeypatch)


def goes_on(page: Page, shown: str, *, button: str = "export_file", looks: int = 3) -> None:
    """A run that is there at the click ends after some looks, with a button of its own."""
    page.running._scriptrunner = object()

    def end() -> None:
        page.run(shown, button=button)
        page.running._scriptrunner = None

    page.runs[looks] = end


def test_a_page_at_rest_gives_its_file_at_once(page: Page) -> None:
    assert page.click(page.run("all")) == "all"
    assert page.looks == 1


def test_what_was_chosen_before_the_click_is_in_the_file(page: Page) -> None:
    file_id = page.run("with words")
    goes_on(page, "without words")
    assert page.click(file_id) == "without words"
    assert page.looks == 3


def test_a_button_that_went_gives_no_file(page: Page) -> None:
    file_id = page.run("all")
    goes_on(page, "the columns", button="export_dictionary")
    assert page.click(file_id) == ""


def test_a_page_that_never_ends_keeps_no_file_back(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_requests, "_LONGEST", 0.0)
    page.running._scriptrunner = object()
    assert page.click(page.run("all")) == "all"


def test_an_id_of_no_file_gives_none(page: Page) -> None:
    assert page.click("nothing") == ""


def test_new_sessions_make_their_files_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_session, "DeferredFileHandler", DeferredFileHandler)
    make_files_by(PatientFileHandler)
    assert app_session.DeferredFileHandler is PatientFileHandler  # type: ignore[attr-defined]
