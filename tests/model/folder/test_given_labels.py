"""Lists of labels of both kinds, with and without dots: never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from icd9_review.errors import ModelFolderError
from icd9_review.model.folder.given_labels import read_given_labels
from icd9_review.values import Kind


def read(lines: list[str], tmp_path: Path, kind: Kind | None = None) -> tuple[str, ...]:
    file = tmp_path / "codes.txt"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_given_labels(tmp_path, {}, kind, file)


def test_dots_tell_the_kind_of_every_label(tmp_path: Path) -> None:
    assert read(["428.0", "42.81", "486"], tmp_path) == ("428.0", "42.81", "486")


@pytest.mark.parametrize("between", [" ", "\t", ",", ", "])
def test_a_kind_behind_an_undotted_code_decides(tmp_path: Path, between: str) -> None:
    lines = [f"9604{between}procedure", f"9604{between}Diagnosis", f"486{between}diagnosis"]
    assert read(lines, tmp_path) == ("96.04", "960.4", "486")


def test_a_kind_of_its_own_comes_before_that_of_all(tmp_path: Path) -> None:
    assert read(["4280", "3893 procedure"], tmp_path, Kind.DIAGNOSIS) == ("428.0", "38.93")


def test_what_can_be_of_one_kind_only_needs_no_word(tmp_path: Path) -> None:
    lines = ["42731", "V5861", "E8490", "38.93", "4280 diagnosis"]
    assert read(lines, tmp_path) == ("427.31", "V58.61", "E849.0", "38.93", "428.0")


@pytest.mark.parametrize(
    ("line", "first", "second"),
    [("4280", "428.0", "42.80"), ("5185", "518.5", "51.85"), ("486", "486", "48.6")],
)
def test_what_may_be_of_either_kind_is_refused_with_both(
    tmp_path: Path, line: str, first: str, second: str
) -> None:
    with pytest.raises(
        ModelFolderError,
        match=f"1 of 2 labels may .* {line} may be the diagnosis {first} or the procedure {second}",
    ):
        read(["42731", line], tmp_path)


@pytest.mark.parametrize("line", ["428.0 procedure", "4280 symptom", "nonsense"])
def test_what_is_no_code_of_its_kind_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(ModelFolderError, match="1 of 1 labels cannot be written"):
        read([line], tmp_path)


def test_the_same_code_in_two_spellings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFolderError, match=r"96\.04 stands for more than one output"):
        read(["96.04", "9604 procedure"], tmp_path)
