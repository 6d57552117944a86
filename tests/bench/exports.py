"""A million rows in each format: ``python -m tests.bench.exports [--rows N] [FORMAT …]``.

Clones an encounter of twenty codes in a new SQLite database, exports its final codes by the command
and prints for each format the seconds, the memory of the process at its highest, and the size.
"""

# ruff: noqa: T201 - a bench prints

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from icd9_review.codes.table import codes
from icd9_review.export.formats import EXPORT_FORMATS
from icd9_review.settings import ROOT
from icd9_review.store.database.engine import open_database
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.users import ensure_development_users
from icd9_review.values import Action, Decision, Kind
from tests.encounters import add_encounter, coders

_CODES = 20
_CLONED = {
    "encounters": {"id": "printf('%022d', n)", "number": "n"},
    "heads": {"stream": "printf('%022d', n)"},
    "events": {"stream": "printf('%022d', n)", "key": "key || '/' || n"},
    "summaries": {"encounter_id": "printf('%022d', n)"},
}
"""What differs from clone to clone."""


def build(path: Path, encounters: int) -> None:
    """A database of that many encounters, all but the first clones of it."""
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    ensure_development_users(database)
    encounter = add_encounter(database)
    for code in islice(codes(Kind.DIAGNOSIS), _CODES):
        decide(
            database, encounter.id, Decision(code, Action.ADD, code, "tab", 0), coders(database)[0]
        )
    database.close()
    with sqlite3.connect(path) as connection:
        for table, changed in _CLONED.items():
            clone(connection, table, changed, encounter.id, encounters)


def clone(
    connection: sqlite3.Connection, table: str, changed: dict[str, str], of: str, last: int
) -> None:
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(changed.get(name, name) for name in names)
    key = "id" if table == "encounters" else next(iter(changed))
    numbers = "WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers"
    connection.execute(
        f"{numbers} WHERE n < ?) "  # noqa: S608 - names of the tables above
        f"INSERT INTO {table} SELECT {values} FROM {table} JOIN numbers WHERE {key} = ?",
        (last, of),
    )


def measure(database: Path, form: str, folder: Path) -> None:
    """Export and print how long it took and how much memory it had at its highest."""
    path = folder / f"codes.{form}"
    command = [sys.executable, "-m", "icd9_review", "export", "codes", "--format", form]
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{database}"}
    begin, highest = time.monotonic(), 0
    with subprocess.Popen([*command, "--output", str(path)], cwd=ROOT, env=environment) as process:
        while process.poll() is None:
            highest = max(highest, memory(process.pid))
            time.sleep(0.2)
    took = time.monotonic() - begin
    print(
        f"{form}: {took:,.0f} s, {highest / 1024:,.0f} MB of memory, "
        f"{path.stat().st_size / 1e6:,.0f} MB written",
        flush=True,
    )
    path.unlink()


def memory(pid: int) -> int:
    """The highest resident memory of a process so far, in KiB."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line), 0)


def main() -> None:
    """Measure the formats that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("formats", nargs="*", default=[*EXPORT_FORMATS])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "bench.sqlite3"
        begin = time.monotonic()
        build(database, given.rows // _CODES)
        print(f"{given.rows:,} rows, built in {time.monotonic() - begin:,.0f} s", flush=True)
        for form in given.formats:
            measure(database, form, Path(folder))


if __name__ == "__main__":
    main()
