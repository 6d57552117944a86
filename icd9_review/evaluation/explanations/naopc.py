"""Faithfulness that can be compared between models: the normalised area over the curve.

Edin et al., Normalized AOPC: Fixing Misleading Faithfulness Metrics for Feature Attribution
Explainability, ACL 2025 (2025.acl-long.86). Words are taken away one after the other in the order
of their weights; the area over the perturbation curve (AOPC) is the mean loss of probability
after each of them. What any order can reach differs between models and texts, so that an area
says little by itself: it is put between the least and the largest that an order reaches, found by
beam search as in the paper's NAOPC-beam. Words are taken away as in
`icd9_review.model.explaining.deletion`; the authors mask them instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from icd9_review.model.explaining.deletion import remove
from icd9_review.model.explaining.words import Word
from icd9_review.model.reading.predictor import Predictor
from icd9_review.model.reading.windows import Passage
from icd9_review.suggestions import sigmoid

BEAM = 5
"""Orders followed at once, as the authors' program has it; fewer in windows of many words."""

MOST_WORDS = 64
"""Words of a window at most; by judgement: the readings grow with their square."""

_READINGS = 1000  # of a search, about, up to 31 words, beyond that their square; by judgement
_LEVEL = 1e-6  # bounds that are no further apart say nothing of an order

_Taken = frozenset[int]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the largest area that an order of the words reaches, as far as was found."""

    lower: float
    upper: float

    def place(self, area: float) -> float:
        """Where an area lies between the two, 0 to 1; NaN where every order is alike.

        An order may go beyond what the search found: it is at the bound.
        """
        width = self.upper - self.lower
        if not width > _LEVEL:
            return math.nan
        return min(max((area - self.lower) / width, 0.0), 1.0)


class RemovalCurves:
    """What a code's probability loses in a passage, for any of its words taken away.

    Every choice of words is read once. ``losses`` reads several at a time.
    """

    def __init__(self, losses: Callable[[Sequence[_Taken]], Sequence[float]], words: int) -> None:
        self._read, self.words = losses, words
        self._known: dict[_Taken, float] = {}

    @classmethod
    def of(
        cls, predictor: Predictor, passage: Passage, code: str, words: Sequence[Word]
    ) -> RemovalCurves:
        """Of the raw probability that a model gives a code in a passage."""
        label = predictor.labels.index(code)

        def losses(choices: Sequence[_Taken]) -> Sequence[float]:
            shorter = (remove(passage, [words[place] for place in taken]) for taken in choices)
            logits = predictor.score_passages([passage, *shorter])[:, label]
            probabilities = sigmoid(logits)
            found: list[float] = (probabilities[0] - probabilities[1:]).tolist()
            return found

        return cls(losses, len(words))

    def losses(self, choices: Iterable[_Taken]) -> dict[_Taken, float]:
        """The losses of these choices; those that are new are read together."""
        wanted = list(dict.fromkeys(choices))
        new = [taken for taken in wanted if taken not in self._known]
        if new:
            self._known.update(zip(new, self._read(new), strict=True))
        return {taken: self._known[taken] for taken in wanted}

    def area(self, order: Sequence[int]) -> float:
        """The area over the curve of an order, which names every word by its place; NaN of none."""
        steps = [frozenset(order[: count + 1]) for count in range(len(order))]
        found = self.losses(steps)
        return sum(found.values()) / len(order) if order else math.nan

    def bounds(self) -> Bounds:
        """The least and the largest area, by beam search; NaN for no words and for too many."""
        if not 0 < self.words <= MOST_WORDS:
            return Bounds(math.nan, math.nan)
        beam = min(BEAM, max(1, _READINGS // self.words**2))
        return Bounds(-self._largest(-1.0, beam), self._largest(1.0, beam))

    def _largest(self, sign: float, beam: int) -> float:
        """The largest of sign times the area that a beam of orders reaches."""
        sums: dict[_Taken, float] = {frozenset(): 0.0}
        for _ in range(self.words):
            longer = {
                taken: [place for place in range(self.words) if place not in taken]
                for taken in sums
            }
            found = self.losses(taken | {place} for taken, left in longer.items() for place in left)
            reached: dict[_Taken, float] = {}
            for taken, left in longer.items():
                for place in left:
                    both = taken | {place}
                    value = sums[taken] + sign * found[both]
                    reached[both] = max(value, reached.get(both, -math.inf))
            best = sorted(reached, key=lambda taken: -reached[taken])[:beam]
            sums = {taken: reached[taken] for taken in best}
        return max(sums.values()) / self.words


@dataclass(frozen=True, slots=True)
class Naopc:
    """Of one explanation: the heaviest words first (high is good), the lightest first (low is).

    ``chance`` is the mean of orders by lot. NaN where it cannot be said.
    """

    comprehensiveness: float
    sufficiency: float
    chance: float


def measure_naopc(
    curves: RemovalCurves, bounds: Bounds, weights: Sequence[float], rng: np.random.Generator
) -> Naopc:
    """The figures of the weights of the words, beside as many orders by lot as BEAM."""
    if math.isnan(bounds.upper):
        return Naopc(math.nan, math.nan, math.nan)
    falling = sorted(range(len(weights)), key=lambda place: -weights[place])
    drawn = [rng.permutation(len(weights)).tolist() for _ in range(BEAM)]
    areas = [bounds.place(curves.area(order)) for order in (falling, falling[::-1], *drawn)]
    return Naopc(areas[0], areas[1], sum(areas[2:]) / len(drawn))
