"""The commands of the ledger: what an auditor keeps, and what it proves later."""

from __future__ import annotations

import json
import os
import pwd
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from icd9_review.cli import main
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.ledger.heads import read_heads
from icd9_review.store.users import system_user
from icd9_review.values import Action, Decision, Encounter, EventKind
from tests.encounters import add_encounter, add_scored_encounter, coders
from tests.store.ledger.tampering import shorten, tamper
from tests.time_stamps import NAME, running_authority

WHOLE = "in its 2 streams nothing was rewritten, shortened or removed since\n"


class Console:
    """Runs a command in this process and keeps its code and streams."""

    def __init__(self, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capfd, self._monkeypatch = capfd, monkeypatch

    def run(self, *arguments: object) -> tuple[object, str, str]:
        self._monkeypatch.setattr(sys, "argv", ["icd9_review", "ledger", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main.main()
        return ended.value.code, *self._capfd.readouterr()

    def anchor(self, path: Path, *more: object) -> str:
        """Write an anchor; the public key that is printed."""
        code, out, err = self.run("anchor", path, *more)
        assert (code, err) == (0, "")
        (key,) = re.findall(r"ed25519:[0-9a-f]{64}", out)
        return str(key)

    def refused(self, *arguments: object) -> str:
        """The one sentence that a command ends with."""
        code, out, err = self.run(*arguments)
        assert (code, out) == (2, "")
        assert err.startswith("error: ")
        assert err.endswith(".\n")
        assert len(err.splitlines()) == 1
        return err


@pytest.fixture
def database(
    sqlite_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    monkeypatch.setenv("DATABASE_URL", sqlite_address)
    monkeypatch.setenv("ICD9_REVIEW_DATA", str(tmp_path / "own"))
    opened = open_database(sqlite_address)
    yield opened
    opened.close()


@pytest.fixture
def encounter(database: Database) -> Encounter:
    encounter = add_scored_encounter(database)
    decision = Decision("accept", Action.ACCEPT, "428.0", "tab", 0)
    decide(database, encounter.id, decision, coders(database)[0])
    return encounter


@pytest.fixture
def console(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, encounter: Encounter
) -> Console:
    return Console(capfd, monkeypatch)


def test_heads_are_printed(console: Console, database: Database) -> None:
    code, out, _ = console.run("heads")
    assert code == 0
    assert [line.split() for line in out.splitlines()] == [
        [head.stream, str(head.sequence), head.hash, ledger.write_time(head.at)]
        for head in read_heads(database)
    ]


def test_an_anchor_proves_what_was_there_while_work_goes_on(
    console: Console, database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "anchor.jsonl"
    key = console.anchor(path)
    assert (tmp_path / "own" / "ledger.key").stat().st_mode & 0o777 == 0o600
    *lines, seal = path.read_bytes().splitlines(keepends=True)
    assert json.loads(seal)["sha256"] == sha256(b"".join(lines)).hexdigest()
    add_encounter(database)
    code, out, err = console.run("verify", "--anchors", path, "--key", key)
    assert (code, err) == (0, "")
    assert out.startswith(f"{path}: written on {datetime.now(UTC):%Y-}")
    assert out.endswith(f" UTC by this installation's clock; {WHOLE}every stream verifies\n")


def test_several_anchors_are_compared_each_by_itself(
    console: Console, database: Database, encounter: Encounter, tmp_path: Path
) -> None:
    first, second = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    console.anchor(first)
    add_encounter(database)
    console.anchor(second)
    for given in (["--anchors", first, second], ["--anchors", first, "--anchors", second]):
        code, out, _ = console.run("verify", *given)
        assert code == 0
        assert re.findall(r"^(.+): written .*; in its (\d) streams nothing", out, re.M) == [
            (str(first), "2"),
            (str(second), "3"),
        ]
    with database.write() as session:
        tamper(session, shorten(encounter.id))
    code, out, _ = console.run("verify", "--anchors", first, second)
    assert code == 1
    assert out.count(f"{encounter.id} 4: the stream was shortened since the anchor of ") == 2
    assert re.findall(r"; of its (\d) streams (\d) hold what they held\n", out) == [
        ("2", "1"),
        ("3", "2"),
    ]
    assert "every stream verifies" not in out
    assert console.run("verify")[:2] == (0, "every stream verifies\n")


def test_what_was_changed_below_a_head_counts_against_its_anchor(
    console: Console, database: Database, encounter: Encounter, tmp_path: Path
) -> None:
    console.anchor(tmp_path / "anchor")
    with database.write() as session:
        tamper(session, "UPDATE notes SET text = 'Another.'")
    code, out, _ = console.run("verify", "--anchors", tmp_path / "anchor")
    assert code == 1
    assert f"{encounter.id} 2: the text of the note is not the one stored\n" in out
    assert "of its 2 streams 1 hold what they held" in out


def test_a_stream_with_another_name_stays_on_its_line(console: Console, database: Database) -> None:
    with database.write() as session:
        tamper(session, "INSERT INTO heads VALUES (:name, 0, :name)", name="a\n\x1b[2Jb")
    code, out, _ = console.run("verify")
    assert code == 1
    assert out.splitlines()[0].startswith("a\ufffd\ufffd[2Jb :")


def test_a_damaged_anchor_is_one_sentence(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "anchor"
    console.anchor(path)
    path.write_bytes(path.read_bytes().replace(b'"sequence":', b'"sequence":1', 1))
    assert "is not as it was written" in console.refused("verify", "--anchors", path)


def test_the_key_of_another_installation_is_one_sentence_and_can_be_named(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "anchor"
    theirs = console.anchor(path)
    monkeypatch.setenv("ICD9_REVIEW_DATA", str(tmp_path / "other"))
    assert "ledger.key cannot be read" in console.refused("verify", "--anchors", path)
    mine = console.anchor(tmp_path / "another")
    told = console.refused("verify", "--anchors", path)
    assert f"{theirs} and not with {mine}" in told
    assert console.run("verify", "--anchors", path, "--key", theirs)[0] == 0
    assert "is no public key" in console.refused("verify", "--anchors", path, "--key", "mine")


def test_a_key_in_a_file_of_its_own_signs(console: Console, tmp_path: Path) -> None:
    kept = tmp_path / "safe" / "ledger.key"
    first = console.anchor(tmp_path / "1", "--key", kept)
    assert console.anchor(tmp_path / "2", "--key", kept) == first
    assert kept.exists()
    assert not (tmp_path / "own").exists()


def test_an_anchor_is_never_overwritten(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "anchor"
    console.anchor(path)
    before = path.read_bytes()
    assert "exists already" in console.refused("anchor", path)
    assert path.read_bytes() == before


def test_nothing_is_anchored_of_a_ledger_that_does_not_hold(
    console: Console, database: Database, encounter: Encounter, tmp_path: Path
) -> None:
    with database.write() as session:
        tamper(session, "UPDATE heads SET hash = 'x' WHERE stream = :id", id=encounter.id)
    assert "is not an event" in console.refused("anchor", tmp_path / "anchor")
    assert not (tmp_path / "anchor").exists()


def test_a_time_stamp_says_when_by_another_clock(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "anchor"
    with running_authority(tmp_path) as authority:
        console.anchor(path, "--timestamp", authority.url)
    assert (tmp_path / "anchor.tsr").exists()
    code, out, _ = console.run("verify", "--anchors", path, "--authority", authority.root)
    assert code == 0
    assert re.search(rf"clock, time-stamped on .* UTC by CN={NAME}; {WHOLE}", out)
    _, out, _ = console.run("verify", "--anchors", path)
    assert "its time-stamp was not checked: --authority names who answers for it" in out
    (tmp_path / "anchor.tsr").unlink()
    told = console.refused("verify", "--anchors", path, "--authority", authority.root)
    assert "anchor.tsr cannot be read" in told


def test_an_authority_that_is_away_leaves_no_anchor(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "anchor"
    told = console.refused("anchor", path, "--timestamp", "http://127.0.0.1:1/")
    assert "The time-stamp authority http://127.0.0.1:1/ gave no time-stamp" in told
    assert list(tmp_path.glob("anchor*")) == []


def test_what_a_command_shows_of_the_ledger_is_an_event_with_who_ran_it(
    console: Console, database: Database
) -> None:
    for command in ("heads", "reviews", "verify"):
        assert console.run(command)[0] == 0
    told = ledger.events(database, ledger.SYSTEM)[-3:]
    program, account = system_user(database), pwd.getpwuid(os.getuid()).pw_name
    read, verified = EventKind.LEDGER_READ, EventKind.LEDGER_VERIFIED
    assert [event.kind for event in told] == [read, read, verified]
    assert [event.payload.get("kinds") for event in told] == [[], ["ledger_reviewed"], None]
    assert {(event.actor, event.payload["run_by"]) for event in told} == {(program.id, account)}
    assert told[-1].payload["findings"] == 0


def test_what_does_not_verify_is_told_also_where_the_ledger_cannot_hear_of_it(
    console: Console, database: Database
) -> None:
    console.run("reviews")
    with database.write() as session:
        tamper(session, "UPDATE heads SET sequence = sequence - 1 WHERE stream = 'system'")
    code, out, err = console.run("verify")
    assert code == 1
    assert "system" in out
    assert err.startswith("error: the ledger was not told of this")


def test_a_review_is_recorded_for_an_auditor_and_read_back(
    console: Console, database: Database
) -> None:
    code, out, _ = console.run("reviews")
    assert (code, out) == (0, "no review; events: 6\n")
    given = ("--by", "Development auditor", "--found", "follow_up", "--words", "Asked\nAna.")
    code, out, err = console.run("review", *given)
    assert (code, err) == (0, "")
    assert out.endswith(" UTC by Development auditor: something to follow up in 7 events\n")
    code, again, _ = console.run("reviews")
    assert again == f"events since the last review: 1\n{out}    Asked Ana.\n"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--by", "Nobody", "--found", "nothing"), "There is nobody called 'Nobody'"),
        (("--by", "Development coder", "--found", "nothing"), "does not look into the ledger"),
        (("--by", "Development auditor", "--found", "follow_up"), "Say what is to be followed up"),
        (
            ("--by", "Development auditor", "--found", "nothing", "--until", "2999-01-01"),
            "2999-01-01 00:00:00 is still to come",
        ),
    ],
)
def test_a_review_that_cannot_be_is_said(
    console: Console, given: tuple[str, ...], said: str
) -> None:
    assert said in console.refused("review", *given)
