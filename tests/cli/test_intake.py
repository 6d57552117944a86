"""The command that takes in files, as people call it."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from icd9_review.cli.main import app
from icd9_review.errors import InputError, StoreError
from icd9_review.notes.intake import reading
from icd9_review.notes.intake.limits import COMMAND
from icd9_review.settings import Settings
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.intake import imports
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.worklist.page import worklist
from icd9_review.values import CareSetting, WorklistQuery
from tests.notes.intake.formats.made import MDM, pdf, word

TABLE = "encounter_id,note,age\n1,CHF,71\n2, ,3\n,COPD,70\n1,AF,71\n"
SAID = ("--setting", "inpatient")  # so that nothing is assumed of files that do not say it


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_address: str) -> None:
    """A data folder whose database is up to date already."""
    monkeypatch.setenv("ICD9_REVIEW_DATA", str(tmp_path / "data"))
    assert sqlite_address.startswith(f"sqlite:///{tmp_path / 'data'}")


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
    done = run(folder, *SAID)
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
    assert run(folder).exit_code == 3
    before = stored()
    again = run(folder)
    assert again.exit_code == 0, "what is here already keeps its setting, so nothing is assumed"
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
    assert (
        "t.csv: CSV, note=note, encounter=encounter_id, age=age, setting inpatient (assumed)"
        in done.stdout
    )
    assert "t.csv: 2 refused, 1 stored" in done.stdout
    assert "t.csv row 3: " in done.stderr
    with report.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["place"], row["result"], row["encounter"]) for row in rows] == [
        ("row 2", "stored", "E-00001"),
        ("row 3", "refused", ""),
        ("row 4", "refused", ""),
        ("", "notice", ""),
    ]
    assert rows[0]["added"] == "2"
    assert rows[2]["reason"] == "the encounter is empty"


def test_what_is_said_has_no_empty_line(tmp_path: Path) -> None:
    rows = "1,CHF,90+\n,AF,70\n3, ,71\n,AF,71\n"
    done = run(write(tmp_path / "in", t_csv="encounter_id,note,age\n" + rows) / "t.csv", *SAID)
    lines = done.stderr.splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["note", "error", "error", "error"]
    assert lines[0] == (
        "note: \"t.csv\", row 2: in column 'age' the age is 90 or more; taken as 90."
    )


def test_a_bad_file_is_one_line_and_the_others_are_stored(tmp_path: Path) -> None:
    done = run(write(tmp_path / "in", a_pdf=pdf(["~"]), c_txt="COPD"))
    assert done.exit_code == 1
    assert done.stderr.startswith('error: "a.pdf" has no text layer')
    assert stored() == ["c.txt"]


def test_a_report_runs_no_formula(tmp_path: Path) -> None:
    folder = write(tmp_path / "in")
    (folder / "=cmd.txt").write_bytes(b"CHF")
    report = tmp_path / "report.csv"
    assert run(folder, *SAID, "--report", report).exit_code == 0
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


def test_a_table_that_grows_under_a_new_name_each_day_is_one_where_its_source_is_named(
    tmp_path: Path,
) -> None:
    folder = write(
        tmp_path / "in",
        monday_csv="encounter_id,note_id,note\n1,1a,CHF\n2,2a,AF\n",
        tuesday_csv="encounter_id,note_id,note\n1,1a,CHF\n2,2a,AF with RVR\n3,3a,COPD\n",
    )
    options = ("--source", " Ward  3 ", "--setting", "inpatient")
    assert run(folder / "monday.csv", *options).stdout.splitlines()[-1] == "monday.csv: 2 stored"
    done = run(folder / "tuesday.csv", *options)
    assert done.exit_code == 0, done.output
    told = done.stdout.splitlines()[-1]
    assert told == "tuesday.csv: 1 already here, 1 changed, 1 stored"
    assert len(stored()) == 3

    other = run(folder / "tuesday.csv", "--source", "Ward 4", "--setting", "inpatient")
    assert other.stdout.splitlines()[-1] == "tuesday.csv: 3 stored"
    again = run(folder, *options)
    assert [line.partition(": ")[2] for line in again.stdout.splitlines()[1::2]] == [
        "2 already here",
        "3 already here",
    ]


def test_a_source_that_is_named_joins_no_rows_that_have_no_number(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "in", monday_csv="age,note\n71,CHF\n", tuesday_csv="age,note\n71,CHF\n"
    )
    options = ("--source", "Ward 3", "--setting", "inpatient")
    for number, day in enumerate(("monday", "tuesday"), 1):
        done = run(folder / f"{day}.csv", *options)
        assert done.stdout.splitlines()[-1] == f"{day}.csv: stored: E-0000{number}"
    assert len(stored()) == 2
    again = run(folder / "tuesday.csv", *options)
    assert again.stdout.splitlines()[-1] == "tuesday.csv: already here: E-00002"


def test_rows_with_a_number_of_their_note_alone_are_one_where_their_source_is_named(
    tmp_path: Path,
) -> None:
    folder = write(
        tmp_path / "in",
        monday_csv="note_id,note\n1a,CHF\n",
        tuesday_csv="note_id,note\n1a,CHF\n2a,CHF\n",
    )
    options = ("--source", "Ward 3", "--setting", "inpatient")
    assert run(folder / "monday.csv", *options).exit_code == 0
    done = run(folder / "tuesday.csv", *options)
    assert done.stdout.splitlines()[-1] == "tuesday.csv: 1 already here, 1 stored"


def test_a_source_that_is_named_leaves_numbers_alone_whose_giver_the_file_names(
    tmp_path: Path,
) -> None:
    folder = write(tmp_path / "in", d_hl7=MDM)
    assert run(folder / "d.hl7").exit_code == 0
    again = run(folder / "d.hl7", "--source", "Ward 3")
    assert again.stdout == "d.hl7: already here: E-00001\n"
    nobody = run(folder / "d.hl7", "--source", " ")
    assert isinstance(nobody.exception, InputError)
    assert "--source needs a name" in str(nobody.exception)


def test_a_dry_run_stores_nothing(tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "data")
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


ISOLATED = "MSH|^~\\&|A|B|C|D|2014||MDM^T02|1|P|2.5\rTXA|1|DS\rOBX|1|TX|||COPD\r"


def test_a_folder_goes_on_after_files_that_cannot_be_read(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "in",
        a_csv="id,foo,bar\r\n1,2,3\r\n",
        b_hl7="MSH|^^MOBX|1|TX|x||pain\r",
        c_jsonl='{"note":"a","note":"b","encounter":"1"}\n',
        d_csv='encounter_id,text\nE1,"Pneumonia, "left" lobe"\n',
        zz_txt="Pneumonia.",
    )
    report = tmp_path / "report.csv"
    done = run(folder, *SAID, "--report", report)
    assert done.exit_code == 1, done.output
    assert stored() == ["zz.txt"]
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert [next(name for name in "abcd" if f"{name}." in line) for line in errors] == list("abcd")
    assert "Say which column" in errors[0]
    assert "same name twice" in errors[2]
    with report.open(encoding="utf-8", newline="") as file:
        told = [(row["file"], row["result"]) for row in csv.DictReader(file)]
    assert told == [
        ("a.csv", "refused"),
        ("b.hl7", "refused"),
        ("c.jsonl", "refused"),
        ("d.csv", "refused"),
        ("zz.txt", "stored"),
    ]


def test_a_column_that_is_not_there_refuses_that_table(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", a_csv="x,y\n1,CHF\n", b_csv="x,z\n1,AF\n")
    done = run(folder, "--mapping", "note=z")
    assert done.exit_code == 1
    assert "error: \"a.csv\" has no column 'z'" in done.stderr
    assert len(stored()) == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", "Ménière".encode("cp1252"), "is not UTF-8; read as Windows-1252"),
        ("a.rtf", rb"{\rtf1 CHF {\footer x}}", "headers, footers or footnotes; they are left out"),
        ("a.pdf", pdf(["CHF", "~"]), "page 2 of 2 is a picture without text"),
        ("a.hl7", ISOLATED.encode(), "does not say whether inpatient or outpatient; taken as inp"),
        (".hidden", b"CHF", "is a hidden file or one of the system; it is passed over"),
        ("Thumbs.db", b"CHF", "is a hidden file or one of the system; it is passed over"),
        ("~$letter.docx", b"CHF", "is a hidden file or one of the system; it is passed over"),
    ],
)
def test_what_is_left_out_or_assumed_is_said_and_changes_the_exit_code(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    folder = write(tmp_path / "in")
    (folder / name).write_bytes(content)
    report = tmp_path / "report.csv"
    done = run(folder, "--report", report)
    assert done.exit_code == 3, done.output
    assert f'note: "{name}"' in done.stderr
    assert words in done.stderr
    with report.open(encoding="utf-8", newline="") as file:
        notices = [row for row in csv.DictReader(file) if row["result"] == "notice"]
    assert [words in row["reason"] for row in notices if row["file"] == name] == [True]


SILENT: dict[str, bytes | str] = {
    "a_txt": "CHF",
    "b_pdf": pdf(["AF"]),
    "c_docx": word(["COPD"]),
    "d_rtf": rb"{\rtf1 Gout.}",
    "e_html": "<html><body><p>Anemia.</p></body></html>",
}
ASSUMED = (
    "does not say whether inpatient or outpatient; taken as inpatient "
    "(--setting outpatient says otherwise)"
)


def notices(folder: Path, *options: object) -> tuple[int, list[tuple[str, str]]]:
    """How an import ends, and the notices of its report, each with its file."""
    report = folder.with_suffix(".csv")
    report.unlink(missing_ok=True)
    done = run(folder, *options, "--report", report)
    with report.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["result"] == "notice"]
    for row in rows:
        assert f"note: {row['reason']}" in done.stderr
    return done.exit_code, [(row["file"], row["reason"]) for row in rows]


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
@pytest.mark.parametrize(
    ("table", "where"),
    [
        ("note,setting\nGout,\n", ""),
        ("note,setting\nGout,UNK\n", ""),
        ("note,setting\nGout,-\nCHF,inpatient\nAF, \n", ", row 2, row 4:"),
        ("note\nGout\nCHF\n", ", row 2, row 3:"),
        ("encounter,note,setting\n1,Gout,\n1,CHF,NULL\n2,AF,ED\n", ", row 2:"),
        ("encounter,note\n1,Gout\n1,CHF\n", ""),
    ],
)
def test_a_setting_that_nobody_said_is_a_notice_of_its_table(
    tmp_path: Path, table: str, where: str, options: tuple[str, ...]
) -> None:
    folder = write(tmp_path / "in", t_csv=table)
    assert notices(folder, *options) == (3, [("t.csv", f'"t.csv"{where} {ASSUMED}.')])


def test_of_a_table_that_grew_the_new_encounters_alone_are_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", t_csv="encounter,note\n1,Gout\n2,CHF\n")
    assert notices(folder)[0] == 3
    write(folder, t_csv="encounter,note\n1,Gout\n2,CHF\n3,AF\n")
    assert notices(folder) == (3, [("t.csv", f'"t.csv", row 4: {ASSUMED}.')])
    assert notices(folder) == (0, [])


def test_a_setting_that_one_row_of_the_encounter_says_is_said(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", t_csv="encounter,note,setting\n1,Gout,\n1,CHF,inpatient\n")
    assert notices(folder) == (0, [])


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_encounters_of_a_table_that_comes_in_parts_count_once_and_not_all_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.setattr(reading, "COMMAND", replace(COMMAND, batch=60))
    rows = "".join(f"{n % 13},note {n},{'ED' if n % 13 == 0 else ''}\n" for n in range(40))
    folder = write(tmp_path / "in", t_csv="encounter,note,setting\n" + rows)
    code, ((file, reason),) = notices(folder, *options)
    assert (code, file) == (3, "t.csv")
    places = ", ".join(f"row {n}" for n in range(3, 13))
    assert reason == f'"t.csv", {places} and 2 more: {ASSUMED}.'


def test_messages_that_come_in_parts_say_once_what_is_assumed_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "COMMAND", replace(COMMAND, batch=100))
    folder = write(tmp_path / "in", m_hl7=ISOLATED * 3)
    places = "message 1, message 2, message 3"
    assert notices(folder) == (3, [("m.hl7", f'"m.hl7", {places}: {ASSUMED}.')])


def test_text_and_printed_pages_say_once_for_the_run_that_their_setting_is_assumed(
    tmp_path: Path,
) -> None:
    folder = write(tmp_path / "in", **SILENT, f_hl7=MDM)
    code, ((file, reason),) = notices(folder)
    assert (code, file) == (3, "")
    assert reason == (
        "5 files do not say whether inpatient or outpatient, as text and printed pages cannot; "
        "taken as inpatient (--setting outpatient says otherwise)."
    )


@pytest.mark.parametrize("name", SILENT)
def test_one_file_that_cannot_say_its_setting_is_named(tmp_path: Path, name: str) -> None:
    code, ((_, reason),) = notices(write(tmp_path / "in", **{name: SILENT[name]}), "--dry-run")
    assert code == 3
    assert reason.startswith(f'"{name.replace("_", ".")}" does not say whether inpatient or')


def test_a_setting_that_is_given_is_not_assumed(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "in", a_hl7=ISOLATED, b_csv="note\nCHF\n", c_csv="note,setting\nAF,\n", **SILENT
    )
    assert notices(folder, "--setting", "outpatient") == (0, [])
    database = open_store()
    rows = worklist(database, WorklistQuery()).rows
    database.close()
    assert {row.setting for row in rows} == {CareSetting.OUTPATIENT}


def test_what_was_stored_before_a_file_broke_off_is_said_to_be_assumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "COMMAND", replace(COMMAND, batch=20))
    rows = "1,CHF\n2,AF\n3,Gout\n4,COPD\n" + '5,"Anemia" of blood\n'
    folder = write(tmp_path / "in", t_csv="encounter,note\n" + rows)
    code, ((file, reason),) = notices(folder)
    assert (code, file) == (1, "t.csv")
    assert reason.endswith(f": {ASSUMED}.")


def test_facts_and_columns_of_a_table_that_are_not_taken_are_in_the_report(
    tmp_path: Path,
) -> None:
    prose = "Sputum culture grew pneumococcus after discharge."
    table = f"encounter,note,addendum,age\n1,CHF,,abc\n2,AF,{prose},70\n"
    folder = write(tmp_path / "in", t_csv=table)
    assert notices(folder, *SAID) == (
        3,
        [
            (
                "t.csv",
                "\"t.csv\", row 2: in column 'age' the age is not a number of years; "
                "it is left out.",
            ),
            (
                "t.csv",
                "\"t.csv\" has text in the column 'addendum', which is not read; "
                "put it into rows of its own to keep it.",
            ),
        ],
    )
    assert len(stored()) == 2


def test_a_refusal_weighs_more_than_a_notice(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", a_txt="Ménière".encode("cp1252"), b_pdf=pdf(["~"]))
    assert run(folder).exit_code == 1


def test_a_hidden_folder_is_passed_over_and_a_named_file_never_is(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", a_txt="CHF")
    write(folder / ".git", b_txt="AF")
    done = run(folder)
    assert done.exit_code == 3
    assert 'note: ".git" is a hidden folder or one of the system' in done.stderr
    assert run(folder / ".git" / "b.txt", *SAID).exit_code == 0
    assert stored() == ["a.txt", "b.txt"]


def test_what_is_no_file_is_passed_over(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", a_txt="CHF")
    os.mkfifo(folder / "pipe")
    (folder / "gone").symlink_to(folder / "nowhere")
    done = run(folder)
    assert done.exit_code == 3
    assert done.stderr.count("is no regular file; it is passed over") == 2


def test_a_pipe_that_is_named_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = os.open(tmp_path / "pipe", os.O_RDWR)
    try:
        done = run(tmp_path / "pipe")
    finally:
        os.close(writer)
    assert done.exit_code == 1
    assert 'error: "pipe" cannot be read: ' in done.stderr


def test_names_of_files_are_text(tmp_path: Path) -> None:
    folder = write(tmp_path / "in")
    (folder / "a\x1b[31m\n.txt").write_bytes(b"CHF")
    done = run(folder, *SAID)
    assert done.exit_code == 0, done.output
    assert "\x1b" not in done.output
    assert len(done.stdout.splitlines()) == 1


def test_files_of_the_same_words_are_told_and_stored(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", a_txt="No acute disease.", b_txt="No acute disease.")
    done = run(folder, *SAID)
    assert done.exit_code == 0, done.output
    assert "note: b.txt: E-00001 has the same text; both are kept" in done.stderr
    assert stored() == ["a.txt", "b.txt"]
    assert run(folder).stdout.count("already here") == 2


def test_a_table_that_comes_in_batches_is_one_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "COMMAND", replace(COMMAND, batch=100))
    rows = [f"{n % 7},note {n},{n // 7}" for n in range(60)]
    rows += ["", "3,late,x", "3,late,99", ",unnamed,1", "9,note 0,1"]
    folder = write(tmp_path / "in", t_csv="encounter_id,note,note_id\n" + "\n".join(rows))
    done = run(folder / "t.csv", "--report", tmp_path / "report.csv")
    assert done.exit_code == 1
    database = open_store()
    found = worklist(database, WorklistQuery()).rows
    database.close()
    assert sorted(len(row.titles) for row in found) == [1, 8, 8, 8, 9, 9, 9, 11]
    assert "t.csv row 65: the encounter is empty" in done.stderr
    again = run(folder / "t.csv")
    assert "stored" not in again.stdout
    assert "changed" not in again.stdout


def test_equal_rows_in_different_batches_are_different_patients(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "COMMAND", replace(COMMAND, batch=20))
    folder = write(tmp_path / "in", t_csv="age,note\n" + "71,CHF\n" * 30)
    assert run(folder, *SAID).exit_code == 0
    assert len(stored()) == 30
    assert "30 already here" in run(folder).stdout


def test_an_error_of_the_store_still_leaves_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreError("The database is busy; try again.")

    folder = write(tmp_path / "in", a_pdf=pdf(["~"]), b_txt="CHF")
    monkeypatch.setattr(imports, "import_encounter", fail)
    report = tmp_path / "report.csv"
    assert isinstance(run(folder, "--report", report).exception, StoreError)
    assert "no text layer" in report.read_text()


def test_a_link_to_a_folder_is_passed_over_and_said(tmp_path: Path) -> None:
    write(tmp_path / "other", b_txt="AF")
    folder = write(tmp_path / "in", a_txt="CHF")
    (folder / "ward").symlink_to(tmp_path / "other", target_is_directory=True)
    done = run(folder)
    assert done.exit_code == 3
    assert 'note: "ward" is a link to a folder' in done.stderr


def test_a_report_inside_the_folder_is_none_of_its_files(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", a_txt="CHF")
    assert run(folder, *SAID, "--report", folder / "report.csv").exit_code == 0
