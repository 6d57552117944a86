"""How long figures of outcomes take over a million decisions: ``python -m tests.bench.outcomes``.

Rows are made straight in a database of 100,000 encounters with ten codes each: on SQLite in a
temporary folder, and on a PostgreSQL server of its own where one is installed. Prints the median
of five readings of what the page shows and of the encounters behind a figure, and what counting
one encounter anew costs.
"""

# ruff: noqa: T201, S608 - a bench prints, and its statements are its own

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import text

from icd9_review import codes
from icd9_review.quality.outcomes.report import outcome_report
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.oversight.outcome_counts import (
    counted_months,
    counted_versions,
    read_outcomes,
)
from icd9_review.store.oversight.outcome_encounters import outcome_encounters
from icd9_review.store.projections.outcomes import refresh_outcomes
from icd9_review.store.users import ensure_development_users, system_user
from icd9_review.values import CaseAxis, Kind, OutcomeChoice, OutcomeKind, OutcomePart, OutcomeQuery
from tests.databases import running_server

_ENCOUNTERS, _CODES, _KNOWN = 100_000, 10, 5_000
_MONTHS = tuple(202500 + month for month in range(1, 13))
_VERSIONS = ("a" * 64, "b" * 64)
_SERVICES = ("Cardiology", "Medicine", "Surgery", "Neurology", "Orthopaedics", "Urology")
_RECORDS = (
    *("encounter_id", "kind", "code", "accepted", "decided", "outcome", "detail", "version"),
    *("suggested", "score", "raw", "month", "actor"),
)
_CASES = (
    *("encounter_id", "month", "version", "age", "sex", "setting", "service", "length"),
    *("signer", "seconds", "decided", "accepted"),
)
_ARMS = (
    *("encounter_id", "arm", "version", "month", "signer", "seconds", "decisions"),
    *("suggested", "signed", "matched"),
)
_COUNTS = """
INSERT INTO outcome_counts
SELECT kind, code, outcome, detail, suggested, version, month, count(*)
FROM code_records GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
_SCORES = """
INSERT INTO outcome_scores
SELECT kind, code, (score + 499) / 500 - 1, accepted, version, month,
       count(*), sum(score), sum(CAST(score AS BIGINT) * score)
FROM code_records WHERE score IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6
"""
_TALLIES = """
INSERT INTO outcome_tallies
SELECT c.month, c.version, '{axis}', c.{axis}, count(DISTINCT c.encounter_id),
       sum(CASE WHEN suggested THEN 1 ELSE 0 END),
       sum(CASE WHEN suggested AND outcome IN ('accepted', 'replaced', 'rejected')
           THEN 1 ELSE 0 END),
       sum(CASE WHEN suggested AND outcome = 'accepted' THEN 1 ELSE 0 END)
FROM outcome_cases c JOIN code_records r ON r.encounter_id = c.encounter_id GROUP BY 1, 2, 4
"""
_RAW = """
INSERT INTO outcome_tallies
SELECT month, version, 'raw', CAST((raw + 499) / 500 - 1 AS VARCHAR(8)), 0, count(*), 0, 0
FROM code_records WHERE suggested AND raw IS NOT NULL GROUP BY 1, 2, 4
"""

_TIMES = """
INSERT INTO outcome_times
SELECT signer, seconds, version, count(*), sum(decided), sum(accepted)
FROM outcome_cases WHERE signer IS NOT NULL AND seconds IS NOT NULL GROUP BY 1, 2, 3
"""

COUNTING = (_COUNTS, _SCORES, _RAW, _TIMES, *(_TALLIES.format(axis=axis) for axis in CaseAxis))
"""The statements that make every sum of outcomes of the rows that are there."""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        _measure("SQLite", f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
    if shutil.which("pg_ctl"):
        with running_server() as server:
            server.execute("CREATE DATABASE bench")
            _measure("PostgreSQL", server.address("bench"))


def _measure(name: str, address: str) -> None:
    database = open_database(address)
    upgrade(database)
    ensure_development_users(database)
    begun = time.monotonic()
    _fill(database)
    print(f"{name}: {_ENCOUNTERS * _CODES:,} codes made in {time.monotonic() - begun:.0f} s")
    actor, whole = system_user(database), OutcomeQuery()
    period = counted_months(database, actor=actor)
    assert period is not None
    heart = (Kind.DIAGNOSIS, _known()[0])

    def encounters(choice: OutcomeChoice) -> object:
        return outcome_encounters(database, whole, period, choice, actor=actor, limit=51)

    tried: dict[str, Callable[[], object]] = {
        **{
            f"the part {part.value}": lambda part=part: outcome_report(  # type: ignore[misc]
                read_outcomes(database, whole, [part], actor=actor)
            )
            for part in OutcomePart
        },
        "all parts, for the command": lambda: outcome_report(
            read_outcomes(database, whole, actor=actor)
        ),
        "the versions": lambda: counted_versions(database, actor=actor),
        "encounters of a code and outcome": lambda: encounters(
            OutcomeChoice(key=heart, outcomes=(OutcomeKind.REJECTED,))
        ),
        "encounters of a bin": lambda: encounters(OutcomeChoice(bin=3)),
        "encounters of a group": lambda: encounters(
            OutcomeChoice(group=(CaseAxis.SERVICE, "Urology"))
        ),
        "encounters of a signer": lambda: encounters(OutcomeChoice(signer=2)),
        "counting one encounter anew": lambda: _recount_one(database),
    }
    for what, do in tried.items():
        wall, busy = _median(do)
        print(f"  {what}: {1000 * wall:,.0f} ms, of them {1000 * busy:,.0f} in this process")
    for table in ("outcome_counts", "outcome_scores"):
        print(f"  rows of {table}: {_rows(database, table):,}")
    database.close()


def _median(do: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of this process's processor time."""
    times = []
    for _ in range(5):
        begun, busy = time.perf_counter(), time.process_time()
        do()
        times.append((time.perf_counter() - begun, time.process_time() - busy))
    walls, busys = zip(*times, strict=True)
    return statistics.median(walls), statistics.median(busys)


