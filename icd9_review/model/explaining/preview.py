"""An instant preview of an explanation: integrated gradients with a single point.

That is gradient × input (Shrikumar et al., Not Just a Black Box, 2016; Ancona et al., Towards
Better Understanding of Gradient-based Attribution Methods, ICLR 2018) with the gradient taken
half way to the text, where Gauss and Legendre put one point. These authors take it at the
text itself, where a sure classifier hardly changes any more: with the embedded model such
weights agree with the integrated gradients to a mean cosine of .08, half way to .98 (100
codes of four demonstration notes; see docs/performance.md). Its weights seldom add up.
"""

from __future__ import annotations

from icd9_review.model.explaining.explainer import Explainer, ExplainerSettings
from icd9_review.model.reading.predictor import Predictor

METHOD = "one-point integrated gradients (Captum)"


class Preview(Explainer):
    """Explains at once and roughly, until the integrated gradients are there."""

    method = METHOD

    def __init__(self, predictor: Predictor) -> None:
        super().__init__(predictor, ExplainerSettings(segments=1, cap=1))
