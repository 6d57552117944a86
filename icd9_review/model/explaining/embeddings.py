"""A window as the embeddings of its word pieces, and what the model says of such rows.

Explaining begins at ``inputs_embeds``: attributing to a layer would hook the model that
other threads are predicting with. Every pass is one turn, so that nobody waits for more than
one of them, and one batch of rows is all that is in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import torch

from icd9_review.model.folder.checkpoint import embedding
from icd9_review.model.reading.forward import forward
from icd9_review.model.reading.predictor import Predictor
from icd9_review.model.reading.turns import Turns
from icd9_review.model.reading.windows import Passage

BASELINE = "[PAD] between [CLS] and [SEP]"
_BATCH_PIECES = 1024  # at once on a CPU: more were no faster (docs/performance.md)
_DEVICE_PIECES = 8192  # at once on a GPU; by judgement
_Entry = TypeVar("_Entry")

Logits: TypeAlias = npt.NDArray[np.float64]
"""Logits of rows: (rows, labels)."""


@dataclass(frozen=True, slots=True)
class Path:
    """The straight way from the baseline to a window: embeddings of shape (pieces, width).

    ``places`` are those of the pieces that are not special; None for all but the two ends.
    """

    start: torch.Tensor
    end: torch.Tensor
    places: tuple[int, ...] | None = None

    @property
    def length(self) -> int:
        """Word pieces, the special ones included."""
        return int(self.end.shape[0])

    @property
    def content(self) -> tuple[int, ...]:
        """Where the pieces of the text are among all."""
        return tuple(range(1, self.length - 1)) if self.places is None else self.places

    def at(self, places: Sequence[float]) -> torch.Tensor:
        """The embeddings at these places between 0 and 1: (places, pieces, width)."""
        along = torch.tensor(places, dtype=self.end.dtype, device=self.end.device)
        return torch.lerp(self.start, self.end, along[:, None, None])


class EmbeddingReader:
    """Reads embeddings with a predictor's model; shares the model and takes turns with it.

    ``let_pass`` is called before every turn, and may wait for what is more urgent.
    """

    def __init__(self, predictor: Predictor, let_pass: Callable[[], None] = lambda: None) -> None:
        self._predictor = predictor
        self._let_pass = let_pass
        self._model = predictor.checkpoint.model
        self._embedding = embedding(self._model)

    @property
    def spread(self) -> float:
        """The standard deviation of the numbers in the table of embeddings."""
        return float(self._embedding.weight.std())

    def path(self, passage: Passage) -> Path:
        """From padding between the special pieces to the pieces of the passage."""
        padding = (self._predictor.checkpoint.padding,) * len(passage.pieces)
        framed = self._predictor.framed(passage)
        empty = self._predictor.framed(replace(passage, pieces=padding))
        with torch.no_grad():
            ids = torch.tensor([empty, framed], device=self._model.device)
            start, end = self._embedding(ids)
        return Path(start, end, tuple(self._predictor.places(passage)))

    def framed(self, path: Path, kept: Sequence[int]) -> torch.Tensor:
        """The text of a path with these of its pieces alone, by their order: (pieces, width)."""
        content = path.content
        places = [content[number] for number in kept]
        size = self._predictor.windows.content if self._predictor.windows.attended else len(content)
        parts = [places[at : at + size] for at in range(0, len(places), max(1, size))] or [[]]
        return path.end[[place for part in parts for place in (0, *part, path.length - 1)]]

    def turn(self) -> Turns:
        """Held during one pass forward or back."""
        self._let_pass()
        return self._predictor.turns

    def forward(self, embedded: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        """Logits (rows, labels) of embeddings (rows, pieces, width), within the caller's turn.

        ``mask`` (rows, pieces) is 1 where a piece is one of the row's; None where all are.
        """
        return forward(self._model, mask, inputs_embeds=embedded)

    def logits(self, embedded: torch.Tensor, mask: torch.Tensor | None = None) -> Logits:
        """The same of one batch, in a turn of its own and without gradients."""
        with self.turn(), torch.no_grad():
            found: Logits = self.forward(embedded, mask).double().cpu().numpy()
        return found

    def batches(self, entries: Sequence[_Entry], length: int) -> Iterator[Sequence[_Entry]]:
        """Batches of like size; as many as a pass may take of rows with ``length`` pieces."""
        most = self.rows(length)
        count = -(-len(entries) // most)
        size = -(-len(entries) // max(1, count))
        for first in range(0, len(entries), max(1, size)):
            yield entries[first : first + size]

    def rows(self, length: int) -> int:
        """How many rows of so many pieces one pass may take, at least one."""
        budget = _BATCH_PIECES if self._model.device.type == "cpu" else _DEVICE_PIECES
        return max(1, budget // length)
