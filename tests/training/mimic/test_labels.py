from collections import Counter
from pathlib import Path

import pytest

from icd9_review.errors import CorpusError
from icd9_review.model.folder.labels import kind_of
from icd9_review.training.mimic.labels import in_order, read_label_spec
from icd9_review.values import Kind

_COUNTS = {"428.0": 5, "38.93": 5, "401.9": 9, "486": 1, "V58.61": 2}


def write_list(folder: Path, content: str) -> Path:
    path = folder / "labels.txt"
    path.write_text(content, encoding="utf-8")
    return path


def test_the_most_frequent_come_first_and_ties_by_code() -> None:
    assert in_order(_COUNTS, _COUNTS) == ("401.9", "38.93", "428.0", "V58.61", "486")


def test_top50_are_the_fifty_most_frequent_with_ties_by_code() -> None:
    counts = {f"{number}.1": 1 for number in range(100, 190)} | {"401.9": 3, "96.04": 2}
    chosen = read_label_spec("top50").choose(counts)
    assert len(chosen) == 50
    assert chosen == {"401.9", "96.04"} | {f"{number}.1" for number in range(100, 148)}


def test_full_are_all_of_them() -> None:
    assert read_label_spec("full").choose(_COUNTS) == set(_COUNTS)


def test_a_least_count_includes_those_that_just_reach_it() -> None:
    assert read_label_spec("min-count=5").choose(_COUNTS) == {"428.0", "38.93", "401.9"}


def test_the_codes_of_a_file_are_taken_whether_they_occur_or_not(tmp_path: Path) -> None:
    spec = read_label_spec(write_list(tmp_path, "v58.61\n\n38.93\n486\n038.9\n38.93\n"))
    assert spec.choose(_COUNTS) == {"V58.61", "38.93", "486", "038.9"}


def test_the_order_of_a_file_changes_nothing(tmp_path: Path) -> None:
    first = read_label_spec(write_list(tmp_path, "38.93\n486\n"))
    assert read_label_spec(write_list(tmp_path, "486\n38.93\n")).name == first.name


def test_a_code_without_its_dot_is_taken_where_it_has_one_meaning(tmp_path: Path) -> None:
    spec = read_label_spec(write_list(tmp_path, "4280\n3893\nE8490\n25000\n"))
    assert spec.codes == ("428.0", "38.93", "E849.0", "250.00")


def test_a_code_without_its_dot_is_refused_where_it_has_two_meanings(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as caught:
        read_label_spec(write_list(tmp_path, "4280\n9604\n"))
    assert str(caught.value) == (
        f"{tmp_path}/labels.txt, line 2: 9604 may be the diagnosis 960.4 or the procedure 96.04; "
        "write the codes of the file with their dots"
    )


def test_a_diagnosis_that_is_divided_further_today_may_be_meant(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"5185 may be the diagnosis 518\.5 or the procedu"):
        read_label_spec(write_list(tmp_path, "4280\n5185\n"))


def test_three_digits_may_be_a_procedure_where_dots_are_left_out(tmp_path: Path) -> None:
    assert read_label_spec(write_list(tmp_path, "428.0\n311\n")).codes == ("428.0", "311")
    with pytest.raises(CorpusError, match="line 2: 311 may be the diagnosis 311 or the procedur"):
        read_label_spec(write_list(tmp_path, "4280\n311\n"))


def test_a_line_that_is_no_code_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"labels.txt, line 2: 'I50.9' is no ICD-9-CM code such"):
        read_label_spec(write_list(tmp_path, "428.0\nI50.9\n"))


def test_a_file_without_codes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"labels.txt names no codes; one a line is expected"):
        read_label_spec(write_list(tmp_path, "\n"))


@pytest.mark.parametrize("spec", ["top5", "min-count=0", "min-count=", "nowhere.txt"])
def test_what_is_no_label_space_is_refused_with_what_is(spec: str) -> None:
    with pytest.raises(CorpusError, match=f"{spec} is no label space: top50, full, min-count=N"):
        read_label_spec(spec)


@pytest.mark.reference
def test_seventeen_of_the_reconstructed_top_50_are_procedures(reference_data: Path) -> None:
    spec = read_label_spec(reference_data / "mimic" / "TOP_50_reconstructed.csv")
    assert spec.codes is not None
    assert Counter(map(kind_of, spec.codes)) == {Kind.DIAGNOSIS: 33, Kind.PROCEDURE: 17}
    assert {"038.9", "96.04", "486", "V58.61"} <= set(spec.codes)
