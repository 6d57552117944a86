"""From a score vector to suggestions: the one place where a logit becomes a proposal.

The model stores every label's largest logit; what is suggested is derived from it
here, for a text that was just read and for an encounter whose scores come from the
database alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from icd9_review.values import Calibration, ModelVersion, Scores, Suggestion

if TYPE_CHECKING:
    import numpy.typing as npt


def sigmoid(logits: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """The logistic function, without overflow for large negative logits.

    >>> sigmoid(np.array([0.0, 2.0])).round(3)
    array([0.5  , 0.881])
    """
    wide = logits.astype(np.float64)
    small = np.exp(-np.abs(wide))
    return np.where(wide >= 0, 1.0, small) / (1.0 + small)


def calibrate(
    logits: npt.NDArray[np.floating], calibration: Calibration
) -> npt.NDArray[np.float64]:
    """Platt scaling of raw logits (Platt 1999), for display only.

    >>> calibrate(np.array([2.0]), Calibration(slope=0.5, intercept=-1.0, split="validation"))
    array([0.5])
    """
    return sigmoid(calibration.slope * logits.astype(np.float64) + calibration.intercept)


def rank(scores: Scores, model: ModelVersion, note_id: str | None = None) -> tuple[Suggestion, ...]:
    """Every label of the model for one note, most probable first.

    Raises ValueError when the scores are of another model version.

    >>> model = ModelVersion("v1", "tiny", ("428.0", "486"), ("diagnosis",) * 2, (0.5, 0.5), None)
    >>> from icd9_review.values import Window
    >>> window = Window(index=0, start=0, end=9)
    >>> scores = Scores("v1", np.array([-1.0, 2.0]), np.array([0, 0]), (window,), read=9, length=9)
    >>> [(each.code, round(each.probability, 2), each.suggested) for each in rank(scores, model)]
    [('486', 0.88, True), ('428.0', 0.27, False)]
    """
    if scores.model_version != model.version:
        raise ValueError("these scores are of another model version")
    raw = sigmoid(scores.logits)
    shown = calibrate(scores.logits, model.calibration) if model.calibration else None
    order = np.argsort(-scores.logits, kind="stable")
    return tuple(
        Suggestion(
            code=model.labels[i],
            kind=model.kinds[i],
            probability=float(raw[i]),
            calibrated=None if shown is None else float(shown[i]),
            threshold=model.thresholds[i],
            window=scores.spans[scores.windows[i]],
            note_id=note_id,
        )
        for i in order
    )


def merge(ranked: Iterable[tuple[Suggestion, ...]]) -> tuple[Suggestion, ...]:
    """One suggestion per code for an encounter: that of the note where it is most probable.

    >>> from icd9_review.values import Window
    >>> window = Window(index=0, start=0, end=9)
    >>> first, second = (Suggestion("486", "diagnosis", p, None, 0.5, window) for p in (0.4, 0.7))
    >>> [each.probability for each in merge([(first,), (second,)])]
    [0.7]
    """
    best: dict[tuple[str, str], Suggestion] = {}
    for suggestion in (s for note in ranked for s in note):
        key = (suggestion.kind, suggestion.code)
        if key not in best or suggestion.probability > best[key].probability:
            best[key] = suggestion
    return tuple(sorted(best.values(), key=lambda s: (-s.probability, s.code)))
