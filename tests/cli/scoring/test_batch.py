"""``python -m icd9_review batch``: every note once, whatever happens on the way."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from icd9_review.cli.scoring.batch import _Progress
from tests.batch import counted
from tests.batch.made import codes, results, table, text
from tests.cli.running import Run


@pytest.fixture(autouse=True)
def tiny(tiny_model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICD9_REVIEW_MODEL", str(tiny_model_folder))
    monkeypatch.setenv("ICD9_REVIEW_BACKEND", "pytorch")
    monkeypatch.setenv("ICD9_REVIEW_DATA", str(tmp_path / "data"))


def test_every_note_of_every_file_is_in_the_results(run: Run, tmp_path: Path) -> None:
    notes, out = tmp_path / "notes", tmp_path / "out"
    notes.mkdir()
    table(notes / "a.jsonl", 5)
    (notes / "b.txt").write_text("No codes here.")
    (notes / "c.pdf").write_bytes(b"%PDF-1.7 nothing")
    code, printed, said = run("batch", str(notes), "--out", str(out), "--block", "4")
    assert code == 1
    assert printed.startswith(f"7 notes in {out}/model=")
    assert "1 of them rejected" in said
    found = results(out)
    assert [row["number"] for row in found] == [*range(1, 8)]
    assert [row["encounter"] for row in found[:5]] == ["1001", "1002", "1003", "1004", "1005"]
    assert codes(found[0])
    assert codes(found[5]) == []
    assert not (out / "waiting").exists()
    with (out / "rejected.csv").open(encoding="utf-8") as file:
        (rejected,) = csv.DictReader(file)
    assert rejected["number"] == "7"
    assert "c.pdf" in rejected["rejected"]


def test_the_same_command_again_changes_nothing(run: Run, tmp_path: Path) -> None:
    file, out = table(tmp_path / "a.jsonl", 5), tmp_path / "out"
    run("batch", str(file), "--out", str(out))
    before = {each: each.stat().st_mtime_ns for each in out.glob("model=*/*")}
    code, _, said = run("batch", str(file), "--out", str(out))
    assert code == 0
    assert "5 notes, 5 of them scored before" in said
    assert {each: each.stat().st_mtime_ns for each in out.glob("model=*/*")} == before


def test_results_are_read_by_duckdb(run: Run, tmp_path: Path) -> None:
    file, out = table(tmp_path / "a.jsonl", 9), tmp_path / "out"
    run("batch", str(file), "--out", str(out), "--explain", "top=1", "--block", "4")
    with duckdb.connect() as database:
        rows = database.read_parquet(f"{out}/model=*/*.parquet", hive_partitioning=True)
        columns = set(rows.columns)
        database.register("rows", rows)
        found = database.execute(
            "SELECT number, one.code, one.spans "
            "FROM (SELECT number, unnest(suggestions) AS one FROM rows)"
        ).fetchall()
    assert columns >= {"model", "model_version"}
    expected = [(row["number"], code) for row in results(out) for code in codes(row)]
    assert sorted((number, code) for number, code, _ in found) == sorted(expected)
    assert any(spans for _, _, spans in found)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--explain", "5"], "--explain is like top=5"),
        (["--mapping", "note"], "--mapping is like note=COLUMN"),
    ],
)
def test_a_mistake_is_one_line(run: Run, tmp_path: Path, arguments: list[str], words: str) -> None:
    file = table(tmp_path / "a.jsonl", 1)
    code, _, said = run("batch", str(file), "--out", str(tmp_path / "out"), *arguments)
    assert code == 2
    assert words in said
    assert not (tmp_path / "out").exists()


def test_results_are_no_input(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("batch", str(table(tmp_path / "a.jsonl", 2)), "--out", str(out))
    (tmp_path / "a.jsonl").unlink()
    code, _, said = run("batch", str(tmp_path), "--out", str(out))
    assert code == 2
    assert "no file" in said


def test_progress_says_rate_and_time_left(capfd: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    progress = _Progress(lambda: now[0])
    progress.begin(100, 1000)
    for seconds, notes in ((2.0, 50), (10.0, 50), (90.0, 800)):
        now[0] = seconds
        progress.advance(notes)
    assert capfd.readouterr().err.splitlines() == [
        "1,000 notes, 100 of them scored before",
        "200 of 1,000 notes, 10.0 a second, 1 min 20 s left",
        "1,000 of 1,000 notes, 10.0 a second, 0 s left",
    ]


def kill_and_go_on(tmp_path: Path, kills: int) -> None:
    """Kill the command at random moments and start it again; then let it end."""
    count = 400
    file, out = table(tmp_path / "a.jsonl", count), tmp_path / "out"
    command = [sys.executable, "-m", "icd9_review", "batch", str(file), "--out", str(out)]
    command += ["--block", "25", "--processes", "2"]
    chance = random.Random(kills)  # noqa: S311
    for _ in range(kills):
        running = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)
        _wait_for_work(running)
        time.sleep(chance.uniform(0, 3))
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    rows = results(out)
    assert [row["number"] for row in rows] == [*range(1, count + 1)]
    assert [row["encounter"] for row in rows] == [str(1000 + n) for n in range(1, count + 1)]
    assert [row["characters"] for row in rows] == [len(text(n)) for n in range(1, count + 1)]
    record = json.loads((out / "batch.json").read_text("utf-8"))
    assert record["notes"] == count


def _wait_for_work(running: subprocess.Popen[bytes]) -> None:
    """Until it has said how many notes there are, or has ended."""
    if running.stderr:
        running.stderr.readline()


def test_no_note_is_lost_or_doubled_when_it_is_killed(tmp_path: Path) -> None:
    kill_and_go_on(tmp_path, 1)


@pytest.mark.long
def test_twenty_kills_lose_no_note_and_at_most_one_block_of_each_process(tmp_path: Path) -> None:
    count, chance = 1_000, random.Random(20)  # noqa: S311
    file, out, log = table(tmp_path / "a.jsonl", count), tmp_path / "out", tmp_path / "begun"
    command = [sys.executable, "-m", "tests.batch.counted", str(file), str(out), str(log)]
    log.touch()
    for _ in range(20):
        running = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)
        _wait_for_work(running)
        time.sleep(chance.uniform(0, 3))
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        done = {int(str(row["number"])) for row in results(out)}
        lost = {(number - 1) // counted.BLOCK for number in _begun(log) if number not in done}
        assert len(lost) <= counted.PROCESSES
        log.write_text("")
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert [row["number"] for row in results(out)] == [*range(1, count + 1)]


def _begun(log: Path) -> list[int]:
    return [int(line) for line in log.read_text().split()]