def _recount_one(database: Database) -> None:
    """Of an encounter without events: all ten rows go, and ten counts change."""
    number = int(time.perf_counter_ns() % _ENCOUNTERS)
    with database.write() as session:
        refresh_outcomes(session, [f"{number:022}"])


def _rows(database: Database, table: str) -> int:
    with database.read() as session:
        return int(session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def _fill(database: Database) -> None:
    chance = np.random.default_rng(0)
    created = datetime(2025, 1, 1, tzinfo=UTC)
    plain = ("id", "number", "setting", "sex", "created", "created_by")
    moment: object = created if _is_postgresql(database) else created.replace(tzinfo=None)
    rows = (
        (f"{number:022}", number + 1, "inpatient", "female", str(moment), 1)
        for number in range(_ENCOUNTERS)
    )
    _insert(database, "encounters", plain, rows)
    cases, records = _cases(chance), _records(chance)
    _insert(database, "outcome_cases", _CASES, cases)
    _insert(database, "code_records", _RECORDS, records)
    _insert(database, "arm_cases", _ARMS, _arms(chance))
    with database.write() as session:
        for statement in COUNTING:
            session.execute(text(statement))
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def _cases(chance: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    ages = ("0–17", "18–44", "45–64", "65–74", "75–84", "85+")
    lengths = ("under 2,000", "2,000–4,999", "5,000–9,999", "10,000–19,999")
    seconds = chance.lognormal(6, 0.5, _ENCOUNTERS).astype(int).tolist()
    draws = chance.integers(0, 1 << 30, (_ENCOUNTERS, 4)).tolist()
    for number, (age, sex, service, length) in enumerate(draws):
        yield (
            f"{number:022}",
            _MONTHS[number * len(_MONTHS) // _ENCOUNTERS],
            _VERSIONS[number % 2],
            ages[age % 6],
            ("female", "male")[sex % 2],
            "inpatient",
            _SERVICES[service % len(_SERVICES)],
            lengths[length % 4],
            2 + number % 9,
            seconds[number],
            8,
            6,
        )


def _arms(chance: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Every encounter in an arm: of twenty one blind, one plain, the rest full."""
    seconds = chance.lognormal(6, 0.5, _ENCOUNTERS).astype(int).tolist()
    for number in range(_ENCOUNTERS):
        arm = {0: "blind", 1: "plain"}.get(number % 20, "full")
        matched = 3 + number % 5
        yield (
            f"{number:022}",
            arm,
            _VERSIONS[number % 2],
            _MONTHS[number * len(_MONTHS) // _ENCOUNTERS],
            2 + number % 9,
            seconds[number],
            8,
            8,
            matched + number % 3,
            matched,
        )


def _known() -> list[str]:
    return sorted(codes.codes(Kind.DIAGNOSIS))[:_KNOWN]


def _records(chance: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Ten different codes of each encounter, common ones far more often than rare ones."""
    known = _known()
    outcomes = tuple(OutcomeKind)
    weights = (0.55, 0.06, 0.12, 0.05, 0.02, 0.06, 0.08, 0.04, 0.02)
    reasons = ("not_documented", "negated", "history", "specificity", "integral")
    for number in range(_ENCOUNTERS):
        first = (chance.pareto(0.8, 3 * _CODES) * 8).astype(np.int64) % _KNOWN
        mine = list(dict.fromkeys([*first.tolist(), *range(_CODES)]))[:_CODES]
        drawn = chance.choice(len(outcomes), _CODES, p=weights).tolist()
        scores = (10_000 * chance.beta(5, 2, _CODES)).astype(int).tolist()
        for code, outcome, score in zip(mine, (outcomes[n] for n in drawn), scores, strict=True):
            suggested = outcome not in (
                *(OutcomeKind.EDITED, OutcomeKind.ON_TEXT, OutcomeKind.OFF_TEXT),
            )
            verdict = outcome in (OutcomeKind.ACCEPTED, OutcomeKind.REPLACED, OutcomeKind.REJECTED)
            detail = {
                OutcomeKind.REPLACED: known[(code + score % 3) % _KNOWN],
                OutcomeKind.EDITED: known[(code + score % 3) % _KNOWN],
                OutcomeKind.REJECTED: reasons[score % 5],
            }.get(outcome, "")
            yield (
                f"{number:022}",
                "diagnosis",
                known[code],
                outcome is OutcomeKind.ACCEPTED or not suggested,
                outcome not in (OutcomeKind.UNTOUCHED, OutcomeKind.WAITING),
                outcome.value,
                detail,
                _VERSIONS[number % 2],
                suggested,
                score if verdict else None,
                score if suggested else None,
                _MONTHS[number * len(_MONTHS) // _ENCOUNTERS],
                2 + number % 9,
            )


def _is_postgresql(database: Database) -> bool:
    return database.engine.dialect.name == "postgresql"


def _insert(
    database: Database, table: str, names: tuple[str, ...], rows: Iterator[tuple[Any, ...]]
) -> None:
    """The quickest way of either database, around the program."""
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        if _is_postgresql(database):
            with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.execute("BEGIN")
            marks = ", ".join("?" * len(names))
            statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
            cursor.executemany(statement, rows)  # type: ignore[arg-type]
        connection.commit()
    finally:
        connection.close()


if __name__ == "__main__":
    main()
