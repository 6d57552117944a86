"""Infidelity and sensitivity after Yeh et al.: of weights whose right value is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from icd9_review.model.explaining import fidelity
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.explaining.fidelity import measure_infidelity, measure_sensitivity
from icd9_review.model.explaining.masked_window import MaskedWindow
from icd9_review.model.explaining.occlusion import Occlusion
from icd9_review.model.explaining.window_method import ExplainedWindow
from icd9_review.model.reading.predictor import Predictor
from tests.tiny import CODES, NOTE

LABEL = CODES.index("428.0")


@pytest.fixture
def window(predictor: Predictor, explainer: Explainer) -> ExplainedWindow:
    return explainer.window(NOTE, predictor.score(NOTE).spans[0])


def test_infidelity_is_the_squared_distance_to_what_words_taken_away_cost(
    explainer: Explainer, window: ExplainedWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[torch.Tensor] = []
    read = MaskedWindow.__call__

    def remember(self: MaskedWindow, there: torch.Tensor) -> torch.Tensor:
        taken.append(1 - there)
        return read(self, there)

    monkeypatch.setattr(MaskedWindow, "__call__", remember)
    weights = np.linspace(-1, 2, len(window.words)).tolist()
    (found,) = measure_infidelity(explainer, window, LABEL, [weights], seed=3)
    away = next(each for each in taken if each.any())
    logits = read(MaskedWindow(explainer.reader, window), torch.cat([1 - away, 0 * away[:1] + 1]))
    losses = (logits[-1] - logits[:-1])[:, LABEL].numpy()
    assert len(away) == fidelity.CHOICES
    assert found == pytest.approx(float(np.mean((away.numpy() @ weights - losses) ** 2)), rel=1e-4)


def test_weights_of_the_explanation_are_truer_than_those_turned_round(
    explainer: Explainer, window: ExplainedWindow
) -> None:
    own = explainer.weigh(window, [LABEL])[LABEL].weights
    wrong = [-weight for weight in own]
    right, turned = measure_infidelity(explainer, window, LABEL, [own, wrong], seed=3)
    assert right < turned / 3


def test_an_explanation_moves_a_little_with_its_text_and_the_more_the_further(
    explainer: Explainer, window: ExplainedWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for radius in (0.0, 0.1, 0.5):
        monkeypatch.setattr(fidelity, "RADIUS", radius)
        found.append(measure_sensitivity(explainer, window, LABEL, seed=3))
    still, near, far = found
    assert still < 1e-5 < near < far


def test_occlusion_is_measured_alike(predictor: Predictor, window: ExplainedWindow) -> None:
    assert 0 < measure_sensitivity(Occlusion(predictor), window, LABEL, seed=3) < 1


def test_the_same_seed_gives_the_same_figures(
    explainer: Explainer, window: ExplainedWindow
) -> None:
    weights = [[1.0] * len(window.words)]
    infidelities = {
        measure_infidelity(explainer, window, LABEL, weights, seed) for seed in (1, 1, 2)
    }
    sensitivities = {measure_sensitivity(explainer, window, LABEL, seed) for seed in (1, 1, 2)}
    assert (len(infidelities), len(sensitivities)) == (2, 2)


def test_a_window_without_words_has_neither(explainer: Explainer, predictor: Predictor) -> None:
    empty = explainer.window("\x01", predictor.score("\x01").spans[0])
    assert empty.words == ()
    assert math.isnan(measure_infidelity(explainer, empty, LABEL, [[]], seed=3)[0])
    assert math.isnan(measure_sensitivity(explainer, empty, LABEL, seed=3))
