"""The commands that look after teams, and say whose what comes in is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from icd9_review.store.database.engine import Database
from icd9_review.store.people.teams import teams_of
from icd9_review.store.worklist.page import worklist
from icd9_review.values import WorklistQuery
from tests.cli.test_main import Console
from tests.encounters import add_encounter, coders


def test_a_team_is_added_filled_and_given_an_encounter(console: Console, sqlite: Database) -> None:
    found, (ana, ben) = add_encounter(sqlite), coders(sqlite)
    restricted = replace(sqlite, restricted=True)
    for command in (
        ("teams", "add", "Surgery"),
        ("users", "teams", ana.name, "surgery"),
        ("teams", "move", found.label, "Surgery"),
    ):
        assert console.run(*command).code == 0
    assert console.run("teams", "list").out == "Surgery\t1\n"
    assert f"{ana.name}\tcoder\tcannot sign in\tteam Surgery\n" in console.run("users", "list").out
    assert worklist(restricted.seen_by(ben), WorklistQuery()).total == 0
    assert console.run("users", "teams", ana.name).code == 0
    assert teams_of(sqlite, ana, by=ana) == ()
    assert console.run("teams", "move", found.label, "--everybody").code == 0
    assert worklist(restricted.seen_by(ben), WorklistQuery()).total == 1


@pytest.mark.parametrize("rest", [(), ("Surgery", "--everybody")])
def test_a_move_goes_somewhere(console: Console, rest: tuple[str, ...]) -> None:
    done = console.run("teams", "move", "E-00001", *rest)
    assert (done.code, done.out) == (2, "")
    assert "Name the team that gets the encounter, or say --everybody." in done.err


def test_an_import_says_whose_encounters_these_are(
    console: Console, sqlite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    console.run("teams", "add", "Surgery")
    console.run("teams", "add", "Cardiology")
    ana, ben = coders(sqlite)
    console.run("users", "teams", ana.name, "Surgery")
    console.run("users", "teams", ben.name, "Cardiology")
    file = tmp_path / "notes.csv"
    file.write_text("encounter,note,team\n1,Cough.,cardiology\n2,Fever.,\n3,Pain.,Nobody\n")
    monkeypatch.setenv("ICD9_REVIEW_RESTRICT", "team")
    refused = console.run("import", file)
    assert refused.code == 2
    assert "say whose these are with --team NAME or --mapping team=COLUMN" in refused.err
    assert console.run("import", file, "--team", "Urology").code == 2
    options = ("--mapping", "team=team", "--team", "Surgery", "--setting", "inpatient")
    done = console.run("import", file, *options)
    assert done.code == 1
    assert "There is no team called 'Nobody'" in done.err + done.out
    restricted = replace(sqlite, restricted=True)
    seen = [worklist(restricted.seen_by(each), WorklistQuery()).rows for each in (ana, ben)]
    assert [[row.label for row in rows] for rows in seen] == [["E-00002"], ["E-00001"]]
