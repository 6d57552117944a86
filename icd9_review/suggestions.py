"""From a score vector to suggestions: the one place where a logit becomes a proposal.

What is suggested is derived from the largest logit of each label here, for a text that was
just read and for an encounter whose scores come from the database alike. Which labels are
worth storing and showing is decided here as well: a model may know 18,449 of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from icd9_review.values import Calibration, ModelVersion, Scores, Suggestion

if TYPE_CHECKING:
    import numpy.typing as npt

    from icd9_review.arrays import Bools

FLOOR: Final = 0.005
"""The least probability of a label that is kept for its own sake: half a percent.

Below it people read "< 1 %" whatever happens, and a change of a probability is not shown."""

FEWEST: Final = 256
"""Labels that are kept of a note however improbable they are; by judgement.

So a model of as many codes is kept whole, and why one is not suggested can be asked."""

MOST: Final = 1024
"""Labels that are kept of a note besides what is suggested; by judgement: 12 KB.

The embedded model gives FLOOR to a few hundred of its 18,449 codes."""


def sigmoid(logits: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """The logistic function, without overflow for large negative logits.

    >>> sigmoid(np.array([0.0, 2.0])).round(3)
    array([0.5  , 0.881])
    """
    wide = logits.astype(np.float64)
    small = np.exp(-np.abs(wide))
    return np.where(wide >= 0, 1.0, small) / (1.0 + small)


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """Which logits are of diagnoses that a judge let pass, and which of those that it demoted.

    Both have the shape of the logits; what no judge looked at is in neither, nor are procedures,
    which keep their line of calibration whatever was said of them.
    """

    passed: Bools
    demoted: Bools


def calibrate(
    logits: npt.NDArray[np.floating], calibration: Calibration, verdicts: Verdicts | None = None
) -> npt.NDArray[np.float64]:
    """Platt scaling of raw logits (Platt 1999), for display and for order.

    Where labels have lines of their own, the last axis of ``logits`` is that of the labels.
    ``verdicts`` make a difference where the calibration has lines for them.

    >>> calibrate(np.array([2.0]), Calibration(slope=0.5, intercept=-1.0, split="validation"))
    array([0.5])
    """
    return sigmoid(_log_odds(logits, calibration, verdicts))


def unjudged(suggestion: Suggestion, model: ModelVersion) -> float:
    """The probability of a code by its own line of calibration, before a judge's verdict.

    >>> from icd9_review.values import Kind, Window
    >>> found = Suggestion("486", Kind.DIAGNOSIS, 0.5, 0.9, 0.4, Window(index=0, start=0, end=9))
    >>> line = Calibration(1.0, 0.0, "validation", passed=(1.0, 2.2))
    >>> unjudged(found, ModelVersion("v1", "tiny", ("486",), (Kind.DIAGNOSIS,), (0.4,), line))
    0.5
    """
    if model.calibration is None:
        return suggestion.probability
    place = model.places[suggestion.kind, suggestion.code]
    logit = np.array([_logit(suggestion.probability)])
    return float(calibrate(logit, model.calibration.of([place]))[0])


def _logit(probability: float) -> float:
    """The log-odds; of a probability that rounds to 0 or 1 those of the nearest that does not."""
    near = min(max(probability, np.finfo(np.float64).tiny), 1 - np.finfo(np.float64).epsneg)
    return float(np.log(near) - np.log1p(-near))


def listing_order(
    logits: npt.NDArray[np.floating],
    calibration: Calibration | None,
    verdicts: Verdicts | None = None,
) -> npt.NDArray[np.floating]:
    """What lists go by, largest first: the logits themselves under one line for all labels.

    Otherwise the log-odds of what is shown, which part what rounds to the same probability.

    >>> listing_order(np.array([2.0, -1.0]), None)
    array([ 2., -1.])
    """
    if calibration is None or not calibration.reorders:
        return logits
    return _log_odds(logits, calibration, verdicts)


def _log_odds(
    logits: npt.NDArray[np.floating], calibration: Calibration, verdicts: Verdicts | None
) -> npt.NDArray[np.float64]:
    odds = _by_label(logits, calibration)
    if verdicts is None:
        return odds
    for line, where in (
        (calibration.passed, verdicts.passed),
        (calibration.demoted, verdicts.demoted),
    ):
        if line is not None:
            odds = np.where(where, line[0] * odds + line[1], odds)
    return odds


def _by_label(
    logits: npt.NDArray[np.floating], calibration: Calibration
) -> npt.NDArray[np.float64]:
    wide = logits.astype(np.float64)
    if not calibration.line_of:
        return calibration.slope * wide + calibration.intercept
    lines = np.array([(calibration.slope, calibration.intercept), *calibration.lines])
    own: npt.NDArray[np.float64] = lines[np.frombuffer(calibration.line_of, np.uint8)]
    return own[:, 0] * wide + own[:, 1]


def keep_scores(scores: Scores, model: ModelVersion) -> Scores:
    """The labels of a note that are stored and shown: what is suggested, and what comes near.

    Kept is what reaches its threshold and, of all labels by the larger of the raw probability
    and the shown one, the first: as many as have at least FLOOR, and no fewer than FEWEST, no
    more than MOST. What was kept already stays as it is.

    >>> labels = tuple(f"{number}.0" for number in range(500))
    >>> model = ModelVersion("v1", "tiny", labels, ("diagnosis",) * 500, (0.5,) * 500, None)
    >>> windows = np.zeros(500, np.int32)
    >>> scores = Scores("v1", np.full(500, -9.0), windows, (), read=9, length=9)
    >>> len(keep_scores(scores, model).logits) == FEWEST
    True
    """
    raw, shown = _probabilities(scores, model)
    likelier = np.maximum(raw, shown)
    count = int((likelier >= FLOOR).sum())
    first = np.argsort(-likelier, kind="stable")[: min(max(count, FEWEST), MOST)]
    kept = raw >= model.limits[label_places(scores)]
    kept[first] = True
    return choose_scores(scores, kept.nonzero()[0])


def choose_scores(scores: Scores, rows: npt.NDArray[np.integer]) -> Scores:
    """Scores of a few labels alone, given as rows of these scores."""
    return replace(
        scores,
        labels=label_places(scores)[rows].astype(np.int32),
        logits=scores.logits[rows],
        windows=scores.windows[rows],
    )


def label_places(scores: Scores) -> npt.NDArray[np.integer]:
    """The place of each score among the labels of its model version."""
    return np.arange(len(scores.logits)) if scores.labels is None else scores.labels


def suggested(
    scores: Scores, model: ModelVersion, note_id: str | None = None
) -> tuple[Suggestion, ...]:
    """What reaches its threshold in one note and was not demoted, most probable first.

    >>> model = ModelVersion("v1", "tiny", ("428.0", "486"), ("diagnosis",) * 2, (0.5, 0.5), None)
    >>> from icd9_review.values import Window
    >>> spans = (Window(index=0, start=0, end=9),)
    >>> scores = Scores("v1", np.array([-1.0, 2.0]), np.array([0, 0]), spans, read=9, length=9)
    >>> [each.code for each in suggested(scores, model)]
    ['486']
    """
    rows = np.isin(label_places(scores), places_suggested(scores, model)).nonzero()[0]
    return rank_all(choose_scores(scores, rows), model, note_id)


def places_suggested(scores: Scores, model: ModelVersion) -> list[int]:
    """The same labels by their places, upwards.

    >>> model = ModelVersion("v1", "tiny", ("428.0", "486"), ("diagnosis",) * 2, (0.5, 0.5), None)
    >>> from icd9_review.values import Demotion, Doubt
    >>> demoted = {1: Demotion(Doubt.UNNAMED)}
    >>> zeros = np.zeros(2, np.int32)
    >>> places_suggested(Scores("v1", np.ones(2), zeros, (), 9, 9, demoted=demoted), model)
    [0]
    """
    raw = _raw(scores, model)
    reached = label_places(scores)[raw >= model.limits[label_places(scores)]]
    return [place for place in reached.tolist() if place not in scores.demoted]


def rank(scores: Scores, model: ModelVersion, note_id: str | None = None) -> tuple[Suggestion, ...]:
    """The labels worth showing for one note (see ``keep_scores``), the most probable first.

    Raises ValueError when the scores are of another model version.

    >>> model = ModelVersion("v1", "tiny", ("428.0", "486"), ("diagnosis",) * 2, (0.5, 0.5), None)
    >>> from icd9_review.values import Window
    >>> window = Window(index=0, start=0, end=9)
    >>> scores = Scores("v1", np.array([-1.0, 2.0]), np.array([0, 0]), (window,), read=9, length=9)
    >>> [(each.code, round(each.probability, 2), each.suggested) for each in rank(scores, model)]
    [('486', 0.88, True), ('428.0', 0.27, False)]
    """
    return rank_all(keep_scores(scores, model), model, note_id)


def rank_all(
    scores: Scores, model: ModelVersion, note_id: str | None = None
) -> tuple[Suggestion, ...]:
    """The same of every label that the scores have, however many and improbable."""
    raw, shown = _probabilities(scores, model)
    calibrated = shown.tolist() if model.calibration else [None] * len(raw)
    labels, windows, probabilities = (
        label_places(scores).tolist(),
        scores.windows.tolist(),
        raw.tolist(),
    )
    return tuple(
        Suggestion(
            code=model.labels[labels[i]],
            kind=model.kinds[labels[i]],
            probability=probabilities[i],
            calibrated=calibrated[i],
            threshold=model.thresholds[labels[i]],
            window=scores.spans[windows[i]],
            note_id=note_id,
            demotion=scores.demoted.get(labels[i]),
        )
        for i in _order(scores, model).tolist()
    )


def _probabilities(
    scores: Scores, model: ModelVersion
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Of each label the raw probability and the one that is shown."""
    raw, calibration = _raw(scores, model), _calibration(scores, model)
    if calibration is None:
        return raw, raw
    return raw, calibrate(scores.logits, calibration, _verdicts(scores, model, raw))


