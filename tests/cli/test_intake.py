"""The command that takes in files, as people call it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from icd9_review.cli.main import app
from icd9_review.errors import InputError
from icd9_review.settings import Settings
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.worklist.page import worklist
from icd9_review.values import CareSetting, WorklistQuery
from tests.notes.intake.formats.made import MDM, pdf, word

TABLE = "encounter_id,note,age\n1,CHF,71\n2, ,3\n3,COPD,x\n1,AF,71\n"


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ICD9_REVIEW_DATA", str(tmp_path / "data"))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["import", *map(str, arguments)])


def stored() -> Sequence[str]:
    """The titles of every encounter that is stored, first one first."""
    database = open_store()
    rows = worklist(database, WorklistQuery()).rows
    database.close()
    return [", ".join(row.titles) for row in reversed(rows)]


def open_store() -> Database:
    return open_database(Settings().database)


def write(folder: Path, **files: bytes | str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        path = folder / name.replace("_", ".")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_a_folder_of_files_is_taken_in_with_a_line_each(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "in", a_pdf=pdf(["CHF"]), b_docx=word(["AF"]), c_txt="COPD", d_hl7=MDM
    )
    done = run(folder)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "a.pdf: stored: E-00001",
        "b.docx: stored: E-00002",
        "c.txt: stored: E-00003",
        "d.hl7: stored: E-00004",
    ]
    assert stored() == ["a.pdf", "b.docx", "c.txt", "Discharge summary"]


def test_the_same_files_again_change_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", c_txt="COPD", d_hl7=MDM, t_csv="encounter_id,note\n1,CHF\n")
    run(folder)
    before = stored()
    again = run(folder)
    assert again.exit_code == 0
    assert again.stdout.count("already here: E-0000") == 3
    assert stored() == before


def test_a_changed_message_is_told(tmp_path: Path) -> None:
    run(write(tmp_path / "in", d_hl7=MDM))
    done = run(write(tmp_path / "in", d_hl7=MDM.replace("2 weeks", "3 weeks")))
    assert done.stdout == "d.hl7: changed: E-00001\n"
    database = open_store()
    (row,) = worklist(database, WorklistQuery()).rows
    (note,) = encounter(database, row.id).notes
    database.close()
    assert (note.version, "3 weeks" in note.text) == (2, True)


def test_bad_rows_are_refused_and_good_ones_stored_with_a_report(tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    done = run(write(tmp_path / "in", t_csv=TABLE) / "t.csv", "--report", report)
    assert done.exit_code == 1
    assert "t.csv: CSV, 4 rows, note=note, encounter=encounter_id, age=age" in done.stdout
    assert "t.csv: 2 refused, 1 stored" in done.stdout
    assert "t.csv row 3: " in done.stderr
    with report.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["place"], row["result"], row["encounter"]) for row in rows] == [
        ("row 2", "stored", "E-00001"),
        ("row 3", "refused", ""),
        ("row 4", "refused", ""),
    ]
    assert rows[0]["added"] == "2"
    assert rows[2]["reason"] == "the age is not a number of years"


def test_a_bad_file_is_one_line_and_the_others_are_stored(tmp_path: Path) -> None:
    done = run(write(tmp_path / "in", a_pdf=pdf(["~"]), c_txt="COPD"))
    assert done.exit_code == 1
    assert done.stderr.startswith('error: "a.pdf" has no text layer')
    assert stored() == ["c.txt"]


def test_a_report_runs_no_formula(tmp_path: Path) -> None:
    folder = write(tmp_path / "in")
    (folder / "=cmd.txt").write_bytes(b"CHF")
    report = tmp_path / "report.csv"
    assert run(folder, "--report", report).exit_code == 0
    assert "\n'=cmd.txt," in report.read_text().replace("\r", "")


def test_a_mapping_and_a_setting_may_be_given(tmp_path: Path) -> None:
    path = write(tmp_path / "in", t_csv="a,b\n1,CHF\n2,AF\n") / "t.csv"
    done = run(path, "--mapping", "note=b", "--mapping", "title=a", "--setting", "outpatient")
    assert done.exit_code == 0, done.output
    assert stored() == ["1", "2"]
    database = open_store()
    rows = worklist(database, WorklistQuery()).rows
    database.close()
    assert {row.setting for row in rows} == {CareSetting.OUTPATIENT}


def test_a_dry_run_stores_nothing(tmp_path: Path) -> None:
    done = run(write(tmp_path / "in", t_csv=TABLE), "--dry-run")
    assert done.exit_code == 1
    assert "encounters 1, notes 2, refused 2; nothing was stored" in done.stdout
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.txt"], "nowhere.txt does not exist"),
        (["t.csv", "--mapping", "note"], "--mapping is like note=COLUMN"),
        (["t.csv", "--mapping", "colour=a"], "A table has no 'colour'"),
        (["t.csv", "--mapping", "note=z"], "has no column 'z'"),
        (["t.csv", "--report", "t.csv"], "exists already"),
    ],
)
def test_mistakes_are_errors_of_the_person_who_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(write(tmp_path / "in", t_csv=TABLE))
    done = run(*arguments)
    assert isinstance(done.exception, InputError)
    assert message in str(done.exception)
