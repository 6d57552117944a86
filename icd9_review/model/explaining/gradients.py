"""Logits and gradients along the path from the baseline to a window, of many codes at once.

The path lies in ``inputs_embeds``: attributing to a layer would hook the model that other
threads are predicting with. Points of the path share a forward pass, and the codes share
it too: each has but a backward pass of its own. Every pass is one turn, so that nobody
waits for more than one of them, and one batch of points is all that is in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import torch

from icd9_review.model.explaining.path import Shares
from icd9_review.model.folder.checkpoint import embedding
from icd9_review.model.reading.forward import forward
from icd9_review.model.reading.predictor import Predictor
from icd9_review.model.reading.turns import Turns
from icd9_review.model.reading.windows import Passage

BASELINE = "[PAD] between [CLS] and [SEP]"
_BASELINE = 0.0  # its place on every path
_BATCH_PIECES = 1024
_DEVICE_PIECES = 8192  # at once on a GPU
_Entry = TypeVar("_Entry")

Logits: TypeAlias = npt.NDArray[np.float64]
"""All labels' logits at one place: (labels,)."""


@dataclass(frozen=True, slots=True)
class Path:
    """The straight way from the baseline to a window: embeddings of shape (pieces, width)."""

    start: torch.Tensor
    end: torch.Tensor

    @property
    def length(self) -> int:
        """Word pieces, the special ones included."""
        return int(self.end.shape[0])

    def at(self, places: Sequence[float]) -> torch.Tensor:
        """The embeddings at these places between 0 and 1: (places, pieces, width)."""
        along = torch.tensor(places, dtype=self.end.dtype, device=self.end.device)
        return torch.lerp(self.start, self.end, along[:, None, None])


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the path, and the labels whose gradients are wanted there."""

    place: float
    labels: tuple[int, ...]


class Gradients:
    """Reads a predictor's model along paths; shares the model and takes turns with it.

    ``let_pass`` is called before every turn, and may wait for what is more urgent.
    """

    def __init__(self, predictor: Predictor, let_pass: Callable[[], None] = lambda: None) -> None:
        self._predictor = predictor
        self._let_pass = let_pass
        self._model = predictor.checkpoint.model
        self._embedding = embedding(self._model)
        self._baselines: dict[int, Logits] = {}  # by length

    def path(self, passage: Passage) -> Path:
        """From padding between the special pieces to the pieces of the passage."""
        checkpoint = self._predictor.checkpoint
        framed = self._predictor.framed(passage)
        empty = [checkpoint.first, *[checkpoint.padding] * len(passage.pieces), checkpoint.last]
        with torch.no_grad():
            ids = torch.tensor([empty, framed], device=self._model.device)
            start, end = self._embedding(ids)
        return Path(start, end)

    def logits(self, path: Path, places: Collection[float]) -> dict[float, Logits]:
        """All labels' logits at each of these places, without gradients."""
        found = self._remembered(path) if _BASELINE in places else {}
        for batch in self._batches(path, [place for place in places if place not in found]):
            with self._turn(), torch.no_grad():
                rows = self._forward(path.at(batch)).double().cpu().numpy()
            found.update(zip(batch, rows, strict=True))
        return found

    def _remembered(self, path: Path) -> dict[float, Logits]:
        """The logits of the baseline, which all paths of one length share.

        They are read by themselves, so that every explanation gets the same ones.
        """
        if path.length not in self._baselines:
            with self._turn(), torch.no_grad():
                (row,) = self._forward(path.start[None]).double().cpu().numpy()
            self._baselines[path.length] = row
        return {_BASELINE: self._baselines[path.length]}

    def shares(self, path: Path, points: Iterable[Point]) -> dict[tuple[float, int], Shares]:
        """For each (place, label) wanted: the gradient there times the way, summed by piece."""
        found: dict[tuple[float, int], Shares] = {}
        wanted = (point for point in points if point.labels)
        ordered = sorted(wanted, key=lambda point: -len(point.labels))
        for batch in self._batches(path, ordered):
            found.update(self._read(path, batch))
        return found

    def _read(
        self, path: Path, batch: Sequence[Point]
    ) -> Iterator[tuple[tuple[float, int], Shares]]:
        """One forward pass, and as many backward ones as a point has labels.

        Points do not touch each other, so that one backward pass serves another label at
        each of them.
        """
        inputs = path.at([point.place for point in batch]).requires_grad_()
        with self._turn(), torch.enable_grad():
            logits = self._forward(inputs)
        rounds = max(len(point.labels) for point in batch)
        for number in range(rounds):
            wanted = [
                (row, point.labels[number])
                for row, point in enumerate(batch)
                if number < len(point.labels)
            ]
            rows = self._backward(path, inputs, logits, wanted, keep=number + 1 < rounds)
            for row, label in wanted:
                yield (batch[row].place, label), rows[row]

    def _backward(
        self,
        path: Path,
        inputs: torch.Tensor,
        logits: torch.Tensor,
        wanted: Sequence[tuple[int, int]],
        *,
        keep: bool,
    ) -> npt.NDArray[np.float64]:
        """Shares of shape (points, pieces), each row for the label that is wanted of it."""
        seed = torch.zeros_like(logits)
        for row, label in wanted:
            seed[row, label] = 1.0
        with self._turn():
            (gradient,) = torch.autograd.grad(logits, inputs, seed, retain_graph=keep)
            shares = torch.einsum("npw,pw->np", gradient, path.end - path.start)
        found: npt.NDArray[np.float64] = shares.double().cpu().numpy()
        return found

    def _forward(self, embedded: torch.Tensor) -> torch.Tensor:
        return forward(self._model, None, inputs_embeds=embedded)

    def _turn(self) -> Turns:
        self._let_pass()
        return self._predictor.turns

    def _batches(self, path: Path, entries: Sequence[_Entry]) -> Iterator[Sequence[_Entry]]:
        """Batches of like size within the budget of pieces."""
        budget = _BATCH_PIECES if self._model.device.type == "cpu" else _DEVICE_PIECES
        most = max(1, budget // path.length)
        count = -(-len(entries) // most)
        size = -(-len(entries) // max(1, count))
        for first in range(0, len(entries), max(1, size)):
            yield entries[first : first + size]
