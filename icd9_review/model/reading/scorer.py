"""Many notes to one matrix of logits, for fitting and measuring; on a GPU where there is one.

The notes are read by the product's own predictor, so that what is measured is what people
get: whole, in windows, each code's largest logit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.model.reading.windows import count_read
from icd9_review.values import Calibration

_NOTES = 32  # whose windows share batches; by judgement


class ModelScorer:
    """A model folder as ``evaluation/readings.py`` measures it."""

    def __init__(self, predictor: Predictor) -> None:
        self.predictor = predictor

    @property
    def labels(self) -> tuple[str, ...]:
        """The dotted codes the model knows, in the order of its outputs."""
        return self.predictor.labels

    @property
    def thresholds(self) -> tuple[float, ...]:
        """From which probability each code is suggested."""
        return self.predictor.version.thresholds

    @property
    def calibration(self) -> Calibration | None:
        """The folder's calibration, if it has one."""
        return self.predictor.version.calibration

    def logits(self, texts: Iterable[str]) -> npt.NDArray[np.float32]:
        """Logits of shape (notes, labels), within 1e-4 of the app's; few texts in memory at once.

        Raises NoteError for a text that the model cannot take.
        """
        return self.judged_logits(texts)[0]

    def judged_logits(
        self, texts: Iterable[str]
    ) -> tuple[npt.NDArray[np.float32], list[frozenset[int]]]:
        """The same, and of each note the places of the labels that the folder's judge demotes."""
        rows, demoted = [], []
        for some in _groups(texts):
            for scores in self.predictor.score_many(some):
                rows.append(scores.logits)
                demoted.append(frozenset(scores.demoted))
        none = np.empty((0, len(self.labels)), dtype=np.float32)
        return np.stack(rows) if rows else none, demoted

    def share_read(self, text: str) -> float:
        """The share of a text's code points that stand in at least one window."""
        return count_read(self.predictor.passages(text)) / len(text)


def load_scorer(folder: Path, device: torch.device | None = None) -> ModelScorer:
    """Load a model folder to a device; None takes the first GPU, or the CPU.

    Raises ModelFolderError for a folder that breaks the contract of docs/model-folder.md.
    """
    predictor = load_predictor(folder)
    chosen = device or torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model: Any = predictor.checkpoint.model  # to is untyped in transformers
    model.to(chosen)
    return ModelScorer(predictor)


def _groups(texts: Iterable[str]) -> Iterator[tuple[str, ...]]:
    left = iter(texts)
    while group := tuple(islice(left, _NOTES)):
        yield group
