"""The optimisation loop: stages of steps over one model, resumable after a kill.

Batches are drawn from a generator seeded by (seed, stage, step), so a resumed run
sees the batches that an uninterrupted one would have seen.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from transformers import BertForSequenceClassification, BertTokenizer

from icd9_review.errors import ModelFolderError
from icd9_review.training.default.encoder import pooler_of

_WARMUP_SHARE = 0.06  # of the steps; by judgement; BERT is fine-tuned with a tenth
_LAST_RATE = 0.05  # of the peak at the end; by judgement: the last texts still teach
_LOG_EVERY = 10  # steps; by judgement: some seconds
_CHUNK_PIECES = 1024  # word pieces in one pass; by judgement: memory, the step is the same

TrainingBatch = tuple[list[str], torch.Tensor]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of training.

    ``bias_shift`` is added to the classifier's bias before the first step. Targets are a matrix
    of texts × labels: 1 present, 0 absent, NaN not known.
    """

    name: str
    steps: int
    pieces: int
    body_rate: float
    head_rate: float
    draw: Callable[[random.Random], TrainingBatch]
    bias_shift: float = 0.0


@dataclass(frozen=True, slots=True)
class Position:
    """How far a run has come: finished stages, and the step within the one begun."""

    done: tuple[str, ...] = ()
    stage: str | None = None
    step: int = 0
    optimizer: dict[str, Any] | None = None


@dataclass(slots=True)
class TrainingRun:
    """A model under training and the folder with its plan, checkpoint and log.

    ``texts`` stands for what batches are drawn from: a digest of it.
    """

    folder: Path
    model: BertForSequenceClassification
    tokenizer: BertTokenizer
    seed: int
    checkpoint_every: int = 50  # steps: under two minutes on two cores (docs/training.md)
    texts: str = ""

    @property
    def checkpoint(self) -> Path:
        """The file holding weights, optimiser and position."""
        return self.folder / "checkpoint.pt"


def train(run: TrainingRun, stages: tuple[Stage, ...]) -> None:
    """Run every stage from where the checkpoint stands; a finished stage is not run again.

    Raises ModelFolderError for a checkpoint of another model or label space, of another seed or
    schedule, or of other texts.
    """
    run.folder.mkdir(parents=True, exist_ok=True)
    _keep_plan(run, stages)
    position = _load(run)
    for stage in stages:
        if stage.name not in position.done:
            position = _train_stage(run, stage, position)


def _keep_plan(run: TrainingRun, stages: tuple[Stage, ...]) -> None:
    rows = [(s.name, s.steps, s.pieces, s.body_rate, s.head_rate, s.bias_shift) for s in stages]
    plan = json.dumps({"seed": run.seed, "texts": run.texts, "stages": rows})
    file = run.folder / "plan.json"
    begun = run.checkpoint.is_file() and file.is_file()
    if begun and file.read_text("utf-8") != plan:
        raise ModelFolderError(
            f"{run.checkpoint} is of another seed, schedule or other texts; name another work "
            "folder or remove this one"
        )
    file.write_text(plan, "utf-8")


def _load(run: TrainingRun) -> Position:
    if not run.checkpoint.is_file():
        return Position()
    try:
        state = torch.load(run.checkpoint, weights_only=True)
        run.model.load_state_dict(state.pop("model"))
        return Position(tuple(state["done"]), state["stage"], state["step"], state["optimizer"])
    except (RuntimeError, KeyError, TypeError, EOFError, UnpicklingError) as error:
        raise ModelFolderError(
            f"{run.checkpoint} is not a checkpoint of this model and label space; "
            "name another work folder or remove the file"
        ) from error


def _save(run: TrainingRun, position: Position) -> None:
    draft = run.checkpoint.with_suffix(".draft")
    state = {name: getattr(position, name) for name in ("stage", "step", "optimizer")}
    torch.save({"model": run.model.state_dict(), "done": list(position.done), **state}, draft)
    os.replace(draft, run.checkpoint)


def _train_stage(run: TrainingRun, stage: Stage, position: Position) -> Position:
    optimizer = _optimizer(run.model, stage)
    start = _start_stage(run, stage, position, optimizer)
    begun = time.monotonic()
    losses: list[float] = []
    run.model.train()
    for step in range(start + 1, stage.steps + 1):
        losses.append(_step(run, stage, optimizer, step - 1))
        if step % _LOG_EVERY == 0:
            _log(run, stage, step, sum(losses) / len(losses), time.monotonic() - begun)
            losses.clear()
        if step % run.checkpoint_every == 0:
            _save(run, Position(position.done, stage.name, step, optimizer.state_dict()))
    finished = Position((*position.done, stage.name))
    _save(run, finished)
    return finished


