"""Figures of explanations: means over codes, with intervals over notes, as plain values.

Every method gets the same figures, under its name, so that methods can be compared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from icd9_review.evaluation.explanations.naopc import Naopc
from icd9_review.evaluation.explanations.plausibility import Judgement
from icd9_review.model.explaining.deletion import Loss
from icd9_review.statistics.intervals import Bootstrap, Interval, Ratio
from icd9_review.values import Attribution

RAISED = 0.05
"""By how much taking random words away has to raise a probability to be counted; by judgement:
a coder who sees 5 points more without some words asks what the words were for."""


@dataclass(frozen=True, slots=True)
class Plausibility:
    """Agreement with marked evidence, by the rules of ``plausibility`` beside this module.

    ``hit_rate`` is of all explained codes, ``judgeable_hit_rate`` and ``precision`` (of the
    top k words) are of those whose window holds a marked word.
    """

    hit_rate: Interval
    judgeable_hit_rate: Interval
    precision: Interval


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """Probability lost without the evidence, and with the evidence alone."""

    comprehensiveness: Interval
    sufficiency: Interval


@dataclass(frozen=True, slots=True)
class NormalisedFaithfulness:
    """NAOPC of ``naopc`` beside this module, between 0 and 1.

    ``comprehensiveness`` with the heaviest words taken away first, ``sufficiency`` with the
    lightest first, ``chance`` in an order by lot. ``windows`` counts those with a figure.
    """

    comprehensiveness: Interval
    sufficiency: Interval
    chance: Interval
    windows: int


@dataclass(frozen=True, slots=True)
class RandomWords:
    """Deletion checks, and those in which random words raised the shown probability by 5 points."""

    checks: int
    raised: int
    share: Interval


@dataclass(frozen=True, slots=True)
class Completeness:
    """Share of explanations that hold, and the mean error (of finite ones) and steps."""

    holds: float
    delta: float
    steps: float


@dataclass(frozen=True, slots=True)
class MethodFigures:
    """One method of explaining; ``…_of_chance`` are of as many words of the window at random.

    ``infidelity`` is in squared logits, and that of chance is of the same weights on other
    words; ``sensitivity_max`` is relative to the weights (`icd9_review.model.explaining.fidelity`).
    ``words``: how many words are shown as supporting evidence, on average.
    """

    plausibility: Plausibility
    plausibility_of_chance: Plausibility
    faithfulness: Faithfulness
    faithfulness_of_chance: Faithfulness
    completeness: Completeness
    infidelity: Interval
    infidelity_of_chance: Interval
    sensitivity_max: Interval
    words: float
    naopc: NormalisedFaithfulness
    random_words: RandomWords


@dataclass(frozen=True, slots=True)
class ExplanationFigures:
    """Explanations of ``explained`` of the ``found`` codes with marked evidence.

    ``judgeable`` counts those whose window holds a marked word. ``draws`` is how often words
    were chosen at random for each code in ``faithfulness_of_chance``.
    """

    found: int
    explained: int
    judgeable: int
    seed: int
    draws: int
    methods: Mapping[str, MethodFigures]
    dictionary: Plausibility | None = None

    def to_json(self) -> dict[str, object]:
        """Plain values for JSON; what is not a finite number is None."""
        return {name: _plain(value) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Fidelity:
    """Of one explained code; NaN where its window has no words."""

    infidelity: float
    infidelity_of_chance: float
    sensitivity_max: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One explained code of a note, which is given by its place among the notes."""

    note: int
    judgement: Judgement
    judgement_of_chance: Judgement
    loss: Loss
    losses_of_chance: tuple[Loss, ...]
    fidelity: Fidelity
    naopc: Naopc
    words: int
    attribution: Attribution


