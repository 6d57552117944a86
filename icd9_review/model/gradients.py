"""Logits and gradients along the path from the baseline to a window, of many codes at once.

The path lies in ``inputs_embeds``: attributing to a layer would hook the model that other
threads are predicting with. Points of the path share a forward pass, and the codes share
it too: each has but a backward pass of its own. Every pass is one turn, so that nobody
waits for more than one of them, and one batch of points is all that is in memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import torch

from icd9_review.model.checkpoint import embedding
from icd9_review.model.forward import read
from icd9_review.model.path import Shares
from icd9_review.model.predictor import Predictor
from icd9_review.model.turns import Turns
from icd9_review.model.windows import Passage

BEGINNING = 0.0
"""The place of the baseline on every path."""

BASELINE = "[PAD] between [CLS] and [SEP]"
_BATCH_PIECES = 1024
_DEVICE_PIECES = 8192  # at once on a GPU

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


@dataclass(frozen=True, slots=True)
class _Asked:
    """A place on one of several paths, by number, and the labels wanted there."""

    number: int
    path: Path
    place: float
    labels: tuple[int, ...] = ()


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
        return self.logits_along([(path, places)])[0]

    def logits_along(
        self, wanted: Sequence[tuple[Path, Collection[float]]]
    ) -> list[dict[float, Logits]]:
        """The same for several paths, in their order; paths of equal length share passes."""
        found = [self._remembered(path, places) for path, places in wanted]
        asked = [
            _Asked(number, path, place)
            for number, (path, places) in enumerate(wanted)
            for place in places
            if place not in found[number]
        ]
        for batch in self._batches(asked):
            with self._turn(), torch.no_grad():
                rows = self._forward(_embeddings(batch)).double().cpu().numpy()
            for one, row in zip(batch, rows, strict=True):
                found[one.number][one.place] = row
        return found

    def _remembered(self, path: Path, places: Collection[float]) -> dict[float, Logits]:
        """The logits of the baseline, which paths of equal length share.

        They are read by themselves, so that every explanation gets the same ones.
        """
        if BEGINNING not in places:
            return {}
        if path.length not in self._baselines:
            with self._turn(), torch.no_grad():
                (row,) = self._forward(path.start[None]).double().cpu().numpy()
            self._baselines[path.length] = row
        return {BEGINNING: self._baselines[path.length]}

    def shares(self, path: Path, points: Iterable[Point]) -> dict[tuple[float, int], Shares]:
        """For each (place, label) wanted: the gradient there times the way, summed by piece."""
        return self.shares_along([(path, points)])[0]

    def shares_along(
        self, wanted: Sequence[tuple[Path, Iterable[Point]]]
    ) -> list[dict[tuple[float, int], Shares]]:
        """The same for several paths, in their order; paths of equal length share passes."""
        found: list[dict[tuple[float, int], Shares]] = [{} for _ in wanted]
        asked = [
            _Asked(number, path, point.place, point.labels)
            for number, (path, points) in enumerate(wanted)
            for point in points
            if point.labels
        ]
        for batch in self._batches(asked):
            for one, label, shares in self._read(batch):
                found[one.number][one.place, label] = shares
        return found

    def _read(self, batch: Sequence[_Asked]) -> Iterator[tuple[_Asked, int, Shares]]:
        """One forward pass, and as many backward ones as a point has labels.

        Points do not touch each other, so that one backward pass serves another label at
        each of them.
        """
        inputs = _embeddings(batch).requires_grad_()
        ways = torch.stack([one.path.end - one.path.start for one in batch])
        with self._turn(), torch.enable_grad():
            logits = self._forward(inputs)
        rounds = max(len(one.labels) for one in batch)
        for number in range(rounds):
            wanted = [
                (row, one.labels[number])
                for row, one in enumerate(batch)
                if number < len(one.labels)
            ]
            rows = self._backward(ways, inputs, logits, wanted, keep=number + 1 < rounds)
            for row, label in wanted:
                yield batch[row], label, rows[row]

    def _backward(
        self,
        ways: torch.Tensor,
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
            shares = (gradient * ways).sum(dim=-1)
        found: npt.NDArray[np.float64] = shares.double().cpu().numpy()
        return found

    def _forward(self, embedded: torch.Tensor) -> torch.Tensor:
        return read(self._model, None, inputs_embeds=embedded)

    def _turn(self) -> Turns:
        self._let_pass()
        return self._predictor.turns

    def _batches(self, asked: Iterable[_Asked]) -> Iterator[Sequence[_Asked]]:
        """Batches of equal lengths, so that nothing is padding, within the budget of pieces."""
        budget = _BATCH_PIECES if self._model.device.type == "cpu" else _DEVICE_PIECES
        by_length: dict[int, list[_Asked]] = defaultdict(list)
        for one in asked:
            by_length[one.path.length].append(one)
        for length, entries in by_length.items():
            entries.sort(key=lambda one: -len(one.labels))
            most = max(1, budget // length)
            size = -(-len(entries) // -(-len(entries) // most))  # of like size
            for first in range(0, len(entries), size):
                yield entries[first : first + size]


def _embeddings(batch: Sequence[_Asked]) -> torch.Tensor:
    """Where the points of a batch lie: (points, pieces, width)."""
    starts, ends = (
        torch.stack([getattr(one.path, end) for one in batch]) for end in ("start", "end")
    )
    places = torch.tensor([one.place for one in batch], dtype=ends.dtype, device=ends.device)
    return torch.lerp(starts, ends, places[:, None, None])
