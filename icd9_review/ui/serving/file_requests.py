"""Files that are asked for by a click: they hold what was chosen last, not what was shown before.

Streamlit 1.67 makes a file as the page was when it ran last. Who switches the words of notes off
and clicks at once is before that run: the file would have the words still. Here the page runs
first, and the file is that of the same button then.
"""

from __future__ import annotations

import asyncio
import time

from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse
from streamlit.runtime import app_session, get_instance
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.media_file_manager import DeferredCallableEntry, MediaFileManager

_LONGEST = 30.0  # seconds that a page may run before its file is made; by judgement
_PAUSE = 0.02  # seconds between two looks
_MOMENT = 0.2  # seconds by which a browser may tell of a field that the click left; by judgement


class PatientFileHandler(DeferredFileHandler):
    """Makes a file once the page has run for what was chosen before the click."""

    async def handle(
        self, request: BackendOperationRequest, session_id: str
    ) -> BackendOperationResponse:
        """The address of the file, or that there is none: of a button that went, for instance."""
        files = self._get_media_file_mgr()
        asked = files._deferred_callables.get(request.deferred_file.file_id)
        await asyncio.sleep(_MOMENT)
        ends = time.monotonic() + _LONGEST
        while _is_running(session_id) and time.monotonic() < ends:
            await asyncio.sleep(_PAUSE)
        if asked is not None:
            request.deferred_file.file_id = _file_now(files, asked)
        return await super().handle(request, session_id)


def _is_running(session_id: str) -> bool:
    """Whether a run of a session's page goes on or is asked for: its runner ends with the last."""
    found = get_instance()._session_mgr.get_active_session_info(session_id)
    return found is not None and found.session._scriptrunner is not None


def _file_now(files: MediaFileManager, asked: DeferredCallableEntry) -> str:
    """The file that the button of another file stands for now; empty where it is not shown."""
    with files._lock:
        shown = files._files_by_session_and_coord.get(asked["session_id"], {}).values()
        held = {each: files._deferred_callables.get(each) for each in shown}
    return next(
        (name for name, each in held.items() if each and each["element_id"] == asked["element_id"]),
        "",
    )


def make_files_by(handler: type[DeferredFileHandler]) -> None:
    """Let every session that begins from now on make its files so."""
    app_session.DeferredFileHandler = handler  # type: ignore[attr-defined]
