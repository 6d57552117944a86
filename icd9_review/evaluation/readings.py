"""Measuring a model on labelled notes by the scoring rule, and choosing its threshold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from icd9_review.evaluation.notes import LabelledNote
from icd9_review.evaluation.scoring import Counts, Label, count_notes
from icd9_review.values import Suggestion

_GRID = tuple(step / 100 for step in range(5, 96, 5))


class Reader(Protocol):
    """What reads a note: the predictor of a model folder."""

    @property
    def labels(self) -> Sequence[str]:
        """The dotted codes the model knows."""

    def predict(self, text: str) -> Sequence[Suggestion]:
        """Every label of the model with its probability."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A labelled note and the probability the model gave every code."""

    probabilities: dict[str, float]
    labels: tuple[Label, ...]

    def at(self, threshold: float) -> list[str]:
        """The codes at or above the threshold."""
        return [code for code, value in self.probabilities.items() if value >= threshold]


def read_notes(reader: Reader, notes: Iterable[LabelledNote]) -> tuple[Reading, ...]:
    """Every note read once; thresholds are tried on the result."""
    return tuple(
        Reading({s.code: s.probability for s in reader.predict(note.text)}, note.labels)
        for note in notes
    )


def count(readings: Iterable[Reading], threshold: float, space: Sequence[str]) -> Counts:
    """Counts of the scoring rule at one threshold."""
    codes = frozenset(space)
    return count_notes([(reading.at(threshold), reading.labels) for reading in readings], codes)


def choose_threshold(readings: Sequence[Reading], space: Sequence[str]) -> float:
    """The threshold of the grid with the best micro-F1; of equals the highest."""
    return max(_GRID, key=lambda threshold: (count(readings, threshold, space).f1, threshold))


def figures(counts: Counts) -> dict[str, float | int]:
    """Counts and rates, rounded to three places, as metrics.json holds them."""
    rates = {
        name: round(getattr(counts, name), 3) for name in ("precision", "recall", "f1", "coverage")
    }
    return {**rates, **asdict(counts)}
