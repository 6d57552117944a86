"""The Trainer of transformers over notes: set up, resumed where a run was killed, finished."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch.utils.data import Sampler
from transformers import (
    EarlyStoppingCallback,
    Trainer,
    TrainerCallback,
    TrainerState,
    TrainingArguments,
)

from icd9_review.errors import InputError, ReviewError
from icd9_review.model.folder.files import WEIGHTS
from icd9_review.model.folder.label_attention import LabelAttentionModel, NoteNetwork
from icd9_review.training.finetune.batches import Collator, NotesByLength
from icd9_review.training.finetune.checkpoints import (
    STATE,
    last_checkpoint,
    rehome,
    step_of,
    stopped_early,
)
from icd9_review.training.finetune.dataset import WindowedNotes
from icd9_review.training.finetune.laps import LapLog
from icd9_review.training.finetune.objective import Objective, best_f1, largest_logits
from icd9_review.training.finetune.recipe import Goal, Precision, Recipe

_LOGGED = 20  # at least so often between two checkpoints; by judgement
_KEPT = 2  # checkpoints: the last, and the best


@dataclass(frozen=True, slots=True)
class Material:
    """What is trained on: windowed notes of both splits, and how they become batches."""

    train: WindowedNotes
    validation: WindowedNotes
    collator: Collator


@dataclass(frozen=True, slots=True)
class Trained:
    """The outcome: the best checkpoint's weights are in the model that was given."""

    steps: int
    planned_steps: int
    epochs: float
    best_step: int
    best_value: float
    history: tuple[dict[str, Any], ...]


class NoteTrainer(Trainer):
    """Forwards a batch's windows together and takes each note's largest logits for the loss.

    With label attention the windows of a note have one logit for each label together.
    """

    def __init__(self, objective: Objective, lengths: list[int], **given: Any) -> None:
        super().__init__(**given)
        self._attended = isinstance(given["model"], LabelAttentionModel)
        self._objective = objective
        self._lengths = lengths
        # The loss is a mean, so it is divided by the number of accumulated batches.
        self.model_accepts_loss_kwargs = False

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,  # noqa: ARG002, the Trainer's signature
    ) -> Any:
        """The loss of the notes; with their logits of shape (notes, labels) where asked for."""
        pieces = {name: inputs[name] for name in ("input_ids", "attention_mask")}
        if self._attended:
            logits = model(**pieces, windows=inputs["windows"]).logits.float()
        else:
            logits = largest_logits(model(**pieces).logits, inputs["windows"])
        loss = self._objective(logits, inputs["labels"])
        return (loss, {"loss": loss, "logits": logits}) if return_outputs else loss

    def _get_train_sampler(self, train_dataset: Any = None) -> Sampler[int]:  # noqa: ARG002
        step = self.args.train_batch_size * self.args.gradient_accumulation_steps
        return NotesByLength(self._lengths, step, self.args.seed)


class Diary(TrainerCallback):
    """Notes a lap at every checkpoint, and stops a training whose loss is no number."""

    def __init__(self, laps: LapLog) -> None:
        self._laps = laps

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
        self._laps.lap("training", state.global_step)

    def on_log(self, args: Any, state: Any, control: Any, **given: Any) -> None:  # noqa: ARG002
        loss = given.get("logs", {}).get("loss", 0.0)
        if not math.isfinite(loss):
            raise ReviewError(
                f"the loss is {loss} at step {state.global_step:,}; use a new --output with a "
                "smaller --learning-rate or with --precision fp32"
            )


def choose_precision(asked: Precision, *, gpu: bool, supported: bool) -> Precision:
    """BF16 or FP32; raises InputError where bfloat16 is asked for and cannot be had."""
    if asked is Precision.BF16 and not (gpu and supported):
        raise InputError("--precision bf16 needs a GPU that supports bfloat16; use auto or fp32")
    if asked is Precision.AUTO:
        return Precision.BF16 if gpu and supported else Precision.FP32
    return asked


def precision_here(asked: Precision) -> Precision:
    """What is computed in on this machine."""
    gpu = torch.cuda.is_available()
    supported = gpu and torch.cuda.is_bf16_supported(including_emulation=False)
    return choose_precision(asked, gpu=gpu, supported=supported)


def train_model(
    model: NoteNetwork,
    recipe: Recipe,
    material: Material,
    folder: Path,
    laps: LapLog,
    report: Callable[[str], None],
) -> Trained:
    """Train to the end, from the last whole checkpoint in ``folder`` where there is one.

    Afterwards the model holds the weights of the best checkpoint on the validation split.
    """
    checkpoint = last_checkpoint(folder)
    if checkpoint:
        rehome(checkpoint)
        report(f"going on from step {step_of(checkpoint):,}")
    if checkpoint and stopped_early(checkpoint, recipe.patience):
        state = TrainerState.load_from_json(str(checkpoint / STATE))
        model.load_state_dict(load_file(Path(state.best_model_checkpoint or checkpoint) / WEIGHTS))
        return _outcome(state)
    trainer = _trainer(model, recipe, material, folder, laps)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    return _outcome(trainer.state)


def _trainer(
    model: NoteNetwork,
    recipe: Recipe,
    material: Material,
    folder: Path,
    laps: LapLog,
) -> NoteTrainer:
    if recipe.save_memory:
        _save_memory(model)
    return NoteTrainer(
        objective=Objective.of(recipe),
        lengths=material.train.lengths(),
        model=model,
        args=_arguments(recipe, folder),
        train_dataset=material.train,
        eval_dataset=material.validation,
        data_collator=material.collator,
        compute_metrics=best_f1,
        callbacks=[EarlyStoppingCallback(recipe.patience), Diary(laps)],
    )


def _outcome(state: TrainerState) -> Trained:
    return Trained(
        steps=state.global_step,
        planned_steps=state.max_steps,
        epochs=float(state.epoch or 0),
        best_step=int(state.best_global_step or state.global_step),
        best_value=float(state.best_metric or 0),
        history=tuple(state.log_history),
    )


def _save_memory(model: Any) -> None:
    """Keep layers' inputs alone for the way back; transformers renamed this within release 5."""
    network = model.encoder if isinstance(model, LabelAttentionModel) else model
    enable = getattr(network, "activation_checkpointing_enable", None)
    (enable or network.gradient_checkpointing_enable)({"use_reentrant": False})


def _arguments(recipe: Recipe, folder: Path) -> TrainingArguments:
    return TrainingArguments(
        output_dir=str(folder.resolve()),
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.batch,
        per_device_eval_batch_size=recipe.batch,
        gradient_accumulation_steps=recipe.accumulate,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=0.1,  # of all steps
        weight_decay=0.01,  # as BERT was trained (Devlin et al. 2019)
        bf16=precision_here(recipe.precision) is Precision.BF16,
        tf32=False,  # float32 means float32; bfloat16 is the faster choice
        eval_strategy="steps",
        eval_steps=recipe.checkpoint_steps,
        save_strategy="steps",
        save_steps=recipe.checkpoint_steps,
        save_total_limit=_KEPT,
        load_best_model_at_end=True,
        metric_for_best_model="eval_f1" if recipe.goal is Goal.F1 else "eval_loss",
        greater_is_better=recipe.goal is Goal.F1,
        restore_callback_states_from_checkpoint=True,
        logging_steps=min(_LOGGED, recipe.checkpoint_steps),
        logging_nan_inf_filter=False,
        report_to="none",
        disable_tqdm=False,
        remove_unused_columns=False,
        label_names=["labels"],
        dataloader_pin_memory=torch.cuda.is_available(),
        seed=recipe.seed,
        data_seed=recipe.seed,
    )
