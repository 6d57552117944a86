"""Files of every format become notes, numbered through, and none is lost without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from icd9_review.batch.reading import read_waiting
from icd9_review.batch.waiting import WaitingNote
from tests.notes.intake.formats.test_formats import FILES


def read(*files: Path, **mapping: str) -> tuple[list[WaitingNote], list[str]]:
    told: list[str] = []
    return [*read_waiting(files, mapping, told.append)], told


@pytest.mark.parametrize("format_", FILES)
def test_every_format_of_intake_is_read(format_: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(FILES[format_])  # type: ignore[index]  # its keys are texts
    notes, _ = read(file)
    assert notes
    assert {note.file for note in notes} == {str(file)}
    assert any(note.text for note in notes)


def test_rows_keep_what_their_table_calls_them(tmp_path: Path) -> None:
    file = tmp_path / "notes.csv"
    file.write_text("hadm_id,row_id,text\n7,1,CHF\n7,2,AF\n,3,COPD\n8,4,\n")
    notes, _ = read(file)
    assert [(note.number, note.encounter, note.note, note.text) for note in notes] == [
        (1, "7", "1", "CHF"),
        (2, "7", "2", "AF"),
        (3, "", "", ""),
        (4, "", "", ""),
    ]
    assert notes[2].refusal == "the encounter is empty"
    assert "empty" in notes[3].refusal
    assert [note.place for note in notes[2:]] == ["row 4", "row 5"]


def test_a_mapping_says_which_column_holds_the_notes(tmp_path: Path) -> None:
    file = tmp_path / "notes.csv"
    file.write_text("befund,text\nCHF,other\n")
    notes, _ = read(file, note="befund")
    assert [note.text for note in notes] == ["CHF"]


def test_a_file_that_cannot_be_read_is_a_refusal_and_the_next_is_read(tmp_path: Path) -> None:
    broken, fine = tmp_path / "a.pdf", tmp_path / "b.txt"
    broken.write_bytes(b"%PDF-1.7 nothing")
    fine.write_text("Chest pain.")
    notes, _ = read(broken, tmp_path / "gone.txt", fine)
    assert [bool(note.refusal) for note in notes] == [True, True, False]
    assert "a.pdf" in notes[0].refusal
    assert notes[1].refusal == "No such file or directory"
    assert [note.number for note in notes] == [1, 2, 3]


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    file = tmp_path / "notes.csv"
    file.write_text("text,remark\nCHF," + "seen with the family on the ward and told " * 9 + "\n")
    _, told = read(file)
    assert any("remark" in each for each in told)
