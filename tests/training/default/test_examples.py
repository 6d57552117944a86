"""What is counted is what training drew."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
import torch
from transformers import BertForSequenceClassification, BertTokenizer

from icd9_review.errors import ModelFolderError
from icd9_review.model.folder.files import read_folder
from icd9_review.training.default.build import count_again, validation_notes
from icd9_review.training.default.examples import count_passages, write_examples
from icd9_review.training.default.labels import label_codes
from icd9_review.training.default.loop import Stage, TrainingBatch
from icd9_review.training.default.phrases import PhraseBook
from icd9_review.training.default.train import PHRASES, Schedule, stages
from icd9_review.training.folder import write_json, write_model, write_settings
from icd9_review.values import ExampleUnit

PLAN = Schedule(phrase_steps=2, passage_steps=3, contrast_steps=2, seed=7)


def test_asserted_codes_of_every_passage_are_counted_and_no_phrase(book: PhraseBook) -> None:
    expected: Counter[str] = Counter()
    drawn = stages(book, (), PLAN)
    for stage in drawn[1:]:
        for step in range(stage.steps):
            _, targets = stage.draw(random.Random(f"7/{stage.name}/{step}"))  # noqa: S311
            for row in targets.tolist():
                expected.update(c for c, t in zip(label_codes(), row, strict=True) if t == 1)
    counts, texts = count_passages(drawn, seed=7)
    assert texts == 5 * 32
    assert counts == {code: expected[code] for code in label_codes()}
    assert sum(counts.values()) > texts / 2


def test_what_is_denied_in_doubt_or_not_known_is_no_example() -> None:
    def draw(rng: random.Random) -> TrainingBatch:
        targets = torch.zeros(1, len(label_codes()))
        targets[0, :4] = torch.tensor([1.0, 0.0, 0.15, torch.nan])
        return ["a text"], targets

    def fail(rng: random.Random) -> TrainingBatch:
        raise AssertionError("phrases are not drawn")

    drawn = (Stage(PHRASES, 1, 8, 0.0, 0.0, fail), Stage("passages", 3, 8, 0.0, 0.0, draw))
    counts, texts = count_passages(drawn, seed=1)
    assert ([*counts.values()][:5], texts) == ([3, 0, 0, 0, 0], 3)


@pytest.fixture
def made(
    tmp_path: Path, tiny_model: BertForSequenceClassification, tiny_tokenizer: BertTokenizer
) -> Path:
    """A folder as train default leaves it, without reference data."""
    folder = tmp_path / "model"
    write_model(folder, tiny_model, tiny_tokenizer)
    write_settings(folder, 0.5, "the test")
    record(folder, validation_notes(None)[1])
    return folder


def record(folder: Path, fitted_on: str) -> None:
    content = {"seed": PLAN.seed, "steps": PLAN.steps, "fitted": {"split": fitted_on}}
    write_json(folder / "metrics.json", content)


def test_a_finished_folder_is_counted_again_as_it_was_made(made: Path) -> None:
    write_examples(made, None, None, PLAN)
    first, version = (made / "examples.json").read_bytes(), read_folder(made).version
    (made / "examples.json").unlink()
    count_again(made, None, None)
    assert (made / "examples.json").read_bytes() == first
    read = read_folder(made)
    assert read.version == version
    assert read.examples is not None
    assert read.examples.unit is ExampleUnit.PASSAGE
    assert read.examples.split.startswith("160 training passages: written from templates")


def test_a_folder_of_other_reference_data_is_not_counted(made: Path) -> None:
    record(made, "62 notes of somebody")
    with pytest.raises(ModelFolderError, match="ICD9_REVIEW_REFERENCE_DATA"):
        count_again(made, None, None)
    assert not (made / "examples.json").exists()


def test_a_folder_that_train_default_did_not_make_is_not_counted(
    made: Path, tiny_model_folder: Path
) -> None:
    with pytest.raises(ModelFolderError, match="knows other codes"):
        count_again(tiny_model_folder, None, None)
    (made / "metrics.json").unlink()
    with pytest.raises(ModelFolderError, match=r"metrics\.json is none of train default"):
        count_again(made, None, None)
