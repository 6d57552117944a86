"""Uploads never reach a disk, are bounded for a session and for all, and may break off."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from icd9_review.notes.intake.limits import PAGE
from icd9_review.ui.serving import uploads
from icd9_review.ui.serving.uploads import FILES, SESSION, BoundedUploads, keep_uploads_in_memory

ADDRESS = "/_stcore/upload_file/session/1"
HELD = Callable[[str], tuple[int, int, int]]


@pytest.fixture(autouse=True)
def spooled() -> Iterator[None]:
    """Other tests get Starlette as it came."""
    before = MultiPartParser.spool_max_size
    yield
    MultiPartParser.spool_max_size = before


def server() -> Starlette:
    async def take(request: Request) -> Response:
        async with request.form() as form:
            (file,) = form.values()
            assert not isinstance(file, str)
            rolled = getattr(file.file, "_rolled", None)
            return Response(f"{len(await file.read())} {rolled}")

    return Starlette(
        routes=[Route("/_stcore/upload_file/{session}/{file}", take, methods=["PUT", "DELETE"])],
        middleware=[Middleware(BoundedUploads)],
    )


def put(data: bytes, **options: Any) -> Any:
    return TestClient(server()).put(ADDRESS, files={"f": ("a.txt", data)}, **options)


def test_a_large_upload_is_written_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file")

    keep_uploads_in_memory()
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    assert put(b"x" * 5_000_000).text == "5000000 False"


def test_starlette_would_write_it_to_a_disk() -> None:
    """Else the test before proves nothing."""
    assert put(b"x" * 5_000_000).text == "5000000 True"


@pytest.mark.parametrize(
    ("held", "status"),
    [
        ((0, 0, 0), 200),
        ((FILES - 1, 0, 0), 200),
        ((FILES, 0, 0), 413),
        ((1, SESSION, SESSION), 413),
        ((1, SESSION - PAGE.size, SESSION), 200),
        ((1, 0, uploads.SERVER), 507),
    ],
)
def test_what_a_session_and_a_server_hold_is_bounded(
    monkeypatch: pytest.MonkeyPatch, held: tuple[int, int, int], status: int
) -> None:
    monkeypatch.setattr(uploads, "_held", lambda _: held)
    assert put(b"x").status_code == status


def test_an_upload_without_a_length_is_refused() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"x"

    assert TestClient(server()).put(ADDRESS, content=pieces()).status_code == 411


def test_other_requests_pass() -> None:
    assert TestClient(server()).get("/").status_code == 404


def scope(length: int) -> dict[str, Any]:
    headers = [
        (b"content-length", str(length).encode()),
        (b"content-type", b"multipart/form-data; boundary=x"),
    ]
    return {"type": "http", "method": "PUT", "path": ADDRESS, "headers": headers}


def test_what_is_still_coming_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    statuses: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def run() -> None:
        arrived = asyncio.Event()

        async def wait(*_: Any) -> None:
            await arrived.wait()

        guard = BoundedUploads(wait)
        waiting = [asyncio.ensure_future(guard(scope(PAGE.size), _nothing, send)) for _ in range(4)]
        await asyncio.sleep(0)
        await guard(scope(1), _nothing, send)
        arrived.set()
        await asyncio.gather(*waiting)
        await guard(scope(1), _nothing, send)

    monkeypatch.setattr(uploads, "_held", lambda _: (0, 0, 0))
    asyncio.run(run())
    assert statuses == [413]


async def _nothing() -> dict[str, Any]:
    return {"type": "http.disconnect"}


def test_an_upload_that_breaks_off_is_one_line_of_the_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def send(_: Any) -> None:
        raise AssertionError("nobody is there to be answered")

    from icd9_review.logs import configure_logs

    configure_logs("INFO")
    app = BoundedUploads(server().router)
    asyncio.run(app({**scope(100), "query_string": b"", "root_path": ""}, _nothing, send))
    (line,) = capsys.readouterr().err.splitlines()
    assert "upload_aborted" in line


def test_the_files_of_all_sessions_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    class Running:
        uploaded_file_mgr = MemoryUploadedFileManager("/")

    for session, file, data in (("s", "1", b"abc"), ("s", "2", b"d"), ("t", "1", b"efghi")):
        record = UploadedFileRec(file, "a.txt", "text/plain", data)
        Running.uploaded_file_mgr.add_file(session, record)
    monkeypatch.setattr(Runtime, "exists", staticmethod(lambda: True))
    monkeypatch.setattr(Runtime, "instance", staticmethod(lambda: Running()))
    assert uploads._held("s") == (2, 4, 9)
    assert uploads._held("u") == (0, 0, 9)


def test_files_that_are_stored_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    manager = MemoryUploadedFileManager("/")
    for file in ("1", "2"):
        manager.add_file("s", UploadedFileRec(file, "a.txt", "text/plain", b"abc"))
    context = SimpleNamespace(uploaded_file_mgr=manager, session_id="s")
    monkeypatch.setattr(uploads, "get_script_run_ctx", lambda: context)
    uploads.let_go(["1", "unknown"])
    assert [file.file_id for file in manager.get_files("s", ["1", "2"])] == ["2"]