def _start_stage(
    run: TrainingRun, stage: Stage, position: Position, optimizer: torch.optim.Optimizer
) -> int:
    """The steps already done; a stage that is new has its bias shifted first."""
    if position.stage == stage.name and position.optimizer is not None:
        optimizer.load_state_dict(position.optimizer)
        return position.step
    with torch.no_grad():
        run.model.classifier.bias.add_(stage.bias_shift)
    return 0


def _optimizer(model: BertForSequenceClassification, stage: Stage) -> torch.optim.Optimizer:
    head = [*model.classifier.parameters(), *pooler_of(model).parameters()]
    known = {id(parameter) for parameter in head}
    body = [p for p in model.parameters() if id(p) not in known]
    groups = [{"params": body, "peak": stage.body_rate}, {"params": head, "peak": stage.head_rate}]
    # Weight decay 0.01 is PyTorch's default and BERT's (Devlin et al. 2019).
    return torch.optim.AdamW(groups, lr=stage.body_rate, weight_decay=0.01, fused=True)


def rate_share(step: int, steps: int) -> float:
    """Share of the peak rate at a step: a linear warm-up, then a linear descent to a twentieth."""
    warmup = max(1, round(steps * _WARMUP_SHARE))
    if step < warmup:
        return (step + 1) / warmup
    return max(_LAST_RATE, 1.0 - (1.0 - _LAST_RATE) * (step - warmup) / max(1, steps - warmup))


def draw_batch(stage: Stage, seed: int, step: int) -> TrainingBatch:
    """The batch of a step, the same whenever it is drawn."""
    return stage.draw(random.Random(f"{seed}/{stage.name}/{step}"))  # noqa: S311


def _step(run: TrainingRun, stage: Stage, optimizer: torch.optim.Optimizer, step: int) -> float:
    texts, targets = draw_batch(stage, run.seed, step)
    torch.manual_seed(run.seed * 1_000_003 + step)  # a prime above all steps, so that no two meet
    optimizer.zero_grad(set_to_none=True)
    total = 0.0
    for chunk in _by_length(run, texts, stage.pieces):
        pieces = run.tokenizer.pad(
            {"input_ids": [ids for _, ids in chunk]}, padding=True, return_tensors="pt"
        )
        rows = torch.tensor([row for row, _ in chunk])
        loss = stage_loss(run.model(**pieces).logits, targets[rows]) * (len(chunk) / len(texts))
        torch.autograd.backward(loss)
        total += float(loss.detach())
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), 1.0)  # as BERT was trained
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * rate_share(step, stage.steps)
    optimizer.step()
    return total


def _by_length(
    run: TrainingRun, texts: list[str], pieces: int
) -> list[list[tuple[int, list[int]]]]:
    """The batch in chunks of like length, so that little is padded: row and pieces of each."""
    encoded = run.tokenizer(texts, truncation=True, max_length=pieces)["input_ids"]
    chunks: list[list[tuple[int, list[int]]]] = [[]]
    for row in sorted(enumerate(encoded), key=lambda row: len(row[1])):
        if (len(chunks[-1]) + 1) * len(row[1]) > _CHUNK_PIECES:
            chunks.append([])
        chunks[-1].append(row)
    return [chunk for chunk in chunks if chunk]


def stage_loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """A text's present codes against 0, and 0 against its absent ones, averaged over texts.

    The loss of Su et al. 2022 ("ZLPR: A Novel Loss for Multi-label Classification", arXiv
    2208.02955), ``log(1 + sum exp(absent)) + log(1 + sum exp(-present))``: like cross-entropy it
    compares the codes of a text with each other, so that it learns among thousands of which hardly
    any is present, and its threshold lies at 0. What is not known counts for nothing.
    """
    nothing = logits.new_zeros(logits.shape[0], 1)
    absent = logits.masked_fill(targets != 0, -torch.inf)
    present = (-logits).masked_fill(targets != 1, -torch.inf)
    sides = (torch.cat([side, nothing], dim=1).logsumexp(dim=1) for side in (absent, present))
    return torch.stack(tuple(sides)).sum(dim=0).mean()


def _log(run: TrainingRun, stage: Stage, step: int, loss: float, seconds: float) -> None:
    row = {"stage": stage.name, "step": step, "loss": round(loss, 4), "seconds": round(seconds)}
    with (run.folder / "log.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
