"""Figures of outcomes as rows of a table: a code of a model version, as page and command count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from icd9_review.quality.outcomes.figures import CodeOutcomes, code_figures
from icd9_review.quality.outcomes.periods import Period
from icd9_review.quality.outcomes.report import OutcomeCounts


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What became of one code within some months, as one version of a model suggested it.

    ``version`` is empty for what was decided without a model; ``model`` is None where the version
    is stored no more.
    """

    period: Period
    version: str
    model: str | None
    figures: CodeOutcomes


def lay_out_outcomes(
    counted: OutcomeCounts, version: str, model: str | None
) -> Iterator[OutcomeRow]:
    """A row of each code of one version, those suggested most often first."""
    if counted.period is not None:
        for figures in code_figures(counted.codes):
            yield OutcomeRow(counted.period, version, model, figures)
