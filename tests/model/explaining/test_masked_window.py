"""A window without some of its words is read as the shorter text."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from icd9_review.model.explaining import embeddings
from icd9_review.model.explaining.deletion import keep, remove
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.explaining.masked_window import MaskedWindow
from icd9_review.model.explaining.window_method import ExplainedWindow
from icd9_review.model.reading.predictor import Predictor
from tests.tiny import NOTE


@pytest.fixture
def window(predictor: Predictor, explainer: Explainer) -> ExplainedWindow:
    return explainer.window(NOTE, predictor.score(NOTE).spans[0])


@pytest.fixture
def masked(explainer: Explainer, window: ExplainedWindow) -> MaskedWindow:
    return MaskedWindow(explainer.reader, window)


def test_each_row_is_the_window_without_the_words_that_are_not_there(
    predictor: Predictor, masked: MaskedWindow, window: ExplainedWindow
) -> None:
    count = len(window.words)
    masks = torch.ones(4, count)
    masks[1, 1] = masks[2, 3:] = 0
    masks[3] = 0
    readings = [
        window.passage,
        remove(window.passage, window.words[1:2]),
        keep(window.passage, window.words[:3]),
        keep(window.passage, []),
    ]
    np.testing.assert_allclose(masked(masks), predictor.score_passages(readings), atol=1e-4)


def test_batches_of_one_row_find_the_same(
    masked: MaskedWindow, window: ExplainedWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    masks = torch.rand(7, len(window.words), generator=torch.Generator().manual_seed(1)) > 0.4
    together = masked(masks)
    monkeypatch.setattr(embeddings, "_BATCH_PIECES", 1)
    np.testing.assert_allclose(masked(masks), together, atol=1e-5)
