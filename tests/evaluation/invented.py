"""A whole evaluation, measured on invented logits and notes, as evaluation.json holds it."""

from __future__ import annotations

from typing import Any

import numpy as np

from icd9_review.evaluation.evaluate import evaluate
from icd9_review.evaluation.explanations.explanation_figures import (
    Completeness,
    ExplanationFigures,
    Faithfulness,
    MethodFigures,
    NormalisedFaithfulness,
    Plausibility,
    RandomWords,
)
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.labelled.scoring import Label
from icd9_review.evaluation.pairs import CueFigures
from icd9_review.evaluation.rarity import Frequency
from icd9_review.evaluation.readings import Readings
from icd9_review.evaluation.report.record import DataFacts, Extras, ModelFacts
from icd9_review.evaluation.rule import count_each, rule_figures
from icd9_review.evaluation.steadiness.steadiness_figures import (
    ListFigures,
    SteadinessFigures,
    StrikeFigures,
)
from icd9_review.statistics.intervals import Bootstrap, Interval
from icd9_review.values import Calibration

CODES = ("401.9", "428.0", "486", "38.93", "V58.61")
HOSTILE = "<script>alert('x')</script> | $\\frac{ [a](http://evil.example) & \"q\""


def whole(text: str = "female") -> dict[str, Any]:
    """Every part is there; ``text`` stands in all places where a user's text may stand."""
    return _measure(
        text,
        Calibration(1.2, -0.1, "validation"),
        lambda counts, bootstrap: Extras(
            yardsticks={
                "dictionary": rule_figures(counts, bootstrap),
                text: rule_figures(counts, bootstrap),
            },
            pairs={
                "negation": CueFigures(20, 19, 20, 19),
                "history": CueFigures(4, 2, 3, 3, 1, 2),
                "procedure": CueFigures(unknown=3),
            },
            pairs_held_out={"negation": CueFigures(4, 2, 3, 3)},
            steadiness=_steadiness(),
            explanations=_explanations().to_json(),
        ),
    )


def bare() -> dict[str, Any]:
    """Nothing that is optional was measured, and nobody is said to have labelled the notes."""
    evaluation = _measure("female", None, lambda _counts, _bootstrap: Extras())
    data = {**evaluation["data"], "labelled_by": None, "split": None}
    return {**evaluation, "data": data, "groups": [], "curve": [], "rarity": []}


def _measure(text: str, calibration: Calibration | None, extras: Any) -> dict[str, Any]:
    chance = np.random.default_rng(4)
    logits = chance.normal(-1, 2, (40, len(CODES))).astype(np.float32)
    truth = chance.random(logits.shape) < 1 / (1 + np.exp(-logits))
    notes = tuple(
        LabelledNote(
            "one two three",
            (
                *(Label(frozenset({CODES[c]})) for c in np.flatnonzero(row)),
                *([Label(frozenset({"E885.9"}))] if number < 3 else ()),
            ),
            factors={text: text if number % 2 else "male", "rare": "x" if number < 3 else "y"},
        )
        for number, row in enumerate(truth)
    )
    thresholds, read = np.full(len(CODES), 0.5), np.ones(len(notes))
    readings = Readings(notes, CODES, logits, thresholds, read, calibration)
    bootstrap = Bootstrap(draws=50)
    counts = count_each(notes, readings.suggested_codes, CODES)
    return evaluate(
        readings,
        ModelFacts(text, "0" * 64, len(CODES), 0.5, 0, calibration is not None),
        DataFacts(text, "1" * 64, text, len(notes), text),
        extras=extras(counts, bootstrap),
        frequency=None if calibration is None else Frequency((700, 40, 9, 0, 0), text),
        bootstrap=bootstrap,
    ).to_json()


def _steadiness() -> SteadinessFigures:
    share = Interval(0.875, 0.75, 0.95)
    lists = ListFigures(40, 70, 80, share, share, 0.25, 12.5)
    nothing = Interval(float("nan"), float("nan"), float("nan"))
    none = ListFigures(0, 0, 0, nothing, nothing, float("nan"), float("nan"))
    struck = StrikeFigures(20, 60, 200, 30, 12, 7, share, 0.1, 9.75)
    changes = {"line in front": lists, "another line wrap": none}
    return SteadinessFigures(40, 9, lists, changes, struck)


def _explanations() -> ExplanationFigures:
    figure = Interval(0.75, 0.7, 0.8)
    nothing = Interval(float("nan"), float("nan"), float("nan"))
    agreement, losses = Plausibility(figure, figure, nothing), Faithfulness(figure, figure)
    method = MethodFigures(
        plausibility=agreement,
        plausibility_of_chance=agreement,
        faithfulness=losses,
        faithfulness_of_chance=losses,
        completeness=Completeness(1.0, 0.01, 64.0),
        infidelity=Interval(1.5, 1.25, 1.75),
        infidelity_of_chance=Interval(9.5, 9.25, 9.75),
        sensitivity_max=Interval(0.125, 0.1, 0.15),
        words=4.25,
        naopc=NormalisedFaithfulness(Interval(0.9, 0.8, 0.95), figure, figure, 28),
        random_words=RandomWords(28, 7, Interval(0.25, 0.1, 0.4)),
    )
    return ExplanationFigures(30, 28, 25, 9, 10, {"integrated gradients": method}, agreement)
