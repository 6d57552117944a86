"""A SQLite file as a failing disk leaves it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def damage(path: Path, table: str) -> None:
    """Every page of a table has other bytes; nobody has the file open."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = DELETE")
        query = "SELECT pageno FROM dbstat WHERE name = ?"
        try:
            pages = [page for (page,) in database.execute(query, [table])]
        except sqlite3.OperationalError:  # built without dbstat: the root will do
            root = "SELECT rootpage FROM sqlite_master WHERE name = ?"
            pages = [page for (page,) in database.execute(root, [table])]
        ((size,),) = database.execute("PRAGMA page_size")
    with path.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * size)
            file.write(b"\xff" * size)
