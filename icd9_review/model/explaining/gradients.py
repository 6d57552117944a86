"""Captum's integrated gradients of segments of a path, of many codes at once.

Each segment is a row of one call of `captum.attr.IntegratedGradients`: from where it begins
to where it ends, by one Gauss-Legendre point, for the label of the row. Attributions of
segments that lie side by side add up to that of the whole path. Where Captum would read
every row by itself, the labels of a segment share its pass forward here: each has but a pass
back of its own. Points, weights and multiplication are Captum's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from captum.attr import IntegratedGradients

from icd9_review.model.explaining.embeddings import EmbeddingReader, Logits, Path
from icd9_review.model.explaining.path import WHOLE, Segment, Shares

SegmentRow: TypeAlias = tuple[Segment, int]
"""A segment of the path, and the label whose logit is attributed."""


class SegmentGradients:
    """Attributes labels' changes over segments to the pieces of a window."""

    def __init__(self, reader: EmbeddingReader) -> None:
        self._reader = reader
        self._baselines: dict[int, Logits] = {}  # by length

    def logits(self, path: Path, places: Sequence[float]) -> dict[float, Logits]:
        """All labels' logits at each of these places: (labels,)."""
        found = self._remembered(path) if WHOLE.start in places else {}
        wanted = [place for place in places if place not in found]
        for batch in self._reader.batches(wanted, path.length):
            found.update(zip(batch, self._reader.logits(path.at(batch)), strict=True))
        return found

    def _remembered(self, path: Path) -> dict[float, Logits]:
        """The logits of the baseline, which all paths of one length share.

        They are read by themselves, so that every explanation gets the same ones.
        """
        if path.length not in self._baselines:
            (self._baselines[path.length],) = self._reader.logits(path.start[None])
        return {WHOLE.start: self._baselines[path.length]}

    def shares(
        self, path: Path, wanted: Mapping[Segment, Sequence[int]]
    ) -> dict[SegmentRow, Shares]:
        """For each segment and each label wanted of it, the share of every piece."""
        found: dict[SegmentRow, Shares] = {}
        ordered = sorted(
            (entry for entry in wanted.items() if entry[1]), key=lambda entry: -len(entry[1])
        )
        for batch in self._reader.batches(ordered, path.length):
            rounds = _share_out(batch)
            rows = [row for each in rounds for row in each]
            found.update(zip(rows, self._attribute(path, rounds), strict=True))
        return found

    def _attribute(
        self, path: Path, rounds: Sequence[Sequence[SegmentRow]]
    ) -> npt.NDArray[np.float64]:
        """Shares of shape (rows, pieces), round by round."""
        segments = [segment for segment, _ in rounds[0]]
        starts = path.at([segment.start for segment in segments])
        ends = path.at([segment.end for segment in segments])
        counts = tuple(len(each) for each in rounds)
        method = IntegratedGradients(self._reader.forward)
        method.gradient_func = SharedPasses(counts, self._reader.turn)
        shares: torch.Tensor = method.attribute(
            inputs=torch.cat([ends[:count] for count in counts]),
            baselines=torch.cat([starts[:count] for count in counts]),
            target=[label for each in rounds for _, label in each],
            n_steps=1,
            method="gausslegendre",
        )
        found: npt.NDArray[np.float64] = shares.sum(dim=-1).double().cpu().numpy()
        return found


@dataclass(frozen=True, slots=True)
class SharedPasses:
    """Takes the place of ``IntegratedGradients.gradient_func`` for one call.

    The rows of a call come in rounds of ``counts`` rows. The first round has every point
    there is; another has the first of these again, in the same order, for other labels. So
    the first round is read once, and each round is a pass back from its labels. Points do
    not touch each other, so that one pass serves another label at each of them.
    """

    counts: tuple[int, ...]
    turn: Callable[[], AbstractContextManager[None]]

    def __call__(
        self,
        forward_fn: Callable[[torch.Tensor], torch.Tensor],
        inputs: tuple[torch.Tensor],
        target_ind: Sequence[int],
        **_: object,
    ) -> tuple[torch.Tensor]:
        """The gradient of each row's label at the row: (rows, pieces, width)."""
        points = inputs[0][: self.counts[0]].detach().requires_grad_()
        with self.turn(), torch.enable_grad():
            logits = forward_fn(points)
        labels = iter(target_ind)
        last = len(self.counts) - 1
        found = [
            self._backward(points, logits, list(islice(labels, count)), keep=number < last)
            for number, count in enumerate(self.counts)
        ]
        return (torch.cat(found),)

    def _backward(
        self, points: torch.Tensor, logits: torch.Tensor, labels: Sequence[int], *, keep: bool
    ) -> torch.Tensor:
        seed = torch.zeros_like(logits)
        seed[torch.arange(len(labels)), labels] = 1.0
        with self.turn():
            (gradient,) = torch.autograd.grad(logits, points, seed, retain_graph=keep)
        return gradient[: len(labels)]


def _share_out(batch: Sequence[tuple[Segment, Sequence[int]]]) -> list[list[SegmentRow]]:
    """Rows in rounds with one label of each segment; those with most labels come first."""
    labels = zip_longest(*(wanted for _, wanted in batch))
    return [
        [
            (segment, label)
            for (segment, _), label in zip(batch, each, strict=True)
            if label is not None
        ]
        for each in labels
    ]
