"""A million rows of each table: ``python -m tests.bench.exports [--rows N] [TABLE …]``.

Rows are made straight in a database: of final codes, audits and queries by clones of an encounter
with twenty of them, of outcomes by sums of codes and versions. On SQLite in a temporary folder, and
on a PostgreSQL server of its own where one is installed (``--databases``). Each table is exported
by the command in each format (``--formats``); printed are the seconds, the memory of the process at
its highest, and the size.
"""

# ruff: noqa: T201, S608 - a bench prints, and its statements are its own

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.table import codes
from icd9_review.export.formats import EXPORT_FORMATS
from icd9_review.settings import ROOT
from icd9_review.store.auditing.steps import answer_audit, close_audit, return_to_coder
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.querying.queries import answer_query
from icd9_review.store.users import ensure_development_users
from icd9_review.values import Action, Decision, Encounter, Kind
from tests.databases import running_server
from tests.encounters import add_encounter, coders
from tests.store.auditing.auditing import begin, diagnoses, new_key, revise
from tests.store.auditing.signing import add_signed, auditor
from tests.store.querying.asking import asked_about
from tests.store.querying.test_queries import clinician

_EACH: Final = 20  # rows of one encounter
_NUMBER: Final = {"sqlite": "printf('%022d', n)", "postgresql": "lpad(n::text, 22, '0')"}
_RENAMED: Final = {
    "sqlite": "CAST(replace(CAST(payload AS TEXT), :audit, {id}) AS BLOB)",
    "postgresql": "convert_to(replace(convert_from(payload, 'UTF8'), :audit, {id}), 'UTF8')",
}
"""The payload of an event of an audit: each clone has an audit of its own."""


def _add_codes(database: Database) -> tuple[Encounter, str]:
    encounter = add_encounter(database)
    for code in islice(codes(Kind.DIAGNOSIS), _EACH):
        decision = Decision(code, Action.ADD, code, "tab", 0)
        decide(database, encounter.id, decision, coders(database)[0], lists=built_in_lists())
    return encounter, ""


def _add_audit(database: Database) -> tuple[Encounter, str]:
    """A final audit of twenty codes, of which the auditor has one otherwise."""
    signed = ["428.0", *islice((each for each in codes(Kind.DIAGNOSIS) if each < "005"), _EACH - 1)]
    encounter, who = add_signed(database, signed), auditor(database)
    audit = revise(database, begin(database, encounter), diagnoses(*signed[:-1], "486"))
    return_to_coder(database, audit.id, actor=who, key=new_key())
    answer_audit(database, audit.id, agreed=True, actor=coders(database)[0], key=new_key())
    close_audit(database, audit.id, reopen=False, actor=who, key=new_key())
    return encounter, audit.id


def _add_queries(database: Database) -> tuple[Encounter, str]:
    encounter, who = add_encounter(database), clinician(database)
    for number in range(_EACH):
        asked = asked_about(database, encounter)
        answer_query(database, encounter.id, asked, option=0, actor=who, key=f"answer-{number}")
    return encounter, ""


_TEMPLATES: Final[Mapping[str, Callable[[Database], tuple[Encounter, str]]]] = {
    "codes": _add_codes,
    "audits": _add_audit,
    "queries": _add_queries,
}
_TABLES: Final = (*_TEMPLATES, "outcomes")


