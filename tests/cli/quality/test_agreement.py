"""``quality agreement``: the figures of the page, for a terminal and for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from icd9_review.cli import main
from icd9_review.quality.agreement.levels import CodeLevel
from icd9_review.quality.agreement.measuring import measure
from icd9_review.quality.agreement.written import agreement_data
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.oversight.codings import encounter_codings
from icd9_review.store.users import system_user
from icd9_review.values import Encounter
from tests.encounters import coders
from tests.signing import add_read_visit, sign_codes

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, opened: Database
) -> Run:
    """Runs the command; its code and streams."""

    def command(*arguments: object) -> tuple[int, str, str]:
        words = ["icd9_review", "quality", "agreement", *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as ended:
            main.main()
        assert isinstance(ended.value.code, int)
        return ended.value.code, *capfd.readouterr()

    return command


@pytest.fixture
def opened(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_template: Path
) -> Iterator[Database]:
    """The database that the command opens."""
    (tmp_path / "icd9_review.sqlite3").write_bytes(sqlite_template.read_bytes())
    monkeypatch.setenv("ICD9_REVIEW_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "")
    with closing(open_database(f"sqlite:///{tmp_path / 'icd9_review.sqlite3'}")) as database:
        yield database


@pytest.fixture
def signed(opened: Database) -> list[Encounter]:
    """Three visits in which the model suggested 428.0 and 427.31."""
    visits = [add_read_visit(opened) for _ in range(3)]
    chosen = (["428.0", "427.31"], ["428.0"], ["427.32"])
    for visit, codes in zip(visits, chosen, strict=True):
        sign_codes(opened, visit, coders(opened)[0], codes)
    return visits


def test_it_prints_the_figures_and_what_they_show(run: Run, signed: list[Encounter]) -> None:
    code, out, err = run()
    assert code == 0
    assert "jaccard\t0.50 (0.00 to 1.00)\n" in out
    assert "encounters\t3 of 3 signed\n" in out
    assert "both gave 50 % (0 to 100) on average" in out
    assert f"427.31\t427.32\t1\t{signed[2].label}\n" in out
    assert err == (
        "note: With 3 encounters compared, intervals are not to be relied on; 30 are the least.\n"
    )


def test_a_program_gets_all_that_the_page_shows(
    run: Run, signed: list[Encounter], opened: Database
) -> None:
    read = encounter_codings(opened, actor=system_user(opened))
    found = measure(read.codings, level=CodeLevel.SUBCATEGORY)
    assert found is not None
    code, out, _ = run("--json", "--level", "4")
    assert (code, json.loads(out)) == (0, agreement_data(found, read.labels))
    assert json.loads(out)["confused"][0]["cases"][0]["encounter"] == signed[2].label


def test_a_gold_standard_is_a_member_like_others(
    run: Run, signed: list[Encounter], tmp_path: Path
) -> None:
    gold = tmp_path / "gold.csv"
    gold.write_text(f"encounter,code\n{signed[0].label},428.0\nE-00099,486\n", "utf-8")
    code, out, err = run(
        "--gold", gold, "--member", "Gold standard", "--member", "Development coder"
    )
    assert code == 0
    assert "member\tGold standard\t1\n" in out
    assert "The gold standard has E-00099, which are not among" in err


def refused(run: Run, *arguments: object) -> str:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    return err


def test_what_cannot_be_compared_is_said_in_a_sentence(run: Run) -> None:
    assert "No encounter was signed in this time" in refused(run)


def test_one_coder_alone_agrees_with_nobody(run: Run, opened: Database) -> None:
    visit = add_read_visit(opened)
    sign_codes(opened, visit, coders(opened)[0], ["428.0"])
    alone = refused(run, "--member", "Development coder")
    assert "Choose two members or more" in alone


def test_a_member_that_is_none_is_named_with_those_who_are(
    run: Run, signed: list[Encounter]
) -> None:
    assert "members are Development coder, Model tiny (aaaaaaaa)" in refused(run, "--member", "Ann")


def test_a_gold_file_that_cannot_be_read_is_refused(run: Run, tmp_path: Path) -> None:
    assert "gold.csv cannot be read" in refused(run, "--gold", tmp_path / "gold.csv")
    (tmp_path / "gold.csv").write_bytes(b"encounter,code\n\xff\n")
    assert "gold.csv is not UTF-8 text" in refused(run, "--gold", tmp_path / "gold.csv")


def test_days_bound_what_is_read(run: Run, signed: list[Encounter]) -> None:
    assert "No encounter was signed" in refused(run, "--until", "2001-01-01")
    assert "2001-01-01 is before 2002-01-01" in refused(
        run, "--since", "2002-01-01", "--until", "2001-01-01"
    )
