"""Keep a database of this version of the program for the tests of every later one.

    .venv/bin/python -m tests.store.kept.make VERSION

writes, beside this file, what is kept of a version: ``VERSION.sqlite3.gz`` and
``VERSION.sql.gz`` (a dump of PostgreSQL), and for each what it says, ``VERSION.sqlite3.jsonl``
and ``VERSION.sql.jsonl``. Once for each version, before it is given out; never again over
what is there. ``story`` says what happens in them. No text is a patient's. Ids, salts and
times are the program's own: two runs differ in these, and in nothing else.

0.1.0 was made by the program of commit b1342b8, whose newest revision is 0007.
"""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from icd9_review.store.database.engine import open_database
from icd9_review.store.database.migrations import upgrade
from tests.databases import Server, running_server
from tests.store.kept.account import account
from tests.store.kept.story import exported, tell
from tests.tiny import build_tiny_model, write_json

FOLDER = Path(__file__).parent
_PROCEDURE = "39.95"
_FOR_PSQL = re.compile(r"^(\\|SET |SELECT pg_catalog\.set_config).*\n", re.MULTILINE)
"""Lines of a dump that are for psql, or say what every connection says already."""


def main(version: str) -> None:
    """Write the files of a version. Raises FileExistsError where one is there already."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        models = build_models(scratch)
        keep_sqlite(FOLDER / f"{version}.sqlite3.gz", models, scratch)
        with running_server() as server:
            keep_postgresql(server, FOLDER / f"{version}.sql.gz", models, scratch)


def build_models(scratch: Path) -> tuple[Path, Path]:
    """Two tiny models: the later one is calibrated, and knows a procedure."""
    earlier = build_tiny_model(scratch / "earlier")
    later = build_tiny_model(scratch / "later")
    config = (later / "config.json").read_text("utf-8")
    (later / "config.json").write_text(config.replace('"584.9"', f'"{_PROCEDURE}"'), "utf-8")
    write_json(
        later / "calibration.json", {"method": "platt", "a": 0.8, "b": -0.3, "split": "invented"}
    )
    return earlier, later


def keep_sqlite(path: Path, models: tuple[Path, Path], scratch: Path) -> None:
    """A file without gaps, as VACUUM leaves it."""
    made = scratch / "made.sqlite3"
    told = _told(f"sqlite:///{made}", models, scratch / "sqlite")
    whole = scratch / "whole.sqlite3"
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("VACUUM INTO ?", (str(whole),))
    _write(path, whole.read_bytes())
    _write_account(path, told)


def keep_postgresql(server: Server, path: Path, models: tuple[Path, Path], scratch: Path) -> None:
    """A dump in plain SQL that any driver can run."""
    server.execute("CREATE DATABASE kept")
    told = _told(server.address("kept"), models, scratch / "postgresql")
    dump = ["pg_dump", "--inserts", "--no-owner", "--no-privileges", server.address("kept")]
    written = subprocess.run(dump, capture_output=True, text=True, check=True).stdout
    _write(path, _FOR_PSQL.sub("", written).encode())
    _write_account(path, told)


def _told(address: str, models: tuple[Path, Path], scratch: Path) -> dict[str, object]:
    """What the database says once everything has happened in it."""
    scratch.mkdir()
    database = open_database(address)
    upgrade(database)
    tell(address, database, models, scratch)
    rows = exported(address, scratch / "rows.jsonl")
    at = datetime.now(UTC)
    said = {"at": at.isoformat(), "rows": rows, **account(database, at)}
    database.close()
    return said


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(gzip.compress(content, mtime=0))


def _write_account(path: Path, said: Mapping[str, object]) -> None:
    """A line for each part: its name and what is said there."""
    lines = (json.dumps(part, ensure_ascii=False, separators=(",", ":")) for part in said.items())
    with path.with_suffix(".jsonl").open("x", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    main(sys.argv[1])