def build(address: str, table: str, rows: int) -> None:
    """A database of that many rows of a table."""
    database = open_database(address)
    upgrade(database)
    ensure_development_users(database)
    if table == "outcomes":
        encounter = add_encounter(database)
        with database.write() as session:
            _fill_outcomes(session, encounter.id, rows)
    else:
        encounter, audit = _TEMPLATES[table](database)
        with database.write() as session:
            _clone(session, encounter.id, audit, rows // _EACH)
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    database.close()


def _clone(session: Session, encounter: str, audit: str, last: int) -> None:
    """All encounters but the first are clones of it: rows whose identifiers differ."""
    dialect = session.get_bind().dialect.name
    number = _NUMBER[dialect]
    changed: dict[str, dict[str, str]] = {
        "encounters": {"id": number, "number": "n"},
        "heads": {"stream": number},
        "events": {"stream": number, "key": "key || '/' || CAST(n AS VARCHAR(9))"},
        "summaries": {"encounter_id": number},
    }
    if audit:
        changed["events"]["payload"] = _RENAMED[dialect].format(id=number)
        changed["audits"] = {"encounter_id": number, "id": number, "number": "n"}
    for table, values in changed.items():
        names = [each["name"] for each in inspect(session.connection()).get_columns(table)]
        given = ", ".join(values.get(name, f"{table}.{name}") for name in names)
        key = "id" if table == "encounters" else next(iter(values))
        statement = (
            "WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers "
            f"WHERE n < :last) INSERT INTO {table} ({', '.join(names)}) "
            f"SELECT {given} FROM {table} CROSS JOIN numbers WHERE {table}.{key} = :of"
        )
        held = {"last": last, "of": encounter}
        session.execute(text(statement), held | ({"audit": audit} if ":audit" in given else {}))


def _fill_outcomes(session: Session, encounter: str, rows: int) -> None:
    """Every diagnosis of so many model versions, accepted ten times each."""
    known = sorted(codes(Kind.DIAGNOSIS))
    session.execute(
        text(
            "INSERT INTO outcome_cases (encounter_id, month, version, age, sex, setting, service, "
            "length, decided, accepted) VALUES (:id, 202601, '', '', '', '', '', '', 0, 0)"
        ),
        {"id": encounter},
    )
    for version in range(rows // len(known) + 1):
        given = [
            {"code": code, "version": f"{version:064}"}
            for code in known[: max(0, rows - version * len(known))]
        ]
        if given:
            session.execute(
                text(
                    "INSERT INTO outcome_counts (kind, code, outcome, detail, suggested, version, "
                    "month, count) VALUES ('diagnosis', :code, 'accepted', '', true, :version, "
                    "202601, 10)"
                ),
                given,
            )


def measure(address: str, table: str, form: str, folder: Path) -> None:
    """Export and print how long it took and how much memory it had at its highest."""
    path = folder / f"{table}.{form}"
    command = [sys.executable, "-m", "icd9_review", "export", table, "--format", form]
    environment = os.environ | {"DATABASE_URL": address}
    begin, highest = time.monotonic(), 0
    with subprocess.Popen([*command, "--output", str(path)], cwd=ROOT, env=environment) as process:
        while process.poll() is None:
            highest = max(highest, memory(process.pid))
            time.sleep(0.2)
    took = time.monotonic() - begin
    print(
        f"  {table} as {form}: {took:,.0f} s, {highest / 1024:,.0f} MB of memory, "
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


def _measure_all(name: str, address: Callable[[str], str], given: argparse.Namespace) -> None:
    for table in given.tables:
        begin = time.monotonic()
        build(address(table), table, given.rows)
        took = time.monotonic() - begin
        print(f"{name}, {given.rows:,} rows of {table}, made in {took:,.0f} s", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            for form in given.formats:
                measure(address(table), table, form, Path(folder))


def main() -> None:
    """Measure the tables that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--formats", nargs="*", default=[*EXPORT_FORMATS])
    parser.add_argument("--databases", nargs="*", default=["sqlite", "postgresql"])
    parser.add_argument("tables", nargs="*", default=[*_TABLES])
    given = parser.parse_args()
    if "sqlite" in given.databases:
        with tempfile.TemporaryDirectory() as folder:
            _measure_all("SQLite", lambda name: f"sqlite:///{folder}/{name}.sqlite3", given)
    if "postgresql" in given.databases and shutil.which("pg_ctl"):
        with running_server() as server:
            for table in given.tables:
                server.execute(f"CREATE DATABASE {table}")
            _measure_all("PostgreSQL", server.address, given)


if __name__ == "__main__":
    main()
