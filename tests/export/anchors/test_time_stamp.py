"""A time-stamp is that of the anchor and of the authority that was named, or it is told."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from icd9_review.errors import AnchorError, InputError
from icd9_review.export.anchors.time_stamp import (
    ask_authority,
    read_certificates,
    read_time_stamp,
    stamp_path,
)
from tests.ports import free_port
from tests.time_stamps import NAME, Authority, running_authority

LINES = b'{"form":"a line"}\n'
TOTAL = sha256(LINES).digest()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with running_authority(tmp_path_factory.mktemp("authority")) as running:
        yield running


@pytest.fixture(scope="module")
def answer(authority: Authority) -> bytes:
    return ask_authority(authority.url, LINES)


def test_a_time_stamp_is_proved_by_the_certificate_of_its_authority(
    authority: Authority, answer: bytes, tmp_path: Path
) -> None:
    path = stamp_path(tmp_path / "anchor")
    path.write_bytes(answer)
    stamp = read_time_stamp(path, TOTAL, read_certificates(authority.root))
    assert stamp.authority == f"CN={NAME}"
    assert abs(datetime.now(UTC) - stamp.at) < timedelta(minutes=5)
    assert read_time_stamp(path, TOTAL, []).authority is None


def test_openssl_verifies_it_without_this_program(
    authority: Authority, answer: bytes, tmp_path: Path
) -> None:
    (tmp_path / "lines").write_bytes(LINES)
    (tmp_path / "stamp").write_bytes(answer)
    files = ["-data", str(tmp_path / "lines"), "-in", str(tmp_path / "stamp")]
    command = ["openssl", "ts", "-verify", *files, "-CAfile", str(authority.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr


def test_a_time_stamp_of_something_else_is_told(answer: bytes, tmp_path: Path) -> None:
    (tmp_path / "stamp").write_bytes(answer)
    with pytest.raises(AnchorError, match="time-stamp of something else"):
        read_time_stamp(tmp_path / "stamp", bytes(32), [])


def test_a_time_stamp_of_another_authority_is_told(answer: bytes, tmp_path: Path) -> None:
    (tmp_path / "stamp").write_bytes(answer)
    with running_authority(tmp_path) as other:
        named = read_certificates(other.root)
    with pytest.raises(AnchorError, match="not a time-stamp of the authority named"):
        read_time_stamp(tmp_path / "stamp", TOTAL, named)


def test_a_time_stamp_whose_time_was_changed_is_told(
    authority: Authority, answer: bytes, tmp_path: Path
) -> None:
    year = f"{datetime.now(UTC):%Y}".encode()
    (tmp_path / "stamp").write_bytes(answer.replace(b"\x18\x0f" + year, b"\x18\x0f1999"))
    assert (tmp_path / "stamp").read_bytes() != answer
    with pytest.raises(AnchorError, match="not a time-stamp of the authority named"):
        read_time_stamp(tmp_path / "stamp", TOTAL, read_certificates(authority.root))


@pytest.mark.parametrize("length", [0, 1, 40])
def test_a_damaged_time_stamp_is_told(answer: bytes, tmp_path: Path, length: int) -> None:
    (tmp_path / "stamp").write_bytes(answer[:length])
    with pytest.raises(AnchorError, match="is damaged"):
        read_time_stamp(tmp_path / "stamp", TOTAL, [])


def test_a_time_stamp_and_certificates_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(AnchorError, match="cannot be read"):
        read_time_stamp(tmp_path / "none", TOTAL, [])
    with pytest.raises(InputError, match="cannot be read"):
        read_certificates(tmp_path / "none")
    (tmp_path / "empty").touch()
    with pytest.raises(InputError, match="holds no certificate"):
        read_certificates(tmp_path / "empty")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "ftp://127.0.0.1/", "nowhere", "http://["])
def test_an_authority_that_does_not_answer_is_told(url: str) -> None:
    with pytest.raises(InputError, match=r"gave no time-stamp \(.+\)\. Nothing was written"):
        ask_authority(url, LINES)


def _answering(status: int, content: bytes) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *_: object) -> None:
            pass

    return Handler


@pytest.mark.parametrize("what", ["an error", "a page", "a refusal", "an older time-stamp"])
def test_an_authority_that_answers_something_else_is_told(answer: bytes, what: str) -> None:
    status, content = {
        "an error": (503, b""),
        "a page": (200, b"<html>"),
        "a refusal": (200, bytes.fromhex("30053003020102")),
        "an older time-stamp": (200, answer),
    }[what]
    server = HTTPServer(("127.0.0.1", free_port()), _answering(status, content))
    thread = Thread(target=server.handle_request)
    thread.start()
    try:
        with pytest.raises(InputError, match="gave no time-stamp"):
            ask_authority(f"http://127.0.0.1:{server.server_port}/", LINES)
    finally:
        thread.join()
        server.server_close()
