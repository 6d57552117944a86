"""The loss is that of notes, and agrees with its definition."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sklearn.metrics import f1_score
from torch.nn.functional import binary_cross_entropy_with_logits

from icd9_review.training.finetune.objective import Objective, best_f1, largest_logits
from icd9_review.training.finetune.recipe import LossFunction, Recipe

LOGITS = torch.tensor([[2.0, -1.0, 0.3], [-0.5, 0.2, -3.0]])
TARGETS = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]])


def test_a_note_has_the_largest_logit_of_its_windows_and_the_gradient_goes_there() -> None:
    windows = torch.tensor([[1.0, 5.0], [3.0, 4.0], [2.0, 0.0]], requires_grad=True)
    notes = largest_logits(windows, torch.tensor([2, 1]))
    assert notes.tolist() == [[3.0, 5.0], [2.0, 0.0]]
    (gradient,) = torch.autograd.grad(notes.sum(), windows)
    assert gradient.tolist() == [[0, 1], [1, 0], [1, 1]]


def test_half_precision_logits_become_float32() -> None:
    found = largest_logits(torch.ones((1, 2), dtype=torch.bfloat16), torch.tensor([1]))
    assert found.dtype == torch.float32


def test_bce_is_torchs() -> None:
    expected = binary_cross_entropy_with_logits(LOGITS, TARGETS)
    assert Objective.of(Recipe("base"))(LOGITS, TARGETS) == pytest.approx(expected.item())


def test_a_positive_weight_is_that_of_torch() -> None:
    weight = torch.full((3,), 4.0)
    expected = binary_cross_entropy_with_logits(LOGITS, TARGETS, pos_weight=weight)
    found = Objective.of(Recipe("base", positive_weight=4.0))(LOGITS, TARGETS)
    assert found.item() == pytest.approx(expected.item())


@pytest.mark.parametrize("gamma", [0.5, 2.0])
def test_focal_loss_is_that_of_its_paper(gamma: float) -> None:
    right = torch.where(TARGETS > 0, torch.sigmoid(LOGITS), 1 - torch.sigmoid(LOGITS))
    expected = (-((1 - right) ** gamma) * right.log()).mean()
    found = Objective(LossFunction.FOCAL, gamma, 1.0)(LOGITS, TARGETS)
    assert found.item() == pytest.approx(expected.item(), rel=1e-5)


def test_focal_loss_without_gamma_is_cross_entropy() -> None:
    bce = Objective(LossFunction.BCE, 2.0, 1.0)(LOGITS, TARGETS)
    assert Objective(LossFunction.FOCAL, 0.0, 1.0)(LOGITS, TARGETS) == pytest.approx(bce.item())


def test_the_watched_f1_is_that_of_scikit_learn_at_its_best_threshold() -> None:
    draw = np.random.default_rng(4)
    logits, truth = draw.normal(size=(20, 6)), draw.random((20, 6)) < 0.3
    cuts = np.arange(0.05, 1.0, 0.05)
    expected = max(
        f1_score(truth, logits >= np.log(cut / (1 - cut)), average="micro", zero_division=0)
        for cut in cuts
    )
    found = best_f1(SimpleNamespace(predictions=logits, label_ids=truth.astype(np.float32)))
    assert found["f1"] == pytest.approx(expected)


def test_nothing_true_and_nothing_found_is_nought() -> None:
    empty = SimpleNamespace(predictions=np.full((2, 3), -9.0), label_ids=np.zeros((2, 3)))
    assert best_f1(empty) == {"f1": 0.0}


def test_focal_loss_of_what_is_sure_has_a_finite_gradient() -> None:
    logits = torch.tensor([[-20.0, 1.0]], requires_grad=True)
    loss = Objective(LossFunction.FOCAL, 0.5, 1.0)(logits, torch.tensor([[0.0, 1.0]]))
    (gradient,) = torch.autograd.grad(loss, logits)
    assert gradient.isfinite().all()