def estimate(values: Sequence[float], notes: Sequence[int], bootstrap: Bootstrap) -> Interval:
    """The mean of the values that are not NaN, each of the note beside it.

    The notes are drawn for the interval, since codes of one note stand or fall together.
    """
    given = np.array(values, dtype=np.float64)
    if not given.size:
        return Interval(math.nan, math.nan, math.nan)
    _, places = np.unique(notes, return_inverse=True)
    defined = ~np.isnan(given)
    ratio = Ratio(
        np.bincount(places, weights=np.nan_to_num(given)), np.bincount(places, weights=defined)
    )
    return bootstrap.intervals({"mean": ratio})["mean"]


def summarise_judgements(
    judgements: Sequence[Judgement], notes: Sequence[int], bootstrap: Bootstrap
) -> Plausibility:
    """Judgements of codes, each of the note beside it, as means."""
    return Plausibility(
        estimate([one.hit for one in judgements], notes, bootstrap),
        estimate([one.judgeable_hit for one in judgements], notes, bootstrap),
        estimate([one.precision for one in judgements], notes, bootstrap),
    )


def summarise_method(measured: Sequence[Measured], bootstrap: Bootstrap) -> MethodFigures:
    """All that was measured of one method, as means."""
    notes = [one.note for one in measured]
    fidelity = [one.fidelity for one in measured]
    return MethodFigures(
        plausibility=summarise_judgements([one.judgement for one in measured], notes, bootstrap),
        plausibility_of_chance=summarise_judgements(
            [one.judgement_of_chance for one in measured], notes, bootstrap
        ),
        faithfulness=_summarise_losses([(one.loss,) for one in measured], notes, bootstrap),
        faithfulness_of_chance=_summarise_losses(
            [one.losses_of_chance for one in measured], notes, bootstrap
        ),
        completeness=_summarise_sums([one.attribution for one in measured]),
        infidelity=estimate([one.infidelity for one in fidelity], notes, bootstrap),
        infidelity_of_chance=estimate(
            [one.infidelity_of_chance for one in fidelity], notes, bootstrap
        ),
        sensitivity_max=estimate([one.sensitivity_max for one in fidelity], notes, bootstrap),
        words=_mean([one.words for one in measured]),
        naopc=_summarise_naopc([one.naopc for one in measured], notes, bootstrap),
        random_words=_summarise_checks([one.attribution for one in measured], notes, bootstrap),
    )


def _summarise_naopc(
    found: Sequence[Naopc], notes: Sequence[int], bootstrap: Bootstrap
) -> NormalisedFaithfulness:
    return NormalisedFaithfulness(
        estimate([one.comprehensiveness for one in found], notes, bootstrap),
        estimate([one.sufficiency for one in found], notes, bootstrap),
        estimate([one.chance for one in found], notes, bootstrap),
        sum(not math.isnan(one.comprehensiveness) for one in found),
    )


def _summarise_checks(
    attributions: Sequence[Attribution], notes: Sequence[int], bootstrap: Bootstrap
) -> RandomWords:
    """Of the checks that had words left to draw from."""
    raised = [
        math.nan
        if one.deletion is None or one.deletion.random is None
        else float(one.deletion.random - one.deletion.before > RAISED)
        for one in attributions
    ]
    defined = [each for each in raised if not math.isnan(each)]
    return RandomWords(len(defined), int(sum(defined)), estimate(raised, notes, bootstrap))


def _summarise_losses(
    losses: Sequence[tuple[Loss, ...]], notes: Sequence[int], bootstrap: Bootstrap
) -> Faithfulness:
    return Faithfulness(
        estimate(
            [_mean([one.comprehensiveness for one in given]) for given in losses], notes, bootstrap
        ),
        estimate([_mean([one.sufficiency for one in given]) for given in losses], notes, bootstrap),
    )


def _summarise_sums(attributions: Sequence[Attribution]) -> Completeness:
    return Completeness(
        _mean([one.holds for one in attributions]),
        _mean([one.delta for one in attributions if math.isfinite(one.delta)]),
        _mean([one.steps for one in attributions]),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
