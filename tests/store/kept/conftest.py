"""Kept databases as they were, and as this version of the program leaves them when it starts."""

from __future__ import annotations

import gzip
import itertools
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.projections.summaries import refresh_outdated
from tests.databases import Server
from tests.store.kept.make import FOLDER

_NUMBERS = itertools.count(1)
_ENDS = (".sqlite3.gz", ".sql.gz")


@dataclass(frozen=True)
class Kept:
    """A kept database: how it was written, and what it said then, by part."""

    path: Path
    said: dict[str, Any]

    @property
    def content(self) -> bytes:
        return gzip.decompress(self.path.read_bytes())

    @property
    def encounters(self) -> dict[str, Any]:
        return {part: said for part, said in self.said.items() if part.startswith("E-")}


def start(database: Database) -> None:
    """What the program does with a database before anything else."""
    upgrade(database)
    refresh_outdated(database)


def _every() -> list[object]:
    found = sorted(path for path in FOLDER.iterdir() if path.name.endswith(_ENDS))
    return [
        pytest.param(
            path, id=path.name, marks=[pytest.mark.postgresql] if ".sql." in path.name else []
        )
        for path in found
    ]


@pytest.fixture(scope="module", params=_every())
def kept(request: pytest.FixtureRequest) -> Kept:
    """Each kept database of each version in turn."""
    path: Path = request.param
    with path.with_suffix(".jsonl").open(encoding="utf-8") as lines:
        return Kept(path, dict(map(json.loads, lines)))


@pytest.fixture(scope="module")
def as_it_was(
    kept: Kept, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a kept database that nobody upgrades: copies are made of it."""
    if ".sqlite3" in kept.path.name:
        path = tmp_path_factory.mktemp("kept") / "as_it_was.sqlite3"
        path.write_bytes(kept.content)
        yield f"sqlite:///{path}"
        return
    server: Server = request.getfixturevalue("postgresql_server")
    name = f"kept_{next(_NUMBERS)}"
    server.execute(f"CREATE DATABASE {name}")
    server.execute(kept.content.decode(), database=name)
    yield server.address(name)
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def upgraded(
    as_it_was: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A copy in which the program has started; nothing else may change it."""
    yield from _opened(as_it_was, request, tmp_path_factory.mktemp("upgraded"), begin=True)


@pytest.fixture
def copied(as_it_was: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A copy in which nothing has started yet, for one test alone."""
    yield from _opened(as_it_was, request, tmp_path, begin=False)


def _opened(
    address: str, request: pytest.FixtureRequest, folder: Path, *, begin: bool
) -> Iterator[Database]:
    if address.startswith("sqlite"):
        path = folder / "copy.sqlite3"
        shutil.copyfile(address.removeprefix("sqlite:///"), path)
        yield from _begun(open_database(f"sqlite:///{path}"), begin=begin)
        return
    server: Server = request.getfixturevalue("postgresql_server")
    name = f"kept_{next(_NUMBERS)}"
    server.execute(f"CREATE DATABASE {name} TEMPLATE {address.rpartition('/')[2]}")
    yield from _begun(open_database(server.address(name)), begin=begin)
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _begun(database: Database, *, begin: bool) -> Iterator[Database]:
    if begin:
        start(database)
    yield database
    database.close()
