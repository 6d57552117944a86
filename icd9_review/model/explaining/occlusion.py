"""What a code's logit loses when one word is taken away: occlusion, word by word.

Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, 2014, section 2.1;
for words Li, Monroe and Jurafsky, Understanding Neural Networks through Representation
Erasure, 2016. Captum's `FeatureAblation` over the mask of a window's words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from captum.attr import FeatureAblation

from icd9_review.model.explaining.masked_window import MaskedWindow
from icd9_review.model.explaining.window_method import ExplainedWindow, Weighing, WindowMethod
from icd9_review.model.reading.predictor import Predictor
from icd9_review.values import Technique

METHOD = "occlusion by word (Captum)"
BASELINE = "the window without the word"


class Occlusion(WindowMethod):
    """Explains by reading a window once without each of its words, for all codes at once.

    Weights of words that mean the same add up to no change of the logit, so that there is no
    completeness error: ``delta`` is infinite, and no explanation holds. ``steps`` counts the
    readings.
    """

    method = METHOD

    def __init__(self, predictor: Predictor) -> None:
        technique = Technique(predictor.model_version, self.method, BASELINE, "pieces=closed up")
        super().__init__(predictor, technique)

    def weigh(self, window: ExplainedWindow, labels: Sequence[int]) -> dict[int, Weighing]:
        """See `WindowMethod.weigh`: what each label's logit loses without the word."""
        losses = self._losses(window, labels) if window.words and labels else [()] * len(labels)
        return {
            label: Weighing(tuple(lost), len(window.words) + 1, math.inf, holds=False)
            for label, lost in zip(labels, losses, strict=True)
        }

    def _losses(self, window: ExplainedWindow, labels: Sequence[int]) -> list[list[float]]:
        """Of each label, for each word."""
        masked = MaskedWindow(self.reader, window)
        every = torch.ones(1, len(window.words), dtype=torch.float64)
        losses: torch.Tensor = FeatureAblation(
            lambda there: masked(there)[:, list(labels)]
        ).attribute(every, perturbations_per_eval=self.reader.rows(window.path.length))
        found: list[list[float]] = losses.tolist()
        return found
