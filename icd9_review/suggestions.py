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
    """Platt scaling of raw logits (Platt 1999), for display and for order.

    Where labels have lines of their own, the last axis of ``logits`` is that of the labels.

    >>> calibrate(np.array([2.0]), Calibration(slope=0.5, intercept=-1.0, split="validation"))
    array([0.5])
    """
    return sigmoid(_on_lines(logits, calibration))


def listing_order(
    logits: npt.NDArray[np.floating], calibration: Calibration | None
) -> npt.NDArray[np.floating]:
    """What lists go by, largest first: the logits themselves under one line for all labels.

    Otherwise the log-odds of what is shown, which part what rounds to the same probability.

    >>> listing_order(np.array([2.0, -1.0]), None)
    array([ 2., -1.])
    """
    if calibration is None or not calibration.by_label:
        return logits
    return _on_lines(logits, calibration)


def _on_lines(
    logits: npt.NDArray[np.floating], calibration: Calibration
) -> npt.NDArray[np.float64]:
    wide = logits.astype(np.float64)
    if not calibration.by_label:
        return calibration.slope * wide + calibration.intercept
    lines = np.array([(calibration.slope, calibration.intercept), *calibration.lines])
    own: npt.NDArray[np.float64] = lines[np.frombuffer(calibration.line_of, np.uint8)]
    return own[:, 0] * wide + own[:, 1]


def rank(scores: Scores, model: ModelVersion, note_id: str | None = None) -> tuple[Suggestion, ...]:
    """Every label of the model for one note, by the probability that is shown, largest first.

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
    order = np.argsort(-listing_order(scores.logits, model.calibration), kind="stable")
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
    return tuple(sorted(best.values(), key=lambda s: (-s.shown, -s.probability, s.code)))
