"""What is minimised, and what is watched: over notes, not windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from icd9_review.training.finetune.recipe import LossFunction, Recipe

# Logits of the probabilities 0.05, 0.10 … 0.95; by judgement fine enough to tell checkpoints.
_GRID = np.log(np.arange(0.05, 1.0, 0.05) / (1 - np.arange(0.05, 1.0, 0.05)))


def largest_logits(logits: torch.Tensor, windows: torch.Tensor) -> torch.Tensor:
    """Every note's largest logit by label, as float32 of shape (notes, labels).

    ``logits`` is (windows, labels) with the windows of a note side by side; ``windows`` counts
    them note by note. The gradient flows to the window that has the largest.
    """
    parts = torch.split(logits.float(), windows.tolist())
    return torch.stack([part.amax(dim=0) for part in parts])


@dataclass(frozen=True, slots=True)
class Objective:
    """The loss of notes' logits against their codes, averaged over notes and labels.

    Focal loss is (1 - p)^gamma times the cross-entropy, where p is the probability given to
    what is true; ``positive_weight`` multiplies the loss of codes that are there.
    """

    loss: LossFunction
    gamma: float
    positive_weight: float

    @classmethod
    def of(cls, recipe: Recipe) -> Objective:
        """The objective of a recipe."""
        return cls(recipe.loss, recipe.focal_gamma, recipe.positive_weight)

    def __call__(self, logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Both of shape (notes, labels); targets are 0 or 1."""
        losses = binary_cross_entropy_with_logits(logits, targets, reduction="none")
        weights = torch.where(targets > 0, self.positive_weight, 1.0)
        if self.loss is LossFunction.FOCAL:
            missing = -torch.expm1(-losses)  # 1 - p, exact where it is small
            # At 0 the gradient of a power below 1 is infinite, and clipping makes NaN of it.
            weights = weights * missing.clamp_min(torch.finfo(losses.dtype).tiny) ** self.gamma
        return (weights * losses).mean()


def best_f1(prediction: Any) -> dict[str, float]:
    """``f1`` of a prediction of transformers: micro-F1 at the best of one threshold for all.

    The grid is probabilities 0.05 to 0.95. The thresholds of the finished folder are fitted
    later, on the whole notes; this one only tells checkpoints apart.
    """
    logits, truth = np.asarray(prediction.predictions), np.asarray(prediction.label_ids) > 0
    return {"f1": max(_micro_f1(logits >= cut, truth) for cut in _GRID)}


def _micro_f1(chosen: np.ndarray[Any, Any], truth: np.ndarray[Any, Any]) -> float:
    found = int(np.count_nonzero(chosen & truth))
    total = int(np.count_nonzero(chosen)) + int(np.count_nonzero(truth))
    return 2 * found / total if total else 0.0
