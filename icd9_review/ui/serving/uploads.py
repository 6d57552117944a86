"""Uploads stay in memory, and there is an end to how many of them.

Streamlit takes a file before any script has asked for it, from whoever has a session, and keeps it
until the session ends. Starlette, which parses what comes, writes files over a megabyte to the
system's temporary folder; notes about patients do not go there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartParser
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from icd9_review.notes.intake.limits import PAGE
from icd9_review.ui.serving.conversations import is_own

_log = structlog.get_logger(__name__)

FILES = 200
"""Files of one session: more are a folder, which the import command takes; by judgement."""

SESSION = 4 * PAGE.size
"""Bytes of all files of one session; by judgement."""

SERVER = 20 * PAGE.size
"""Bytes of all files of all sessions, half a gigabyte; by judgement."""

_ANOTHERS = "This tab belongs to another session; load the page anew"
_PATH = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+/?")


def keep_uploads_in_memory() -> None:
    """Have no upload written to a temporary file, however large; a second call changes nothing.

    Streamlit ends a request that is longer than the largest file, so the memory is bounded.
    """
    MultiPartParser.spool_max_size = 0  # tempfile's word for never


def let_go(file_ids: Iterable[str]) -> None:
    """Let go of uploads of this session that are of no more use; Streamlit would keep them."""
    context = get_script_run_ctx()
    if context is None or not isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        return
    for file_id in file_ids:
        context.uploaded_file_mgr.remove_file(context.session_id, file_id)


class BoundedUploads:
    """ASGI middleware: refuses an upload that would be too much, and what one browser would put
    into another's session or take from it; logs an upload that breaks off."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._coming: Counter[str] = Counter()
        """Bytes that are announced and not yet taken, by session."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = _PATH.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if path is not None and not is_own(path[1], scope):
            await PlainTextResponse(_ANOTHERS, HTTPStatus.FORBIDDEN)(scope, receive, send)
            return
        if path is None or scope["method"] != "PUT":
            await self.app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "")
        refusal = self._refusal(path[1], length)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        self._coming[path[1]] += int(length)
        try:
            await self.app(scope, receive, send)
        except ClientDisconnect:
            _log.info("upload_aborted")
        finally:
            self._coming[path[1]] -= int(length)
            self._coming += Counter()  # forgets the sessions that have nothing coming

    def _refusal(self, session: str, length: str) -> PlainTextResponse | None:
        if not (length.isascii() and length.isdigit()):
            return PlainTextResponse("Content-Length is missing", HTTPStatus.LENGTH_REQUIRED)
        files, held, all_held = _held(session)
        coming = self._coming[session] + int(length)
        if files >= FILES or held + coming > SESSION:
            return PlainTextResponse(
                "Too many files in this tab; store or take out those that are here",
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            )
        if all_held + self._coming.total() + int(length) > SERVER:
            return PlainTextResponse(
                "Too many files on the server; try again later", HTTPStatus.INSUFFICIENT_STORAGE
            )
        return None


def _held(session: str) -> tuple[int, int, int]:
    """Files and bytes that a session holds, and the bytes of all sessions."""
    manager = Runtime.instance().uploaded_file_mgr if Runtime.exists() else None
    if not isinstance(manager, MemoryUploadedFileManager):
        return 0, 0, 0
    sizes = {
        owner: [len(file.data) for file in list(files.values())]
        for owner, files in list(manager.file_storage.items())
    }
    mine = sizes.get(session, [])
    return len(mine), sum(mine), sum(map(sum, sizes.values()))
