"""Gold by command: kept, given, retired, and the figures of the page."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from icd9_review.store.database.engine import Database
from icd9_review.store.intake.encounters import encounter
from tests.cli.running import Run
from tests.store.auditing.signing import add_signed
from tests.store.recoding.recoding import newcomer, sign_twin, trial


@pytest.fixture
def run(run: Run) -> Run:
    """Runs ``quality gold``."""
    return partial(run, "quality", "gold")


@pytest.fixture
def database(commanded: Database) -> Database:
    """Three charts that are signed."""
    for _ in range(3):
        add_signed(commanded)
    return commanded


def test_gold_is_kept_given_and_scored(database: Database, run: Run) -> None:
    kept = "G-00001\tE-00001\tin use\tgiven\t428.0 Y, 486\n"
    assert run("keep", "E-00001", "428.0:Y", "486") == (0, kept, "")
    assert run("list") == (0, kept, "")
    coder = newcomer(database)
    assert run("give", "G-00001", "--to", "Ana Ruiz") == (0, "given: 1\n", "")
    code, out, err = run("give", "G-1", "--to", "Ana Ruiz")
    assert (code, out) == (1, "given: 0\n")
    assert err == "G-00001: Ana Ruiz knows E-00001 already; choose somebody else.\n"
    _, out, _ = run("figures")
    assert out.splitlines()[:2] == ["Ana Ruiz", "    given 1, signed 0"]
    sign_twin(database, encounter(database, trial(database, coder).encounter_id), coder)
    _, out, _ = run("figures", "--formulas")
    assert "    code over code: 50.0 %, too few trials to say\n" in out
    assert "code over code: (S − P) ÷ R" in out
    _, out, _ = run("figures", "--json")
    found = json.loads(out)
    assert found["coders"][0]["codes"]["value"] == 0.5
    assert found["trials"][0]["differences"] == "486 added; 427.31 deleted"


def test_a_file_keeps_several_and_the_set_is_given(
    database: Database, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "gold.csv"
    file.write_text("encounter,code,poa\nE-00002,428.0,Y\nE-00003,486,\nE-00002,401.9,\n")
    code, out, _ = run("keep", "--file", str(file), "--onboarding")
    assert (code, out.splitlines()) == (
        0,
        [
            "G-00001\tE-00002\tonboarding\tgiven\t428.0 Y, 401.9",
            "G-00002\tE-00003\tonboarding\tgiven\t486",
        ],
    )
    _, out, _ = run("onboarding", "G-00002", "--remove")
    assert out == "G-00002\tE-00003\tin use\tgiven\t486\n"
    _, out, _ = run("retire", "G-00002")
    assert "\tretired\t" in out
    newcomer(database)
    assert run("give", "--onboarding", "--to", "Ana Ruiz")[:2] == (0, "given: 1\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("keep",), "Give one of"),
        (("keep", "E-00001", "--audit", "A-1"), "Give one of"),
        (("keep", "--audit", "A-00009"), "no audit A-00009"),
        (("keep", "E-00001", "428"), "no code of version 32"),
        (("keep", "E-00099", "486"), "E-00099"),
        (("give", "G-00001"), "--to"),
        (("give", "--to", "Nobody", "G-1"), "Nobody"),
        (("retire", "G-00009"), "no gold encounter G-00009"),
        (("retire", "sample"), "is no label"),
    ],
)
def test_what_cannot_be_is_one_line(
    database: Database, run: Run, arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
