import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from icd9_review.errors import CorpusError
from icd9_review.model.folder.labels import dot, kind_of
from icd9_review.training.mimic.assembly import Selection, write_corpus
from icd9_review.training.mimic.cache import CORPUS
from icd9_review.training.mimic.labels import read_label_spec
from icd9_review.training.mimic.splits import split_of_patient
from icd9_review.values import Kind
from tests.training.mimic.conftest import WriteTables
from tests.training.mimic.tables import DIAGNOSES, PROCEDURES, Table, add_note

_WORDS = {
    str(dot(code, kind)): words
    for kind, named in ((Kind.DIAGNOSIS, DIAGNOSES), (Kind.PROCEDURE, PROCEDURES))
    for code, words in named.items()
}
_SEED = 2


def select(
    mimic: Path,
    *,
    labels: str | Path = "full",
    listings: Mapping[Path, str] | None = None,
    diagnoses_only: bool = False,
) -> Selection:
    return Selection(mimic, read_label_spec(labels), listings or {}, diagnoses_only, _SEED)


def write(selection: Selection, work: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The facts and the lines of a corpus written into a new folder."""
    work.mkdir()
    facts = write_corpus(selection, work, lambda _: None)
    lines = (work / CORPUS).read_text("utf-8").splitlines()
    return facts, [json.loads(line) for line in lines]


def codes_of(line: dict[str, Any]) -> list[str]:
    return [code for label in line["labels"] for code in label["any_of"]]


def refusal(selection: Selection, work: Path) -> str:
    with pytest.raises(CorpusError) as caught:
        write(selection, work)
    return str(caught.value)


def write_lists(folder: Path, lists: Mapping[str, list[str]]) -> dict[Path, str]:
    files = {folder / f"{split}.csv": split for split in lists}
    for path, split in files.items():
        path.write_text("".join(f"{name}\n" for name in lists[split]))
    return files


def test_a_line_has_an_admission_with_its_text_split_factors_and_codes(
    mimic_tables: WriteTables, tmp_path: Path
) -> None:
    _, lines = write(select(mimic_tables()), tmp_path / "work")
    assert [line["id"] for line in lines] == sorted(line["id"] for line in lines)
    first = lines[0]
    assert list(first) == ["id", "text", "split", "factors", "labels"]
    assert first["id"] == "100001"
    assert first["split"] == split_of_patient(_SEED, "1")
    assert first["factors"].keys() == {"sex", "age", "ethnicity", "insurance"}
    assert all(label["status"] == "core" for label in first["labels"])
    named = {code for code, words in _WORDS.items() if words in first["text"]}
    assert set(codes_of(first)) == named


def test_the_label_space_begins_with_the_most_frequent_of_the_training_split(
    mimic_tables: WriteTables, tmp_path: Path
) -> None:
    facts, lines = write(select(mimic_tables(patients=40)), tmp_path / "work")
    trained = Counter(code for line in lines if line["split"] == "train" for code in codes_of(line))
    assert set(facts["labels"]) == set(_WORDS)
    assert list(facts["labels"]) == sorted(_WORDS, key=lambda code: (-trained[code], code))
    for line in lines:
        places = [facts["labels"].index(code) for code in codes_of(line)]
        assert places == sorted(places)


def test_no_patient_is_in_two_splits(mimic_tables: WriteTables, tmp_path: Path) -> None:
    owners: dict[str, str] = {}

    def change(tables: dict[str, Table]) -> None:
        owners.update({row["HADM_ID"]: row["SUBJECT_ID"] for row in tables["ADMISSIONS"]})

    facts, lines = write(select(mimic_tables(patients=60, change=change)), tmp_path / "work")
    splits: dict[str, set[str]] = {}
    for line in lines:
        splits.setdefault(owners[line["id"]], set()).add(line["split"])
    assert len(lines) > len(splits) == 60
    assert all(len(names) == 1 for names in splits.values())
    assert facts["counts"] == Counter(line["split"] for line in lines)
    assert list(facts["counts"]) == ["train", "validation", "test"]
    assert all(facts["counts"].values())


def test_diagnoses_alone_leave_procedures_out(mimic_tables: WriteTables, tmp_path: Path) -> None:
    folder = mimic_tables()
    (folder / "PROCEDURES_ICD.csv").unlink()
    facts, lines = write(select(folder, diagnoses_only=True), tmp_path / "work")
    assert {kind_of(code) for code in facts["labels"]} == {Kind.DIAGNOSIS}
    assert {kind_of(code) for line in lines for code in codes_of(line)} == {Kind.DIAGNOSIS}


def test_procedures_of_a_file_are_told_where_diagnoses_are_wanted_alone(
    mimic_tables: WriteTables, tmp_path: Path
) -> None:
    listed = tmp_path / "labels.txt"
    listed.write_text("428.0\n96.04\n401.9\n")
    selection = select(mimic_tables(), labels=listed, diagnoses_only=True)
    facts, _ = write(selection, tmp_path / "work")
    assert set(facts["labels"]) == {"428.0", "401.9"}
    assert "Left out labels that are procedures: 1" in facts["left_out"]


def test_a_least_count_counts_admissions(mimic_tables: WriteTables, tmp_path: Path) -> None:
    folder = mimic_tables(patients=20)
    _, lines = write(select(folder), tmp_path / "full")
    counts = Counter(code for line in lines for code in codes_of(line))
    least = sorted(counts.values())[len(counts) // 2]
    facts, _ = write(select(folder, labels=f"min-count={least}"), tmp_path / "some")
    assert set(facts["labels"]) == {code for code in counts if counts[code] >= least}


def rare_and_frequent(tables: dict[str, Table]) -> None:
    """Fifty codes in every admission but the first, which has one that nobody shares."""
    for name in ("DIAGNOSES_ICD", "PROCEDURES_ICD"):
        tables[name].clear()
    for row in tables["ADMISSIONS"]:
        shared = [f"{category}1" for category in range(200, 250)]
        codes = ["0389"] if row["HADM_ID"] == "100001" else shared
        tables["DIAGNOSES_ICD"] += [
            {"HADM_ID": row["HADM_ID"], "ICD9_CODE": code} for code in codes
        ]


def test_top50_leaves_out_admissions_without_any_of_the_labels(
    mimic_tables: WriteTables, tmp_path: Path
) -> None:
    selection = select(mimic_tables(change=rare_and_frequent), labels="top50")
    facts, lines = write(selection, tmp_path / "work")
    assert len(facts["labels"]) == 50
    assert "100001" not in {line["id"] for line in lines}
    assert facts["left_out"] == ["Left out admissions without any of the labels: 1"]


def test_other_label_spaces_keep_them_as_examples_without_labels(
    mimic_tables: WriteTables, tmp_path: Path
) -> None:
    selection = select(mimic_tables(change=rare_and_frequent), labels="min-count=2")
    facts, lines = write(selection, tmp_path / "work")
    assert lines[0]["id"] == "100001"
    assert lines[0]["labels"] == []
    assert not facts["left_out"]


def test_lists_decide_the_splits_and_what_is_in_none_is_left_out(
    mimic_tables: WriteTables, tmp_path: Path
) -> None:
    def change(tables: dict[str, Table]) -> None:
        add_note(tables, "100001", "secret", error="1")

    lists = {
        "train": ["100003", "100001", "999999"],
        "validation": ["100002"],
        "test": ["100004"],
    }
    selection = select(mimic_tables(change=change), listings=write_lists(tmp_path, lists))
    facts, lines = write(selection, tmp_path / "work")
    assert [(line["id"], line["split"]) for line in lines] == [
        ("100001", "train"),
        ("100002", "validation"),
        ("100003", "train"),
        ("100004", "test"),
    ]
    unlisted, lacking, marked = facts["left_out"]
    assert unlisted.startswith("Left out admissions in no list of --splits: ")
    assert lacking == "Left out listed admissions that lack a summary or a code: 1"
    assert marked == "Left out summaries marked as errors: 1"


def test_codes_of_admissions_without_a_summary_do_not_count(
    mimic_tables: WriteTables, tmp_path: Path
) -> None:
    def change(tables: dict[str, Table]) -> None:
        tables["NOTEEVENTS"] = [row for row in tables["NOTEEVENTS"] if row["HADM_ID"] != "100001"]
        tables["DIAGNOSES_ICD"] = [
            row for row in tables["DIAGNOSES_ICD"] if row["HADM_ID"] != "100001"
        ]
        tables["PROCEDURES_ICD"] = [
            row for row in tables["PROCEDURES_ICD"] if row["HADM_ID"] != "100001"
        ]
        tables["DIAGNOSES_ICD"].append({"HADM_ID": "100001", "ICD9_CODE": "56400"})

    facts, lines = write(select(mimic_tables(change=change)), tmp_path / "work")
    assert "564.00" not in facts["labels"]
    assert "100001" not in {line["id"] for line in lines}
    assert facts["left_out"] == ["Left out codes of admissions without a summary: 1"]


def test_tables_that_do_not_belong_together_are_refused(
    mimic_tables: WriteTables, tmp_path: Path
) -> None:
    folder = mimic_tables(change=lambda tables: tables["NOTEEVENTS"].clear())
    assert refusal(select(folder), tmp_path / "work") == (
        f"{folder}: no admission has both a discharge summary in NOTEEVENTS and a code; are the "
        "tables of one release?"
    )


def test_labels_that_nobody_has_are_refused(mimic_tables: WriteTables, tmp_path: Path) -> None:
    told = refusal(select(mimic_tables(), labels="min-count=1000"), tmp_path / "work")
    assert told.startswith("--labels leaves nothing to learn: no admission with a summary has one")


def test_a_training_split_without_labels_is_refused(
    mimic_tables: WriteTables, tmp_path: Path
) -> None:
    listings = write_lists(tmp_path, {"train": ["999999"], "validation": ["100001"]})
    told = refusal(select(mimic_tables(), listings=listings), tmp_path / "work")
    assert told == (
        "none of the 0 admissions of the training split has one of the 13 labels; "
        "nothing can be learned"
    )


def test_summaries_are_not_kept_beside_the_corpus(
    mimic_tables: WriteTables, tmp_path: Path
) -> None:
    write(select(mimic_tables()), tmp_path / "work")
    assert [path.name for path in (tmp_path / "work").iterdir()] == [CORPUS]
