"""Gradients along the path: those of autograd, whatever shares a pass, turn by turn."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from icd9_review.model.explaining import gradients
from icd9_review.model.explaining.gradients import Gradients, Path, Point
from icd9_review.model.reading.predictor import Predictor
from tests.tiny import CODES, NOTE

POINTS = [Point(0.1, (0, 3)), Point(0.5, (1,)), Point(0.9, (4, 2, 0)), Point(1.0, ())]


@pytest.fixture
def path(predictor: Predictor) -> Path:
    return Gradients(predictor).path(predictor.passages(NOTE)[0])


def logits(predictor: Predictor, embeddings: torch.Tensor) -> torch.Tensor:
    found: torch.Tensor = predictor.checkpoint.model(inputs_embeds=embeddings).logits
    return found


def test_each_label_at_each_point_has_its_own_gradient(predictor: Predictor, path: Path) -> None:
    found = Gradients(predictor).shares(path, POINTS)
    assert found.keys() == {(point.place, label) for point in POINTS for label in point.labels}
    for (place, label), shares in found.items():
        at = path.at([place]).requires_grad_()
        (gradient,) = torch.autograd.grad(logits(predictor, at)[0, label], at)
        expected = (gradient[0] * (path.end - path.start)).sum(dim=-1)
        np.testing.assert_allclose(shares, expected.numpy(), atol=1e-5)


def test_batches_of_one_point_find_the_same(
    predictor: Predictor, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = Gradients(predictor).shares(path, POINTS)
    monkeypatch.setattr(gradients, "_BATCH_PIECES", 1)
    alone = Gradients(predictor).shares(path, POINTS)
    assert alone.keys() == together.keys()
    for key, shares in together.items():
        np.testing.assert_allclose(alone[key], shares, atol=1e-5)


def test_the_path_leads_from_padding_to_what_is_predicted(predictor: Predictor, path: Path) -> None:
    ends = Gradients(predictor).logits(path, [0.0, 1.0])
    (read,) = predictor.score_passages(predictor.passages(NOTE)[:1])
    np.testing.assert_allclose(ends[1.0], read, atol=1e-4)
    assert np.abs(ends[1.0] - ends[0.0]).max() > 1


def test_a_pass_is_a_turn_and_none_lasts_for_an_explanation(
    predictor: Predictor, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = 0

    class Counted(type(predictor.turns)):  # type: ignore[misc]
        def __enter__(self) -> None:
            nonlocal taken
            taken += 1
            super().__enter__()

    monkeypatch.setattr(predictor, "turns", Counted())
    monkeypatch.setattr(gradients, "_BATCH_PIECES", path.length * 2)
    every = tuple(range(len(CODES)))
    Gradients(predictor).shares(path, [Point(place / 10, every) for place in range(6)])
    assert taken == 3 * (1 + len(CODES))


def test_nothing_wanted_reads_nothing(predictor: Predictor, path: Path) -> None:
    assert Gradients(predictor).shares(path, []) == {}
    assert Gradients(predictor).logits(path, []) == {}
