"""What is compared with: the usual snippet for prediction, and Captum with fixed steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from captum.attr import LayerIntegratedGradients

from icd9_review.model.folder.checkpoint import embedding
from icd9_review.model.reading.predictor import Predictor
from icd9_review.model.reading.windows import Passage

_LENGTH = 512  # the pieces that BERT was made for (Devlin et al. 2019)
_STEPS = 50  # Captum's default


class StockPrediction:
    """One note at a time, cut and padded to 512 pieces."""

    def __init__(self, predictor: Predictor) -> None:
        self._checkpoint = predictor.checkpoint
        self._model: Any = predictor.checkpoint.model
        config = self._model.config
        self.length = min(_LENGTH, config.max_position_embeddings)

    def predict(self, text: str, threshold: float = 0.8) -> list[str]:
        """The codes of a note."""
        pieces = self._checkpoint.tokenizer.encode(text, add_special_tokens=False).ids
        framed = [self._checkpoint.first, *pieces[: self.length - 2], self._checkpoint.last]
        ids = torch.full((1, self.length), self._checkpoint.padding)
        mask = torch.zeros((1, self.length), dtype=torch.long)
        ids[0, : len(framed)] = torch.tensor(framed)
        mask[0, : len(framed)] = 1
        with torch.no_grad():
            logits = self._model(input_ids=ids, attention_mask=mask).logits
        chosen = (torch.sigmoid(logits) > threshold).nonzero()[:, 1]
        return [self._model.config.id2label[int(label)] for label in chosen]


class StockExplanation:
    """Captum's layer integrated gradients, 50 steps, one call for each code."""

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._model: Any = predictor.checkpoint.model
        self._gradients = LayerIntegratedGradients(
            lambda ids: self._model(input_ids=ids).logits, embedding(self._model)
        )

    def explain(self, passage: Passage, codes: Sequence[str]) -> list[npt.NDArray[np.float64]]:
        """The share of every piece of a window, special ones included, for each code."""
        point = self._predictor.checkpoint
        ids = self._predictor.framed(passage)
        empty = [point.first, *[point.padding] * (len(ids) - 2), point.last]
        row, baseline = torch.tensor([ids]), torch.tensor([empty])
        found = []
        for code in codes:
            label = self._predictor.labels.index(code)
            shares: Any = self._gradients.attribute(
                row, baselines=baseline, target=label, n_steps=_STEPS
            )
            found.append(shares[0].sum(dim=-1).detach().double().numpy())
        return found
