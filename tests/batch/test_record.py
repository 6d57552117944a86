"""A folder of results is of one batch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from icd9_review.batch.record import (
    BatchRecord,
    Engine,
    alone,
    begin_or_go_on,
    file_marks,
    write_record,
)
from icd9_review.errors import InputError


@pytest.fixture
def record(tmp_path: Path) -> BatchRecord:
    file = tmp_path / "notes.csv"
    file.write_text("text\nCHF\n")
    return BatchRecord("v1", Engine.LOCAL, 0, 1024, {}, file_marks([file]))


def test_a_stopped_batch_goes_on(record: BatchRecord, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert begin_or_go_on(out, record) == record
    write_record(out, record.counted(1))
    assert begin_or_go_on(out, record) == record.counted(1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model_version": "v2"}, "another model"),
        ({"explained": 5}, "other settings"),
        ({"files": {"/other.csv": [1, 1]}}, "other files"),
    ],
)
def test_another_batch_is_refused(
    record: BatchRecord, tmp_path: Path, change: dict[str, object], words: str
) -> None:
    out = tmp_path / "out"
    begin_or_go_on(out, record)
    with pytest.raises(InputError, match=words):
        begin_or_go_on(out, replace(record, **change))  # type: ignore[arg-type]


def test_a_file_that_was_changed_is_another_batch(record: BatchRecord, tmp_path: Path) -> None:
    out, file = tmp_path / "out", tmp_path / "notes.csv"
    begin_or_go_on(out, record)
    file.write_text("text\nAF\nCHF\n")
    with pytest.raises(InputError, match="changed since"):
        begin_or_go_on(out, replace(record, files=file_marks([file])))


def test_a_folder_with_something_else_is_left_alone(record: BatchRecord, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="something else"):
        begin_or_go_on(tmp_path, record)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["notes.csv"]


def test_a_damaged_record_is_said(record: BatchRecord, tmp_path: Path) -> None:
    out = tmp_path / "out"
    begin_or_go_on(out, record)
    (out / "batch.json").write_text("{")
    with pytest.raises(InputError, match=r"batch\.json cannot be read"):
        begin_or_go_on(out, record)


def test_two_at_once_are_refused(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(InputError, match="Another process"), alone(tmp_path):
        pass
