from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icd9_review.errors import CorpusError
from icd9_review.training.mimic.splits import (
    SPLITS,
    read_splits,
    split_files,
    split_of_patient,
)


def write_lists(folder: Path, train: str = "1\n2\n", dev: str = "3\n", test: str = "4\n") -> Path:
    """CAML's three files for all labels."""
    for name, content in {"train": train, "dev": dev, "test": test}.items():
        (folder / f"{name}_full_hadm_ids.csv").write_text(content, encoding="utf-8")
    return folder


def test_the_splits_are_train_validation_and_test() -> None:
    assert SPLITS == ("train", "validation", "test")


@settings(max_examples=10)
@given(st.integers(0, 2**32))
def test_patients_are_split_eighty_ten_and_ten_whatever_the_seed(seed: int) -> None:
    counts = Counter(split_of_patient(seed, str(subject)) for subject in range(1, 10_001))
    assert 7_800 < counts["train"] < 8_200
    assert 850 < counts["validation"] < 1_150
    assert 850 < counts["test"] < 1_150


@given(st.integers(), st.integers(1, 99_999))
def test_a_patient_is_always_in_the_same_split(seed: int, subject: int) -> None:
    assert split_of_patient(seed, str(subject)) == split_of_patient(seed, str(subject))


def test_the_split_of_a_seed_is_the_same_on_every_machine() -> None:
    drawn = "".join(split_of_patient(9, str(subject))[1] for subject in range(10_000, 10_040))
    assert drawn == "rrrrrrerarrrrrrarrrrrrrrrrrrrrerrrrrrerr"


def test_another_seed_splits_otherwise() -> None:
    first, second = (
        [split_of_patient(seed, str(subject)) for subject in range(100)] for seed in (1, 2)
    )
    assert first != second


def test_the_lists_name_the_split_of_each_admission(tmp_path: Path) -> None:
    files = split_files(write_lists(tmp_path), top50=False)
    assert read_splits(files) == {"1": "train", "2": "train", "3": "validation", "4": "test"}


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    (write_lists(tmp_path) / "dev_full_hadm_ids.csv").unlink()
    with pytest.raises(CorpusError) as caught:
        split_files(tmp_path, top50=False)
    assert str(caught.value) == (
        f"{tmp_path}/dev_full_hadm_ids.csv is missing; the splits of CAML are three files, one "
        "HADM_ID a line: train_full_hadm_ids.csv, dev_full_hadm_ids.csv, test_full_hadm_ids.csv"
    )


def test_top50_has_lists_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"train_50_hadm_ids.csv is missing"):
        split_files(write_lists(tmp_path), top50=True)


@pytest.mark.parametrize("line", ["HADM_ID", "145834.0", "3,4"])
def test_a_line_that_is_no_admission_is_refused(tmp_path: Path, line: str) -> None:
    files = split_files(write_lists(tmp_path, dev=f"3\n{line}\n"), top50=False)
    with pytest.raises(CorpusError, match=r"dev_full_hadm_ids.csv, line 2: no HADM_ID; one numb"):
        read_splits(files)


def test_an_admission_in_two_lists_is_refused(tmp_path: Path) -> None:
    files = split_files(write_lists(tmp_path, test="4\n2\n"), top50=False)
    with pytest.raises(CorpusError) as caught:
        read_splits(files)
    assert str(caught.value) == (
        f"{tmp_path}/test_full_hadm_ids.csv, line 2: the admission 2 is in the list of train "
        "already"
    )


@pytest.mark.reference
@pytest.mark.parametrize(
    ("top50", "published"),
    [
        (False, {"train": 47_723, "validation": 1_631, "test": 3_372}),
        (True, {"train": 8_066, "validation": 1_573, "test": 1_729}),
    ],
)
def test_the_lists_of_caml_have_the_published_counts_and_no_overlap(
    reference_data: Path, top50: bool, published: dict[str, int]
) -> None:
    files = split_files(reference_data / "mimic" / "caml_splits", top50=top50)
    splits = read_splits(files)  # refuses an admission in two lists
    assert Counter(splits.values()) == published
    lines = sum(len(path.read_text().split()) for path in files)
    assert lines == len(splits)


@pytest.mark.reference
def test_the_lists_of_caml_for_fifty_labels_are_parts_of_those_for_all(
    reference_data: Path,
) -> None:
    folder = reference_data / "mimic" / "caml_splits"
    fifty, full = (read_splits(split_files(folder, top50=top50)) for top50 in (True, False))
    assert fifty.items() <= full.items()
