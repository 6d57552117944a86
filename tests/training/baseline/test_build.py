"""From labelled notes to a folder that suggests codes, by the command."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from icd9_review.cli.main import app
from icd9_review.errors import CorpusError, InputError
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.labelled.scoring import Counts, Label
from icd9_review.evaluation.readings import read_notes
from icd9_review.evaluation.rule import count_each
from icd9_review.training.baseline.build import YardstickJob, build_baseline
from icd9_review.training.baseline.folder import load_baseline
from icd9_review.training.baseline.thresholds import OUT_OF_FOLD, codes_of
from tests.training.baseline.conftest import WriteNotes
from tests.training.baseline.invented import CODES, invent_notes


def silent(_line: str) -> None:
    """Report to nobody."""


def micro_f1(folder: Path) -> float:
    baseline = load_baseline(folder)
    readings = read_notes(baseline, invent_notes(40, seed=11))
    counts = count_each(readings.notes, readings.suggested_codes, baseline.labels)
    return sum(counts, Counts()).f1


def test_the_command_trains_and_fits_thresholds_on_validation_notes(
    write_notes: WriteNotes, tmp_path: Path
) -> None:
    train, validation = invent_notes(120), invent_notes(60, seed=5)
    data = write_notes([(n, "train") for n in train] + [(n, "validation") for n in validation])
    output = tmp_path / "baseline"
    result = CliRunner().invoke(
        app,
        ["train", "baseline", "--data", str(data), "--output", str(output), "--labels", "full"],
        catch_exceptions=False,
    )
    assert result.exit_code == 0
    assert "120 training notes, 60 validation notes, 4 codes" in result.output
    assert load_baseline(output).split == "validation"
    assert micro_f1(output) > 0.9


def test_without_validation_notes_thresholds_come_out_of_fold(
    write_notes: WriteNotes, tmp_path: Path
) -> None:
    lines: list[str] = []
    data = write_notes([(note, None) for note in invent_notes(120)])
    baseline = build_baseline(YardstickJob(data, tmp_path / "baseline"), lines.append)
    assert "thresholds come out of fold" in lines[-1]
    assert baseline.split == OUT_OF_FOLD
    assert micro_f1(tmp_path / "baseline") > 0.9


def test_the_most_frequent_codes_come_first_and_min_count_leaves_rare_ones_out(
    write_notes: WriteNotes, tmp_path: Path
) -> None:
    notes = invent_notes(60)
    rare = LabelledNote("seen with gout", (Label(frozenset({"274.9"})),), "rare")
    data = write_notes([(note, "train") for note in [*notes, rare]])
    baseline = build_baseline(YardstickJob(data, tmp_path / "b", labels="min-count=2"), silent)
    counts = [sum(code in codes_of(note) for note in notes) for code in baseline.labels]
    assert set(baseline.labels) == set(CODES)
    assert counts == sorted(counts, reverse=True)


def test_a_split_that_no_note_has_is_named(write_notes: WriteNotes, tmp_path: Path) -> None:
    data = write_notes([(note, "test") for note in invent_notes(3)])
    with pytest.raises(CorpusError, match="no notes of the split 'train'; its splits: test"):
        build_baseline(YardstickJob(data, tmp_path / "baseline"), silent)


def test_thresholds_are_not_fitted_on_the_training_notes(tmp_path: Path) -> None:
    job = YardstickJob(
        tmp_path / "x.jsonl", tmp_path / "b", split="train", validation_split="train"
    )
    with pytest.raises(InputError, match="name another split"):
        build_baseline(job, silent)


def test_a_folder_with_something_else_is_not_written_to(
    write_notes: WriteNotes, tmp_path: Path
) -> None:
    data = write_notes([(note, None) for note in invent_notes(3)])
    with pytest.raises(InputError, match="holds something else"):
        build_baseline(YardstickJob(data, tmp_path), silent)
