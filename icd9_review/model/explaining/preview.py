"""An instant preview of an explanation: gradient × input, one pass half way to the text.

Shrikumar et al., Not Just a Black Box, 2016; Ancona et al., Towards Better Understanding of
Gradient-based Attribution Methods, ICLR 2018. They take the gradient at the text itself,
where a sure classifier hardly changes any more: with the embedded model such weights agree
with the integrated gradients to a mean cosine of .08, half way to .98 (100 codes of four
demonstration notes; see docs/performance.md).
The input is measured from the baseline of the integrated gradients, of which this is the sum
over a single point; its weights seldom add up.
"""

from __future__ import annotations

from collections.abc import Iterable

from icd9_review.model.explaining.explainer import ExplainerSettings
from icd9_review.model.explaining.explanation import (
    Rule,
    attribute,
    explain_one,
    find_labels,
    find_passage,
)
from icd9_review.model.explaining.gradients import BASELINE, Gradients, Point
from icd9_review.model.explaining.path import WHOLE, Integral, Part
from icd9_review.model.reading.predictor import Predictor
from icd9_review.values import Attribution, Window

METHOD = "gradient × input"
HALF_WAY = 0.5


class GradientInput:
    """Explains at once and roughly; a preview until the integrated gradients are there.

    ``place`` is where on the path the gradient is taken, from 0, the baseline, to 1, the text.
    """

    method = METHOD
    baseline = BASELINE

    def __init__(self, predictor: Predictor, place: float = HALF_WAY) -> None:
        self._predictor = predictor
        self._place = place
        self._gradients = Gradients(predictor)
        settings = ExplainerSettings()
        self._rule = Rule(METHOD, BASELINE, settings.floor, settings.tolerance)

    @property
    def model_version(self) -> str:
        """SHA-256 of the model that is explained."""
        return self._predictor.model_version

    @property
    def settings(self) -> str:
        """Where the gradient is taken and when weights add up, in one canonical text."""
        return f"place={self._place} tolerance={self._rule.tolerance} floor={self._rule.floor}"

    def explain(self, text: str, code: str, *, window: Window | None = None) -> Attribution:
        """See `icd9_review.model.explaining.explanation.Explains`."""
        return explain_one(self, self._predictor, text, code, window)

    def explain_many(
        self, text: str, codes: Iterable[str], *, window: Window
    ) -> dict[str, Attribution]:
        """See `icd9_review.model.explaining.explanation.Explains`."""
        labels = find_labels(self._predictor, codes)
        passage = find_passage(self._predictor, text, window)
        path = self._gradients.path(passage)
        logits = self._gradients.logits(path, [WHOLE.start, WHOLE.end])
        changes = (logits[WHOLE.end] - logits[WHOLE.start]).tolist()
        shares = self._gradients.shares(path, [Point(self._place, tuple(labels.values()))])
        return {
            code: attribute(
                text,
                passage,
                code,
                Integral((Part(WHOLE, shares[self._place, label], 1),), changes[label]),
                self._rule,
            )
            for code, label in labels.items()
        }
