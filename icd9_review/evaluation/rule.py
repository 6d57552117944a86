"""The scoring rule's figures over many notes, with intervals.

They need only which codes were predicted, so a model, a baseline and a dictionary are
measured alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.labelled.scoring import Counts, count_note
from icd9_review.statistics.intervals import Bootstrap, Interval, Ratio


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """Counts of the scoring rule, and its rates with their intervals."""

    found: int
    missed: int
    wrong: int
    core: int
    precision: Interval
    recall: Interval
    f1: Interval
    coverage: Interval


def count_each(
    notes: Iterable[LabelledNote], predicted: Iterable[Iterable[str]], space: Collection[str]
) -> tuple[Counts, ...]:
    """The counts of every note, for the codes that were predicted for it."""
    codes = frozenset(space)
    return tuple(
        count_note(found, note.labels, codes) for note, found in zip(notes, predicted, strict=True)
    )


def rule_figures(counts: Sequence[Counts], bootstrap: Bootstrap) -> RuleFigures:
    """The figures over notes given by their counts."""
    table = np.array([(c.found, c.missed, c.wrong, c.core) for c in counts], dtype=np.int64)
    found, missed, wrong, core = table.T
    rates = bootstrap.intervals(
        {**overlap_ratios(found, wrong, missed), "coverage": Ratio(found + missed, core)}
    )
    return RuleFigures(
        found=int(found.sum()),
        missed=int(missed.sum()),
        wrong=int(wrong.sum()),
        core=int(core.sum()),
        **rates,
    )


def overlap_ratios(
    found: npt.NDArray[np.int64], wrong: npt.NDArray[np.int64], missed: npt.NDArray[np.int64]
) -> Mapping[str, Ratio]:
    """Precision, recall and F1 from counts by note, each of shape (notes,)."""
    return {
        "precision": Ratio(found, found + wrong),
        "recall": Ratio(found, found + missed),
        "f1": Ratio(2 * found, 2 * found + wrong + missed),
    }
