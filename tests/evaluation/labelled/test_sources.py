"""Labelled notes come from a file or from MDACE's folder, and options must fit."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from icd9_review.errors import CorpusError, InputError
from icd9_review.evaluation.labelled.sources import (
    LabelSource,
    digest_source,
    read_source,
    texts_by_id,
)
from tests.evaluation.labelled.test_mdace import CHF, TEXT, document, write_admission

LINE = {"id": "n1", "text": "CHF.", "labels": [{"any_of": ["428.0"]}], "split": "test"}


def written(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_file_is_read_by_split(tmp_path: Path) -> None:
    path = written(tmp_path / "notes.jsonl", LINE, {**LINE, "id": "n2", "split": "train"})
    assert [note.id for note in read_source(LabelSource(path, "test"))] == ["n1"]


def test_two_notes_with_one_id_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "notes.jsonl", LINE, LINE)
    with pytest.raises(CorpusError, match="two notes with the id 'n1'"):
        read_source(LabelSource(path))


def test_texts_of_a_file_that_is_cut_off_are_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(LINE).encode())[:-12])
    with pytest.raises(CorpusError, match=r"texts\.jsonl\.gz cannot be read"):
        texts_by_id([path])


def test_a_folder_of_mdace_needs_its_texts(tmp_path: Path) -> None:
    folder = write_admission(tmp_path, 100, document(CHF))
    with pytest.raises(InputError, match="--noteevents"):
        read_source(LabelSource(folder))
    noteevents = tmp_path / "NOTEEVENTS.csv"
    quoted = TEXT.replace('"', '""')
    noteevents.write_text(f'ROW_ID,HADM_ID,TEXT\n7,100,"{quoted}"\n', encoding="utf-8")
    (note,) = read_source(LabelSource(folder, noteevents=noteevents))
    assert note.text == TEXT
    admissions = tmp_path / "test.csv"
    admissions.write_text("200\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="annotates no note"):
        read_source(LabelSource(folder, noteevents=noteevents, admissions=admissions))


def test_options_of_the_other_kind_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--admissions"):
        read_source(LabelSource(tmp_path, split="test", noteevents=tmp_path))
    path = written(tmp_path / "notes.jsonl", LINE)
    with pytest.raises(InputError, match="MDACE"):
        read_source(LabelSource(path, noteevents=path))


def test_a_digest_changes_with_every_file_of_a_folder(tmp_path: Path) -> None:
    written(tmp_path / "a.json", LINE)
    before = digest_source(tmp_path)
    assert before == digest_source(tmp_path)
    written(tmp_path / "b.json", LINE)
    assert digest_source(tmp_path) != before


def test_texts_are_read_by_id_and_the_first_holds(tmp_path: Path) -> None:
    first = written(tmp_path / "a.jsonl", {"id": "n1", "text": "one"})
    second = written(tmp_path / "b.jsonl", {"id": "n1", "text": "two"}, {"id": "n2", "text": "x"})
    assert texts_by_id([first, second]) == {"n1": "one", "n2": "x"}


def test_a_line_without_a_text_is_named_without_its_content(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", {"id": "n1", "body": "secret"})
    with pytest.raises(CorpusError, match=r"a\.jsonl, line 1") as refused:
        texts_by_id([path])
    assert "secret" not in str(refused.value)
