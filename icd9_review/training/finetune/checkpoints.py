"""Checkpoints of the Trainer on disk: which one a killed run goes on from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from icd9_review.model.folder.files import WEIGHTS
from icd9_review.training.finetune.workplace import replace_json

STATE = "trainer_state.json"
# In the order the Trainer writes them; a kill can come between any two.
_PARTS = (WEIGHTS, "optimizer.pt", "scheduler.pt", "rng_state.pth", STATE)


def last_checkpoint(folder: Path) -> Path | None:
    """The latest whole checkpoint; those a kill left half written are removed."""
    whole = []
    for path in folder.glob("checkpoint-*"):
        if _is_whole(path):
            whole.append(path)
        else:
            shutil.rmtree(path)
    return max(whole, key=step_of, default=None)


def rehome(checkpoint: Path) -> None:
    """Let a checkpoint find the best one beside it, also after the folder was moved.

    The Trainer keeps the whole path, and ends with the last weights where it leads nowhere.
    """
    state = read_state(checkpoint)
    if best := state.get("best_model_checkpoint"):
        here = str(checkpoint.resolve().parent / Path(best).name)
        if here != best:
            replace_json(checkpoint / STATE, {**state, "best_model_checkpoint": here})


def stopped_early(checkpoint: Path, patience: int) -> bool:
    """Whether the training had ended when this checkpoint was written, for want of a better one.

    The Trainer forgets that it was to stop when it goes on, and would train further.
    """
    callbacks = read_state(checkpoint).get("stateful_callbacks") or {}
    stopper = callbacks.get("EarlyStoppingCallback") or {}
    count = stopper.get("attributes", {}).get("early_stopping_patience_counter", 0)
    return bool(count >= patience)


def step_of(checkpoint: Path) -> int:
    """The step a checkpoint was written at."""
    return int(checkpoint.name.rpartition("-")[2])


def read_state(checkpoint: Path) -> dict[str, Any]:
    """The Trainer's state in a checkpoint: history, best metric and so on."""
    state: dict[str, Any] = json.loads((checkpoint / STATE).read_text("utf-8"))
    return state


def _is_whole(path: Path) -> bool:
    if not all((path / part).is_file() for part in _PARTS):
        return False
    try:
        return "global_step" in read_state(path)
    except ValueError:
        return False
