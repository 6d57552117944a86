"""A start that cannot succeed is one sentence with the way out, from every command."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from icd9_review.settings import ROOT
from tests.browser.conftest import Server
from tests.cli.test_main import Console
from tests.ports import free_port

COMMANDS = ("serve", "worker")
pytestmark = pytest.mark.usefixtures("tiny_in_use")


@pytest.fixture
def tiny_in_use(monkeypatch: pytest.MonkeyPatch, tiny_model_folder: Path) -> None:
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(tiny_model_folder))


@pytest.fixture
def console(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Console:
    return Console(capfd, monkeypatch)


@pytest.fixture
def file(sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of an upgraded database that the commands use."""
    monkeypatch.setenv("DATABASE_URL", sqlite_address)
    return Path(sqlite_address.removeprefix("sqlite:///"))


def execute(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        for statement in statements:
            database.execute(statement)


def is_no_database(file: Path) -> None:
    file.write_bytes(b"no database at all " * 400)


def is_cut_short(file: Path) -> None:
    execute(file, "PRAGMA journal_mode = DELETE")
    os.truncate(file, file.stat().st_size // 2)


def has_a_damaged_page(file: Path) -> None:
    """One page in the middle, which the start itself would never read."""
    execute(file, "PRAGMA journal_mode = DELETE")
    with closing(sqlite3.connect(file)) as database:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'ix_explanation_jobs_next'"
        ((page,),) = database.execute(query)
        ((size,),) = database.execute("PRAGMA page_size")
    with file.open("r+b") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\xff" * size)


def is_newer(file: Path) -> None:
    execute(file, "UPDATE alembic_version SET version_num = '9999'")


def is_of_another_program(file: Path) -> None:
    file.unlink()
    execute(file, "CREATE TABLE users (name TEXT)")


def is_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (is_no_database, "The database is damaged"),
        (is_cut_short, "The database is damaged"),
        (has_a_damaged_page, "The database is damaged"),
        (is_newer, "install the newer version"),
        (is_of_another_program, "holds tables of another program"),
        (is_a_folder, "set DATABASE_URL or ICD9_REVIEW_DATA"),
    ],
)
def test_a_database_that_cannot_be_used_is_said(
    console: Console,
    file: Path,
    command: str,
    spoil: Callable[[Path], None],
    sentence: str,
) -> None:
    spoil(file)
    assert_one_sentence(start(console, command), sentence)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_cannot_be_written_is_said(
    console: Console, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_DATA", "/proc/none")
    assert_one_sentence(start(console, command), "to a folder that can be written")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_server_of_databases_that_is_away_is_said(
    console: Console, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://coder:secret@127.0.0.1:1/none")
    ended = start(console, command)
    assert_one_sentence(ended, "Check DATABASE_URL")
    assert "secret" not in ended.err


def test_a_port_that_is_taken_is_said(console: Console) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert_one_sentence(console.run("serve", "--port", port), f"PORT={port + 1}")


def test_a_host_that_is_none_is_said(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICD9_REVIEW_HOSTS", "localhost,*")
    assert_one_sentence(start(console, "serve"), "ICD9_REVIEW_HOSTS names '*'")


def test_a_worker_without_a_model_says_so(
    console: Console, file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(tmp_path / "nowhere"))
    assert_one_sentence(start(console, "worker"), "nowhere")


def test_the_app_without_a_model_says_so_and_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {
        "ICD9_REVIEW_MODEL": str(tmp_path / "nowhere"),
        "ICD9_REVIEW_DEMONSTRATION": "false",
    }
    server = Server(data=tmp_path, port=free_port(), environment=environment)
    server.start()
    try:
        assert httpx.get(f"{server.url}/_stcore/health", trust_env=False).text == "ok"
    finally:
        server.kill()
    log = server.log.read_text()
    assert "There is no model, so new notes wait." in log
    assert "Traceback" not in log


def test_streamlit_run_tells_the_same_sentence(file: Path) -> None:
    is_no_database(file)
    command = ["-m", "streamlit", "run", "app.py", "--server.port", str(free_port())]
    ended = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 3
    assert "The database is damaged" in ended.stderr
    assert "Traceback" not in ended.stderr


def start(console: Console, command: str) -> Console:
    """Start the app on a port that is free, or a worker that ends by itself."""
    options = ("--port", free_port()) if command == "serve" else ("--until-empty",)
    return console.run(command, *options)


def assert_one_sentence(ended: Console, sentence: str) -> None:
    """A single line on standard error, with the exit code of a mistake."""
    assert sentence in ended.err
    assert ended.err.startswith("error: ")
    assert ended.err.count("\n") == 1
    assert (ended.code, ended.out) == (2, "")


def _command(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_an_environment_that_was_left_without_pip_is_made_again(tmp_path: Path) -> None:
    """As Debian leaves it where python3-venv is missing."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.txt", "constraints.txt"):
        (tmp_path / name).touch()
    _command(
        tmp_path / "python",
        '[ "$1" = -c ] && exit 0\nmkdir -p .venv/bin\n'
        "printf '#!/bin/sh\\n' > .venv/bin/python; chmod +x .venv/bin/python\n"
        "[ -e again ] || { touch again; exit 1; }\ncp .venv/bin/python .venv/bin/pip",
    )
    make = ["make", "run", f"PYTHON={tmp_path / 'python'}"]
    ended = [subprocess.run(make, cwd=tmp_path, check=False).returncode for _ in range(2)]
    assert ended[0] != 0
    assert ended[1] == 0


def test_tools_that_cannot_be_installed_are_said_and_stop_nothing(tmp_path: Path) -> None:
    for name, script in (("apt-get", "exit 100"), ("id", "echo 0"), ("ls", "exit 1")):
        _command(tmp_path / name, script)
    ended = subprocess.run(
        ["/bin/sh", str(ROOT / "scripts" / "install-test-tools")],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, "Left out" in ended.stdout) == (0, True)
