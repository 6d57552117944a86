"""What a code's logit loses when one word is taken away: occlusion, word by word.

Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, 2014, section 2.1;
for words Li, Monroe and Jurafsky, Understanding Neural Networks through Representation
Erasure, 2016. A word goes with all its pieces, as in `icd9_review.model.explaining.deletion`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from icd9_review.model.explaining.deletion import remove
from icd9_review.model.explaining.explanation import explain_one, find_labels, find_passage
from icd9_review.model.explaining.words import group_words
from icd9_review.model.reading.predictor import Predictor
from icd9_review.values import Attribution, Window, WordWeight

METHOD = "occlusion by word"
BASELINE = "the window without the word"


class Occlusion:
    """Explains by reading a window once without each of its words, for all codes at once.

    Weights of words that mean the same add up to no change of the logit, so that there is no
    completeness error: ``delta`` is infinite, and no explanation holds. ``steps`` counts the
    readings.
    """

    method = METHOD
    baseline = BASELINE
    settings = "pieces=closed up"

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor

    @property
    def model_version(self) -> str:
        """SHA-256 of the model that is explained."""
        return self._predictor.model_version

    def explain(self, text: str, code: str, *, window: Window | None = None) -> Attribution:
        """See `icd9_review.model.explaining.explanation.Explains`."""
        return explain_one(self, self._predictor, text, code, window)

    def explain_many(
        self, text: str, codes: Iterable[str], *, window: Window
    ) -> dict[str, Attribution]:
        """See `icd9_review.model.explaining.explanation.Explains`."""
        labels = find_labels(self._predictor, codes)
        passage = find_passage(self._predictor, text, window)
        words = group_words(text, passage.offsets)
        readings = [passage, *(remove(passage, [word]) for word in words)]
        logits = self._predictor.score_passages(readings)
        losses = (logits[0] - logits[1:]).astype(float)
        return {
            code: Attribution(
                code=code,
                window=passage.window,
                words=tuple(
                    WordWeight(word.start, word.end, weight)
                    for word, weight in zip(words, losses[:, label].tolist(), strict=True)
                ),
                method=METHOD,
                baseline=BASELINE,
                steps=len(readings),
                delta=math.inf,
                holds=False,
            )
            for code, label in labels.items()
        }
