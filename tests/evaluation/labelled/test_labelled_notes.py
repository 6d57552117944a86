"""Labelled notes are read line by line, and a wrong line is named."""

import gzip
import json
from pathlib import Path

import pytest

from icd9_review.errors import CorpusError
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote, read_labelled
from icd9_review.evaluation.labelled.scoring import Label

FAILURE = {"any_of": ["428.0", "428.9"], "status": "arguable", "evidence": [[0, 3]]}
ROW = {"id": "n1", "text": "CHF.", "labels": [FAILURE], "split": "test", "factors": {"sex": "F"}}


def written(folder: Path, *rows: object) -> Path:
    path = folder / "notes.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_labels_evidence_and_factors_are_read(tmp_path: Path) -> None:
    label = Label(frozenset({"428.0", "428.9"}), "arguable", ((0, 3),))
    expected = LabelledNote("CHF.", (label,), "n1", "test", {"sex": "F"})
    assert list(read_labelled(written(tmp_path, ROW))) == [expected]


def test_a_kind_that_agrees_with_its_codes_is_taken(tmp_path: Path) -> None:
    labels = [{"any_of": ["62.5"], "kind": "procedure"}, {**FAILURE, "kind": "diagnosis"}]
    (note,) = read_labelled(written(tmp_path, {**ROW, "labels": labels}))
    assert [sorted(label.any_of) for label in note.labels] == [["62.5"], ["428.0", "428.9"]]


def test_a_compressed_file_reads_alike(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl.gz"
    path.write_bytes(gzip.compress(written(tmp_path, ROW).read_bytes()))
    assert [note.id for note in read_labelled(path)] == ["n1"]


def test_only_the_named_split_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, ROW, {**ROW, "id": "n2", "split": "train"})
    assert [note.id for note in read_labelled(path, "train")] == ["n2"]


def test_a_split_nobody_has_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="its splits: test"):
        list(read_labelled(written(tmp_path, ROW), "dev"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": [{"any_of": ["4280"]}]}, "line 2: .*'4280' is not a dotted"),
        (
            {"labels": [{"any_of": ["62.5", "752.51"], "kind": "procedure"}]},
            "line 2: labels.0 .*752.51 is no procedure",
        ),
        ({"labels": [{**FAILURE, "kind": "other"}]}, "line 2: labels.0.kind"),
        ({"labels": [{"any_of": []}]}, "line 2: labels.0.any_of"),
        ({"labels": [{**FAILURE, "evidence": [[2, 9]]}]}, "line 2: .*outside the text"),
        ({"labels": [{**FAILURE, "status": "perhaps"}]}, "line 2: labels.0.status"),
        ({"text": None}, "line 2: text"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, change: dict[str, object], message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        list(read_labelled(written(tmp_path, ROW, {**ROW, **change})))


def test_a_missing_and_an_empty_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="cannot be read"):
        list(read_labelled(tmp_path / "absent.jsonl"))
    with pytest.raises(CorpusError, match="holds no notes"):
        list(read_labelled(written(tmp_path)))


def test_what_stands_in_place_of_a_code_is_not_quoted_whole(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    row = {"id": "a", "text": "x", "labels": [{"any_of": ["Mrs Smith has heart failure"]}]}
    path.write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(CorpusError) as raised:
        tuple(read_labelled(path))
    assert "heart failure" not in str(raised.value)
