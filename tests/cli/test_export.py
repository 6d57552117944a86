"""The export commands as people call them."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from icd9_review.cli import main
from icd9_review.settings import ROOT
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.deciding.decisions import decide
from icd9_review.values import Action, Decision, Event, EventKind
from tests.encounters import add_scored_encounter, coders


@pytest.fixture
def database(sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database with two decisions of two people, which the commands open."""
    monkeypatch.setenv("DATABASE_URL", sqlite_address)
    opened = open_database(sqlite_address)
    encounter = add_scored_encounter(opened)
    for person, code in zip(coders(opened), ("428.0", "427.31"), strict=True):
        decide(opened, encounter.id, Decision(code, Action.ACCEPT, code, "tab", 0), person)
    yield opened
    opened.close()


def exports(database: Database) -> list[Event]:
    told = ledger.events(database, ledger.SYSTEM)
    return [event for event in told if event.kind is EventKind.EXPORTED]


class Console:
    """Runs a command in this process and keeps its code and streams."""

    def __init__(self, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capfd, self._monkeypatch = capfd, monkeypatch

    def run(self, *arguments: object) -> tuple[object, str, str]:
        self._monkeypatch.setattr(sys, "argv", ["icd9_review", "export", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main.main()
        return ended.value.code, *self._capfd.readouterr()


@pytest.fixture
def console(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, database: Database
) -> Console:
    return Console(capfd, monkeypatch)


@pytest.mark.parametrize("output", [(), ("--output", "-")])
def test_rows_go_to_standard_output_and_their_number_beside(
    console: Console, output: tuple[str, ...]
) -> None:
    code, out, err = console.run("decisions", "--format", "jsonl", *output)
    assert (code, err) == (0, "2 rows\n")
    assert [json.loads(line)["code"] for line in out.splitlines()] == ["428.0", "427.31"]


@pytest.mark.parametrize("table", ["decisions", "history"])
def test_a_file_is_written_and_the_ledger_knows(
    console: Console, database: Database, tmp_path: Path, table: str
) -> None:
    path = tmp_path / "out.csv"
    code, out, _ = console.run(table, "--format", "csv", "--output", path, "--words")
    assert (code, out) == (0, "")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {"428.0", "427.31"} <= {row["code"] for row in rows}
    (event,) = exports(database)
    assert (event.payload["table"], event.payload["rows"]) == (table, len(rows))
    assert event.payload["words"] is True


def test_days_and_people_choose_rows(console: Console) -> None:
    def codes(*arguments: object) -> list[str]:
        code, out, _ = console.run("decisions", "--format", "jsonl", *arguments)
        assert code == 0
        return [json.loads(line)["code"] for line in out.splitlines()]

    today = date.today()
    assert codes("--person", "second coder") == ["427.31"]
    assert codes("--person", "2", "--person", "Second coder") == ["428.0", "427.31"]
    assert codes("--since", today - timedelta(1), "--until", today) == ["428.0", "427.31"]
    assert codes("--until", today - timedelta(2)) == []
    assert codes("--since", today + timedelta(2)) == []
    assert codes("--only-decided", "--since", "0001-01-01", "--until", "9999-12-31") != []


def test_settings_statuses_and_codes_choose_rows(console: Console) -> None:
    def count(*arguments: object) -> int:
        code, out, _ = console.run("decisions", "--format", "jsonl", *arguments)
        assert code == 0
        return len(out.splitlines())

    assert count("--code", "428", "--code", "250") == 1
    assert count("--setting", "outpatient") == 0
    assert count("--status", "decided", "--status", "open") == 2
    assert console.run("decisions", "--format", "csv", "--code", "4280")[0] == 2


def test_final_codes_are_those_of_all_charts_or_of_the_signed_ones(console: Console) -> None:
    _, out, _ = console.run("codes", "--format", "jsonl")
    assert [json.loads(line)["code"] for line in out.splitlines()] == ["428.0", "427.31"]
    assert console.run("codes", "--format", "jsonl", "--only-signed")[2] == "0 rows\n"
    code, _, err = console.run("codes", "--format", "csv", "--words")
    assert code == 2
    assert "no words to add" in err


def test_tables_of_quality_leave_by_the_same_command(
    console: Console, database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "outcomes.csv"
    assert console.run("outcomes", "--format", "csv", "--output", path)[0] == 0
    with path.open(encoding="utf-8", newline="") as file:
        assert {row["code"] for row in csv.DictReader(file)} == {"428.0", "427.31"}
    for table in ("audits", "queries", "agreement"):
        assert console.run(table, "--format", "jsonl")[2] == "0 rows\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("outcomes", "--person", "Second coder"), "--person chooses no rows of outcomes"),
        (("agreement", "--setting", "inpatient"), "--setting chooses no rows of agreement"),
        (("queries", "--code", "428"), "--code chooses no rows of queries"),
        (("outcomes", "--words"), "Outcomes: there are no words to add"),
    ],
)
def test_what_chooses_no_rows_of_a_table_is_refused(
    console: Console, arguments: tuple[str, ...], told: str
) -> None:
    code, out, err = console.run(*arguments, "--format", "csv")
    assert (code, out) == (2, "")
    assert told in err


def test_the_dictionary_of_the_columns_stands_beside_a_file(
    console: Console, tmp_path: Path
) -> None:
    path = tmp_path / "march.parquet"
    assert console.run("codes", "--format", "parquet", "--output", path)[0] == 0
    with (tmp_path / "march.parquet.columns.csv").open(encoding="utf-8", newline="") as file:
        assert "provenance" in {row["column"] for row in csv.DictReader(file)}
    path.unlink()
    code, _, err = console.run("codes", "--format", "parquet", "--output", path)
    assert code == 2
    assert "march.parquet.columns.csv exists already" in err
    assert not path.exists()


def test_a_history_of_decisions_alone(console: Console) -> None:
    _, out, err = console.run("history", "--format", "jsonl", "--only-decisions")
    assert [json.loads(line)["event_words"] for line in out.splitlines()] == [
        "accepted 428.0",
        "accepted 427.31",
    ]
    assert err == "2 rows\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--person", "Nobody"), "'Nobody' is nobody here"),
        (("--person", "999"), "'999' is nobody here"),
        (("--person", "²"), "is nobody here"),
        (("--since", "2026-03-02", "--until", "2026-03-01"), "2026-03-01 is before 2026-03-02"),
        (("--output", "/proc/nowhere/out.csv"), "/proc/nowhere/out.csv cannot be written"),
        (("--output", "nowhere/out.csv"), "nowhere/out.csv cannot be written: No such file"),
        (("--output", "/"), "/ exists already"),
        (("--output", "/dev/null"), "/dev/null exists already"),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_left(
    console: Console, database: Database, arguments: tuple[str, ...], told: str
) -> None:
    code, out, err = console.run("decisions", "--format", "csv", *arguments)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert err.startswith("error: ")
    assert told in err
    assert exports(database) == []


