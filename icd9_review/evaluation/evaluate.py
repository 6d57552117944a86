"""Everything that is measured of one model on one set of labelled notes, as one value.

Figures that are sums over notes (micro figures, those by note) come with bootstrap intervals;
means over codes and areas under curves do not. What each one means is in docs/evaluation.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from icd9_review.arrays import Bools, Floats
from icd9_review.codes.table import title
from icd9_review.evaluation.all_codes import measure_all_codes
from icd9_review.evaluation.certainty import measure_certainty
from icd9_review.evaluation.groups import FEWEST_NOTES, measure_groups
from icd9_review.evaluation.rarity import Frequency, measure_rarity
from icd9_review.evaluation.readings import Readings
from icd9_review.evaluation.report.record import (
    CalibrationFigures,
    CodeRow,
    DataFacts,
    Evaluation,
    Extras,
    LevelFigures,
    Macro,
    Micro,
    ModelFacts,
)
from icd9_review.evaluation.rule import count_each, overlap_ratios, rule_figures
from icd9_review.model.folder.labels import kind_of
from icd9_review.statistics.calibration import Bin, bins_error, reliability_bins
from icd9_review.statistics.intervals import Bootstrap, Interval, Ratio
from icd9_review.statistics.metrics import (
    PairCounts,
    by_code,
    by_note,
    categories,
    exact_matches,
    jaccard,
)
from icd9_review.statistics.ranking import (
    PRECISION_AT,
    RECALL_AT,
    auc,
    code_aucs,
    precision_recall_curve,
    rank_notes,
)


def evaluate(
    readings: Readings,
    model: ModelFacts,
    data: DataFacts,
    *,
    extras: Extras | None = None,
    frequency: Frequency | None = None,
    bootstrap: Bootstrap | None = None,
    fewest: int = FEWEST_NOTES,
) -> Evaluation:
    """Measure what was read.

    ``frequency`` says how often each code was positive in training, for the buckets; without
    it the measured notes say how rare a code is within the label space. Groups with fewer than
    ``fewest`` notes are not shown.
    """
    bootstrap = bootstrap or Bootstrap()
    extras = extras or Extras()
    truth, mask, suggested = readings.truth, readings.mask, readings.suggested
    codes, aucs = by_code(truth, suggested, mask), code_aucs(readings.order, truth, mask)
    counts = count_each(readings.notes, readings.suggested_codes, readings.codes)
    training = None if frequency is None else frequency.counts
    level = _level(readings.order, truth, suggested, mask, aucs, bootstrap)
    return Evaluation(
        model=model,
        data=data,
        rule=rule_figures(counts, bootstrap),
        micro=level.micro,
        macro=level.macro,
        macro_supported=level.macro_supported,
        ranking=_ranking(readings, bootstrap),
        by_note=_by_note(by_note(truth, suggested, mask), bootstrap),
        three_digit=_three_digit(readings, bootstrap),
        calibration=_calibration(readings),
        rarity=measure_rarity(codes, training),
        per_code=_rows(readings, codes, aucs),
        groups=measure_groups(readings, counts, bootstrap, fewest),
        curve=precision_recall_curve(_shared(readings), truth, mask),
        yardsticks=extras.yardsticks,
        pairs=extras.pairs,
        explanations=extras.explanations,
        all_codes=measure_all_codes(
            readings, bootstrap, training, None if frequency is None else frequency.counted_in
        ),
        certainty=measure_certainty(readings, training),
        pairs_held_out=extras.pairs_held_out,
        steadiness=extras.steadiness,
    )


def _shared(readings: Readings) -> Floats:
    """Probabilities that one threshold can be common to: raw, or what is shown where lists go
    by that."""
    if readings.calibration is None or not readings.calibration.reorders:
        return readings.probabilities
    return readings.shown


def _level(
    scores: npt.NDArray[np.floating],
    truth: Bools,
    suggested: Bools,
    mask: Bools,
    aucs: Floats,
    bootstrap: Bootstrap,
) -> LevelFigures:
    notes = by_note(truth, suggested, mask)
    ratios = bootstrap.intervals(overlap_ratios(notes.right, notes.wrong, notes.missed))
    codes = by_code(truth, suggested, mask)
    return LevelFigures(
        codes=truth.shape[1],
        micro=Micro(**ratios, auc=auc(scores[~mask], truth[~mask])),
        macro=_macro(codes, aucs),
        macro_supported=_macro(codes.of(codes.positives > 0), aucs),
    )


def _macro(codes: PairCounts, aucs: Floats) -> Macro:
    defined = aucs[~np.isnan(aucs)]
    return Macro(
        codes=len(codes.right),
        precision=_mean(codes.precision),
        recall=_mean(codes.recall),
        f1=_mean(codes.f1),
        auc=_mean(defined),
        auc_codes=len(defined),
    )


def _mean(values: Floats) -> float:
    return float(values.mean()) if values.size else math.nan


def _three_digit(readings: Readings, bootstrap: Bootstrap) -> LevelFigures:
    held = categories(
        readings.codes, readings.truth, readings.suggested, readings.mask, readings.order
    )
    aucs = code_aucs(held.logits, held.truth, held.mask)
    return _level(held.logits, held.truth, held.suggested, held.mask, aucs, bootstrap)


def _ranking(readings: Readings, bootstrap: Bootstrap) -> dict[str, Interval]:
    found = rank_notes(readings.order, readings.truth, readings.mask)
    precision = zip(PRECISION_AT, found.precision_at, strict=True)
    recall = zip(RECALL_AT, found.recall_at, strict=True)
    values = {
        **{f"precision_at_{k}": values for k, values in precision},
        **{f"recall_at_{k}": values for k, values in recall},
        "r_precision": found.r_precision,
        "map": found.average_precision,
    }
    return bootstrap.intervals({name: Ratio.mean(each) for name, each in values.items()})


def _by_note(notes: PairCounts, bootstrap: Bootstrap) -> dict[str, Interval]:
    values = {"exact_match": exact_matches(notes), "jaccard": jaccard(notes)}
    return bootstrap.intervals({name: Ratio.mean(each) for name, each in values.items()})


def _calibration(readings: Readings) -> CalibrationFigures:
    truth, mask = readings.truth, readings.mask
    before = reliability_bins(readings.probabilities, truth, mask=mask)
    if readings.calibration is None:
        return CalibrationFigures(_error(before), None, before, None)
    after = reliability_bins(readings.shown, truth, mask=mask)
    return CalibrationFigures(_error(before), _error(after), before, after)


def _error(bins: Sequence[Bin]) -> float:
    return bins_error(bins) if any(each.count for each in bins) else math.nan


def _rows(readings: Readings, codes: PairCounts, aucs: Floats) -> tuple[CodeRow, ...]:
    columns = zip(
        readings.codes,
        codes.positives.tolist(),
        codes.suggested.tolist(),
        readings.thresholds.tolist(),
        codes.precision.tolist(),
        codes.recall.tolist(),
        codes.f1.tolist(),
        aucs.tolist(),
        strict=True,
    )
    return tuple(CodeRow(code, _title(code), *rest) for code, *rest in columns)


def _title(code: str) -> str | None:
    kind = kind_of(code)
    return None if kind is None else title(kind, code)
