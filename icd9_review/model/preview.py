"""An instant preview of an explanation: gradient × input, one pass at the text itself.

Shrikumar et al., Not Just a Black Box, 2016; Ancona et al., Towards Better Understanding of
Gradient-based Attribution Methods, ICLR 2018. The input is measured from the baseline of
the integrated gradients, of which this is the sum over the one point at the end: it says
what a small change of a word would do, and its weights seldom add up.
"""

from __future__ import annotations

from collections.abc import Iterable

from icd9_review.model.explainer import ExplainerSettings
from icd9_review.model.explanation import explain_one, find_labels, find_passage, weigh
from icd9_review.model.gradients import BASELINE, Gradients, Point
from icd9_review.model.path import WHOLE, Integral, Part
from icd9_review.model.predictor import Predictor
from icd9_review.model.windows import Passage
from icd9_review.values import Attribution, Window

METHOD = "gradient × input"


class GradientInput:
    """Explains at once and roughly; a preview until the integrated gradients are there."""

    method = METHOD
    baseline = BASELINE

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._gradients = Gradients(predictor)
        self._rule = ExplainerSettings()

    @property
    def model_version(self) -> str:
        """SHA-256 of the model that is explained."""
        return self._predictor.model_version

    @property
    def settings(self) -> str:
        """When its weights count as adding up, in one canonical text."""
        return f"tolerance={self._rule.tolerance} floor={self._rule.floor}"

    def explain(self, text: str, code: str, *, window: Window | None = None) -> Attribution:
        """See `icd9_review.model.explanation.Explains`."""
        return explain_one(self, self._predictor, text, code, window)

    def explain_many(
        self, text: str, codes: Iterable[str], *, window: Window
    ) -> dict[str, Attribution]:
        """See `icd9_review.model.explanation.Explains`."""
        labels = find_labels(self._predictor, codes)
        passage = find_passage(self._predictor, text, window)
        path = self._gradients.path(passage)
        logits = self._gradients.logits(path, [WHOLE.start, WHOLE.end])
        change = logits[WHOLE.end] - logits[WHOLE.start]
        shares = self._gradients.shares(path, [Point(WHOLE.end, tuple(labels.values()))])
        return {
            code: self._attribution(
                text, passage, code, Part(WHOLE, shares[WHOLE.end, label], float(change[label]), 1)
            )
            for code, label in labels.items()
        }

    def _attribution(self, text: str, passage: Passage, code: str, part: Part) -> Attribution:
        delta = Integral((part,)).delta
        return Attribution(
            code=code,
            window=passage.window,
            words=weigh(text, passage, part.shares[1:-1].tolist()),
            method=METHOD,
            baseline=BASELINE,
            steps=part.points,
            delta=delta,
            holds=abs(part.change) >= self._rule.floor and delta <= self._rule.tolerance,
        )