def _raw(scores: Scores, model: ModelVersion) -> npt.NDArray[np.float64]:
    if scores.model_version != model.version:
        raise ValueError("these scores are of another model version")
    return sigmoid(scores.logits)


def _order(scores: Scores, model: ModelVersion) -> npt.NDArray[np.integer]:
    """The rows of the scores in the order of lists."""
    verdicts = _verdicts(scores, model, sigmoid(scores.logits))
    order = listing_order(scores.logits, _calibration(scores, model), verdicts)
    return np.argsort(-order, kind="stable")


def _verdicts(scores: Scores, model: ModelVersion, raw: npt.NDArray[np.float64]) -> Verdicts | None:
    """What the model's judge said of these labels; None where it makes no difference."""
    if model.calibration is None or model.calibration.passed is None:
        return None
    places = label_places(scores)
    lined = model.lined[places]
    demoted = np.isin(places, list(scores.demoted)) & lined
    return Verdicts((raw >= model.limits[places]) & lined & ~demoted, demoted)


def _calibration(scores: Scores, model: ModelVersion) -> Calibration | None:
    """The calibration of the labels that the scores have."""
    if model.calibration is None or scores.labels is None:
        return model.calibration
    return model.calibration.of(scores.labels.tolist())


def merge(ranked: Iterable[tuple[Suggestion, ...]]) -> tuple[Suggestion, ...]:
    """One suggestion per code for an encounter: that of the note where it is most probable.

    A code that one note suggests is suggested, however probable it was where it was demoted.

    >>> from icd9_review.values import Window
    >>> window = Window(index=0, start=0, end=9)
    >>> first, second = (Suggestion("486", "diagnosis", p, None, 0.5, window) for p in (0.4, 0.7))
    >>> [each.probability for each in merge([(first,), (second,)])]
    [0.7]
    """
    best: dict[tuple[str, str], Suggestion] = {}
    for suggestion in (s for note in ranked for s in note):
        key = (suggestion.kind, suggestion.code)
        if key not in best or _strength(suggestion) > _strength(best[key]):
            best[key] = suggestion
    return tuple(sorted(best.values(), key=lambda s: (-s.shown, -s.probability, s.code)))


def _strength(suggestion: Suggestion) -> tuple[bool, float]:
    return suggestion.suggested, suggestion.probability