def test_what_exists_is_not_overwritten(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("mine")
    code, _, err = console.run("history", "--format", "csv", "--output", path)
    assert code == 2
    assert "exists already" in err
    assert path.read_text() == "mine"


def test_an_unknown_format_names_those_there_are(console: Console) -> None:
    code, _, err = console.run("decisions", "--format", "pdf")
    assert code == 2
    assert "csv" in err
    assert "jsonl" in err


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "icd9_review", "export", *map(str, arguments)]


def test_a_full_disk_is_one_sentence(database: Database) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command("decisions", "--format", "csv"),
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == (
        "error: standard output cannot be written: No space left on device; what it got is not "
        "the whole.\n"
    )


def test_who_reads_only_the_first_lines_is_left_in_peace(database: Database) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            command("history", "--format", "csv"),
            cwd=ROOT,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writer)
    assert done.stderr == ""


STOPPED = """
import os, signal, sys
from icd9_review.cli.main import main
from icd9_review.export import writing

name = sys.argv.pop(1)
writing.record_export = lambda *_: os.kill(os.getpid(), signal.Signals[name])
main()
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGKILL"])
def test_a_command_that_is_stopped_leaves_no_file(
    database: Database, tmp_path: Path, name: str
) -> None:
    """Stopped when every row is written and only the name is missing."""
    path = tmp_path / "export" / "out.csv"
    path.parent.mkdir()
    arguments = ("export", "decisions", "--format", "csv", "--output", str(path))
    done = subprocess.run(
        [sys.executable, "-c", STOPPED, name, *arguments],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == {"SIGTERM": 130, "SIGINT": 130, "SIGKILL": -signal.SIGKILL}[name]
    left = [each.name for each in path.parent.iterdir()]
    assert path.name not in left
    assert b"Traceback" not in done.stderr
    if name != "SIGKILL":  # which gives no time to take away what stands beside
        assert left == []
