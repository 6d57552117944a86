"""Databases of an old revision, copied from one template for each."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from icd9_review.store.database.engine import open_database
from tests.databases import Server
from tests.store.database.versions.history import History

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the SQLite databases that others are copied from."""
    return tmp_path_factory.mktemp("revisions")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def history(request: pytest.FixtureRequest, templates: Path, tmp_path: Path) -> Iterator[History]:
    """An empty database, of each kind, of the revision that the module calls ``BEFORE``."""
    revision: str = request.module.BEFORE
    if request.param == "sqlite":
        yield from _opened(_copy(templates / f"{revision}.sqlite3", revision, tmp_path))
        return
    server: Server = request.getfixturevalue("postgresql_server")
    template, name = f"revision_{revision}", f"old_{next(_NUMBERS)}"
    if not server.holds(template):
        server.execute(f"CREATE DATABASE {template}")
        _bring(server.address(template), revision)
    server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield from _opened(server.address(name))
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _copy(template: Path, revision: str, folder: Path) -> str:
    if not template.exists():
        _bring(f"sqlite:///{template}", revision)
    path = folder / "old.sqlite3"
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"


def _bring(address: str, revision: str) -> None:
    """``base`` is a database without any table."""
    for history in _opened(address):
        if revision != "base":
            history.upgrade(revision)


def _opened(address: str) -> Iterator[History]:
    database = open_database(address)
    yield History(database)
    database.close()
