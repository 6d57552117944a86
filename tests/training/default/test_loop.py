import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import BertForSequenceClassification, BertTokenizer

from icd9_review.errors import ModelFolderError
from icd9_review.training.default.labels import label_codes
from icd9_review.training.default.loop import (
    Stage,
    TrainingBatch,
    TrainingRun,
    rate_share,
    stage_loss,
    train,
)
from icd9_review.training.default.phrases import PhraseBook
from icd9_review.training.default.train import Schedule, TrainingTexts, stages


def phrase_stage(steps: int) -> Stage:
    def draw(rng: random.Random) -> TrainingBatch:
        labels = [rng.randrange(3) for _ in range(6)]
        targets = torch.zeros(6, len(label_codes()))
        targets[range(6), labels] = 1.0
        return [("asthma", "gout", "atrial fibrillation")[label] for label in labels], targets

    return Stage("phrases", steps, 16, 1e-3, 1e-2, draw)


def run_in(
    folder: Path, model: BertForSequenceClassification, tokenizer: BertTokenizer
) -> TrainingRun:
    return TrainingRun(folder, model, tokenizer, seed=3, checkpoint_every=1)


def weights(model: BertForSequenceClassification) -> torch.Tensor:
    return torch.cat([parameter.detach().flatten().clone() for parameter in model.parameters()])


class Killed(Exception):
    pass


def killed_at(stage: Stage, step: int) -> Stage:
    drawn = 0

    def draw(rng: random.Random) -> TrainingBatch:
        nonlocal drawn
        drawn += 1
        if drawn > step:
            raise Killed
        return stage.draw(rng)

    return Stage("phrases", stage.steps, 16, 1e-3, 1e-2, draw)


def test_a_killed_run_ends_with_the_weights_of_an_uninterrupted_one(
    tmp_path: Path, tiny_model: BertForSequenceClassification, tiny_tokenizer: BertTokenizer
) -> None:
    start = {name: tensor.clone() for name, tensor in tiny_model.state_dict().items()}
    train(run_in(tmp_path / "whole", tiny_model, tiny_tokenizer), (phrase_stage(4),))
    whole = weights(tiny_model)

    tiny_model.load_state_dict(start)
    with pytest.raises(Killed):
        train(
            run_in(tmp_path / "cut", tiny_model, tiny_tokenizer), (killed_at(phrase_stage(4), 2),)
        )
    tiny_model.load_state_dict(start)
    train(run_in(tmp_path / "cut", tiny_model, tiny_tokenizer), (phrase_stage(4),))
    torch.testing.assert_close(weights(tiny_model), whole)


def test_a_finished_stage_is_not_run_again(
    tmp_path: Path, tiny_model: BertForSequenceClassification, tiny_tokenizer: BertTokenizer
) -> None:
    run = run_in(tmp_path, tiny_model, tiny_tokenizer)
    train(run, (phrase_stage(2),))
    finished = weights(tiny_model)
    train(run, (phrase_stage(2),))
    assert torch.equal(weights(tiny_model), finished)


def test_training_on_three_phrases_learns_them(
    tmp_path: Path, tiny_model: BertForSequenceClassification, tiny_tokenizer: BertTokenizer
) -> None:
    train(run_in(tmp_path, tiny_model, tiny_tokenizer), (phrase_stage(80),))
    rows = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert rows[-1]["loss"] < rows[0]["loss"] / 2


def test_every_stage_of_the_default_model_runs_on_a_tiny_bert(
    tmp_path: Path,
    tiny_model: BertForSequenceClassification,
    tiny_tokenizer: BertTokenizer,
    book: PhraseBook,
) -> None:
    before = weights(tiny_model)
    bias = tiny_model.classifier.bias.detach().clone()
    run = run_in(tmp_path, tiny_model, tiny_tokenizer)
    train(run, stages(TrainingTexts(book), Schedule(steps=2)))
    assert not torch.equal(weights(tiny_model), before)
    assert torch.all(tiny_model.classifier.bias < bias - 3)


def test_the_rate_rises_and_then_falls_to_a_twentieth() -> None:
    shares = [rate_share(step, 100) for step in range(100)]
    peak = shares.index(max(shares))
    assert shares[peak] == 1.0
    assert shares[: peak + 1] == sorted(shares[: peak + 1])
    assert shares[peak:] == sorted(shares[peak:], reverse=True)
    assert shares[-1] >= 0.05


def test_the_loss_compares_present_and_absent_codes_with_zero() -> None:
    logits = torch.tensor([[2.0, -1.0, 0.5], [0.0, 0.0, 0.0]])
    targets = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    first = torch.log(1 + torch.exp(torch.tensor([-1.0, 0.5])).sum()) + torch.log1p(
        torch.exp(torch.tensor(-2.0))
    )
    second = torch.log(torch.tensor(4.0))
    torch.testing.assert_close(stage_loss(logits, targets), (first + second) / 2)


def test_what_is_not_known_does_not_change_the_loss() -> None:
    targets = torch.tensor([[1.0, torch.nan, 0.0]])
    low, high = (torch.tensor([[1.0, v, -1.0]], requires_grad=True) for v in (-9.0, 9.0))
    assert stage_loss(low, targets) == stage_loss(high, targets)
    (gradient,) = torch.autograd.grad(stage_loss(high, targets), high)
    assert gradient[0, 1] == 0
    assert gradient.isfinite().all()


@pytest.mark.parametrize("content", [b"", b"not a checkpoint"])
def test_a_broken_checkpoint_is_refused_by_name(
    tmp_path: Path,
    tiny_model: BertForSequenceClassification,
    tiny_tokenizer: BertTokenizer,
    content: bytes,
) -> None:
    run = run_in(tmp_path, tiny_model, tiny_tokenizer)
    run.checkpoint.write_bytes(content)
    with pytest.raises(ModelFolderError, match=r"checkpoint\.pt"):
        train(run, (phrase_stage(1),))


def test_a_checkpoint_of_another_label_space_is_refused(
    tmp_path: Path, tiny_model: BertForSequenceClassification, tiny_tokenizer: BertTokenizer
) -> None:
    run = run_in(tmp_path, tiny_model, tiny_tokenizer)
    train(run, (phrase_stage(1),))
    tiny_model.classifier = torch.nn.Linear(16, 7)
    with pytest.raises(ModelFolderError, match="label space"):
        train(run, (phrase_stage(1),))


def test_a_checkpoint_of_another_schedule_or_of_other_texts_is_refused(
    tmp_path: Path, tiny_model: BertForSequenceClassification, tiny_tokenizer: BertTokenizer
) -> None:
    run = run_in(tmp_path, tiny_model, tiny_tokenizer)
    train(run, (phrase_stage(1),))
    with pytest.raises(ModelFolderError, match="another seed, schedule"):
        train(run, (phrase_stage(2),))
    with pytest.raises(ModelFolderError, match="other texts"):
        train(replace(run, texts="another digest"), (phrase_stage(1),))
    train(run, (phrase_stage(1),))
