import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from icd9_review.errors import CorpusError
from icd9_review.evaluation.labelled.labelled_notes import read_labelled
from icd9_review.training.mimic.corpus import CorpusRequest, prepare_corpus
from tests.training.mimic.conftest import WriteTables
from tests.training.mimic.tables import Table, add_note

_KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from icd9_review.training.mimic.corpus import CorpusRequest, prepare_corpus
def report(line):
    if line.startswith("Writing"):
        os.kill(os.getpid(), signal.SIGKILL)
prepare_corpus(CorpusRequest(Path(sys.argv[1]), Path(sys.argv[2])), report)
"""


def cached(output: Path) -> set[str]:
    return {path.name for path in (output / "cache").iterdir()}


@pytest.fixture
def request_(mimic_tables: WriteTables, tmp_path: Path) -> CorpusRequest:
    return CorpusRequest(mimic_tables(), tmp_path / "output", labels="full")


@pytest.mark.parametrize("gz", [False, True])
def test_a_corpus_is_read_as_labelled_notes(
    mimic_tables: WriteTables, tmp_path: Path, gz: bool
) -> None:
    request = CorpusRequest(mimic_tables(patients=30, gz=gz), tmp_path / "output")
    corpus = prepare_corpus(request)
    notes = list(read_labelled(corpus.path))
    assert len(notes) == sum(corpus.counts.values())
    for split, count in corpus.counts.items():
        assert len(list(read_labelled(corpus.path, split))) == count
    found = {code for note in notes for label in note.labels for code in label.any_of}
    assert found == set(corpus.labels)


def test_a_person_is_told_what_happens_and_what_is_left_out(
    mimic_tables: WriteTables, tmp_path: Path
) -> None:
    def change(tables: dict[str, Table]) -> None:
        add_note(tables, "100001", "secret", error="1")

    lines: list[str] = []
    request = CorpusRequest(mimic_tables(change=change), tmp_path / "output")
    corpus = prepare_corpus(request, lines.append)
    assert lines == [
        "Reading admissions, patients and codes",
        "Reading discharge summaries",
        f"Writing {sum(corpus.counts.values())} admissions with 13 labels",
        "Left out summaries marked as errors: 1",
    ]
    again: list[str] = []
    assert prepare_corpus(request, again.append) == corpus
    assert again == [
        f"The corpus of an earlier run is used: {corpus.path}",
        "Left out summaries marked as errors: 1",
    ]


def test_nobody_else_may_read_the_corpus(request_: CorpusRequest) -> None:
    corpus = prepare_corpus(request_)
    for folder in (corpus.path.parent, corpus.path.parent.parent):
        assert folder.stat().st_mode & 0o777 == 0o700
    for path in corpus.path.parent.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600


def test_the_same_request_takes_the_corpus_that_is_there(request_: CorpusRequest) -> None:
    first = prepare_corpus(request_)
    made = first.path.stat()
    again = prepare_corpus(request_)
    assert again == first
    assert again.path.stat().st_mtime_ns == made.st_mtime_ns
    assert again.path.stat().st_ino == made.st_ino


def test_the_same_tables_give_the_same_bytes(request_: CorpusRequest, tmp_path: Path) -> None:
    first = prepare_corpus(request_)
    again = prepare_corpus(replace(request_, output=tmp_path / "elsewhere"))
    assert again.key == first.key
    assert again.path.read_bytes() == first.path.read_bytes()


@pytest.mark.parametrize("name", ["NOTEEVENTS", "DIAGNOSES_ICD", "ADMISSIONS", "PATIENTS"])
def test_changed_tables_make_another_corpus(request_: CorpusRequest, name: str) -> None:
    first = prepare_corpus(request_)
    path = request_.mimic / f"{name}.csv"
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    assert prepare_corpus(request_).key != first.key
    assert len(cached(request_.output)) == 2


def test_other_options_make_another_corpus(request_: CorpusRequest) -> None:
    others = (
        replace(request_, labels="min-count=2"),
        replace(request_, diagnoses_only=True),
        replace(request_, seed=1),
    )
    keys = {prepare_corpus(request).key for request in (request_, *others)}
    assert len(keys) == 4


def test_with_lists_the_seed_changes_nothing(request_: CorpusRequest, tmp_path: Path) -> None:
    for name, admission in {"train": 100001, "dev": 100002, "test": 100003}.items():
        (tmp_path / f"{name}_full_hadm_ids.csv").write_text(f"{admission}\n")
    listed = replace(request_, splits=tmp_path)
    corpus = prepare_corpus(listed)
    assert corpus.counts == {"train": 1, "validation": 1, "test": 1}
    assert prepare_corpus(replace(listed, seed=1)).key == corpus.key
    (tmp_path / "dev_full_hadm_ids.csv").write_text("100004\n")
    assert prepare_corpus(listed).key != corpus.key


def test_a_corpus_that_was_damaged_is_made_again(request_: CorpusRequest) -> None:
    corpus = prepare_corpus(request_)
    whole = corpus.path.read_bytes()
    os.truncate(corpus.path, 100)
    assert prepare_corpus(request_) == corpus
    assert corpus.path.read_bytes() == whole


def test_what_a_killed_run_left_is_removed_by_the_next(
    mimic_tables: WriteTables, tmp_path: Path
) -> None:
    request = CorpusRequest(mimic_tables(), tmp_path / "output")
    command = [sys.executable, "-c", _KILLED_WHILE_WRITING, str(request.mimic), str(request.output)]
    killed = subprocess.run(command, check=False)
    assert killed.returncode == -signal.SIGKILL
    (left,) = cached(request.output)
    assert left.startswith(".draft-")
    corpus = prepare_corpus(request)
    assert cached(request.output) == {corpus.path.parent.name}


def test_after_an_error_nothing_is_left_behind(request_: CorpusRequest) -> None:
    with (request_.mimic / "NOTEEVENTS.csv").open("a") as file:
        file.write("half a row")
    with pytest.raises(CorpusError, match=r"NOTEEVENTS.csv, line \d+: 1 columns where the header"):
        prepare_corpus(request_)
    assert not cached(request_.output)


def test_missing_things_are_told_before_anything_is_made(
    request_: CorpusRequest, tmp_path: Path
) -> None:
    (request_.mimic / "PATIENTS.csv").unlink()
    with pytest.raises(CorpusError, match=r"has no PATIENTS.csv or PATIENTS.csv.gz; download"):
        prepare_corpus(request_)
    with pytest.raises(CorpusError, match=r"train_full_hadm_ids.csv is missing; the splits of"):
        prepare_corpus(replace(request_, splits=tmp_path))
    with pytest.raises(CorpusError, match=r"top5 is no label space"):
        prepare_corpus(replace(request_, labels="top5"))
    assert not request_.output.exists()


def test_an_output_that_cannot_be_written_is_named(request_: CorpusRequest) -> None:
    request_.output.touch()
    with pytest.raises(CorpusError) as caught:
        prepare_corpus(request_)
    assert str(caught.value) == (
        f"{request_.output}/cache: Not a directory; preparing needs a folder of yours with room "
        "for the discharge summaries twice, about 1.2 GB for the whole of MIMIC-III"
    )


def test_a_reader_who_has_seen_enough_is_no_fault_of_the_cache(request_: CorpusRequest) -> None:
    def closed(_line: str) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        prepare_corpus(request_, closed)
    assert not cached(request_.output)


def test_memory_does_not_grow_with_the_notes() -> None:
    """In small; 2,000,000 rows in place of 60,000 take a minute and 130 MB."""
    command = [sys.executable, "-m", "tests.training.mimic.large", "60000", "1000"]
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert told["admissions"] == 1_714
    assert told["noteevents_megabytes"] > 60
    grown = told["most_megabytes"] - told["of_which_before"]
    assert grown < told["noteevents_megabytes"] / 7  # summaries alone would be an eighth more
