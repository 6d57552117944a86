"""The arms side by side: a worked example, what is too few, and the sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from icd9_review.quality.arms.figures import ArmMeasure, ArmSums, arm_report, is_beyond_chance
from icd9_review.quality.arms.sentences import (
    describe_bias,
    describe_gap,
    describe_highlights,
    describe_measure,
    describe_recall,
)
from icd9_review.quality.arms.written import write_arms
from icd9_review.statistics.intervals import Interval
from icd9_review.statistics.ratio_sums import RatioSums
from icd9_review.values import Arm


def sums(arm: Arm, charts: list[tuple[int, int, int]], seconds: int = 300) -> ArmSums:
    """Charts as (codes both suggested and signed, signed, suggested), each with other seconds."""
    times = [seconds + place % 7 for place in range(len(charts))]
    return ArmSums(
        arm,
        len(charts),
        0,
        RatioSums.of((both, signed) for both, signed, _ in charts),
        RatioSums.of((both, suggested) for both, _, suggested in charts),
        RatioSums.of((signed - both, 1) for both, signed, _ in charts),
        RatioSums.of((each, 1) for each in times),
        RatioSums.of((each, 5) for each in times),
        [(each, 1) for each in times],
    )


BLIND = sums(Arm.BLIND, [(4, 6, 8), (3, 6, 8), (5, 6, 8)] * 10)
FULL = sums(Arm.FULL, [(6, 7, 8), (7, 8, 8), (6, 6, 8)] * 20, seconds=200)


def test_recall_and_precision_are_those_of_charts_whose_coders_saw_nothing() -> None:
    report = arm_report([FULL, BLIND])
    blind = report.of(Arm.BLIND)
    assert blind is not None
    recall, signed, beside = (
        blind.measures[each] for each in (ArmMeasure.RECALL, ArmMeasure.SIGNED, ArmMeasure.BESIDE)
    )
    assert recall
    assert signed
    assert beside
    assert (recall.value, signed.value, beside.value) == (12 / 18, 12 / 24, 2.0)
    assert recall.low < recall.value < recall.high


def test_bias_is_shown_less_not_shown() -> None:
    report = arm_report([BLIND, FULL])
    bias = report.bias
    assert bias[ArmMeasure.SIGNED].value == pytest.approx(19 / 24 - 12 / 24)
    assert bias[ArmMeasure.BESIDE].value == pytest.approx(2 / 3 - 2)
    assert bias[ArmMeasure.SECONDS].value == pytest.approx(-100, abs=1)
    assert is_beyond_chance(bias[ArmMeasure.SIGNED])
    assert report.highlights == {}
    assert [each.arm for each in report.arms] == [Arm.FULL, Arm.BLIND]
    said = describe_bias(report)
    assert "A suggestion is signed +29 points" in said
    assert "from 10 final ones in each arm on" in said
    assert "the model has 67 %" in describe_recall(report)


def test_without_a_difference_the_report_says_how_large_one_could_be() -> None:
    plain = replace(FULL, arm=Arm.PLAIN)
    report = arm_report([FULL, plain])
    assert report.highlights[ArmMeasure.SIGNED].value == 0
    assert "neither other codes nor sooner, beyond chance" in describe_highlights(report)
    assert "seconds a chart: -100 s" in describe_highlights(
        arm_report([FULL, sums(Arm.PLAIN, [(6, 7, 8), (7, 8, 8), (6, 6, 8)] * 20)])
    )


def judged(arm: ArmSums, omission: RatioSums, commission: RatioSums) -> ArmSums:
    """The same with audits."""
    return replace(arm, omission=omission, commission=commission)


def test_errors_are_told_from_ten_audits_in_each_arm_on() -> None:
    omission = RatioSums.of([(1, 3), (0, 2), (2, 3)] * 4)
    commission = RatioSums.of([(1, 2), (0, 3), (1, 4)] * 4)
    blind = judged(BLIND, omission, commission)
    report = arm_report([judged(FULL, omission, commission), blind])
    assert report.bias[ArmMeasure.OMISSION].value == 0
    assert "By audits, shown less not shown: omission +0 points" in describe_bias(report)
    few = RatioSums.of([(1, 30)] * 9)
    report = arm_report([judged(FULL, few, few), blind])
    full = report.of(Arm.FULL)
    assert full is not None
    assert full.measures[ArmMeasure.OMISSION] is None
    assert ArmMeasure.OMISSION not in report.bias


def test_of_a_few_charts_no_figure_is_told() -> None:
    report = arm_report([FULL, sums(Arm.BLIND, [(1, 2, 3)] * 19)])
    blind = report.of(Arm.BLIND)
    assert blind is not None
    assert set(blind.measures.values()) == {None}
    assert report.bias == {}
    assert "19 charts coded without suggestions are too few" in describe_recall(report)
    assert "too few charts of both arms" in describe_bias(report)
    assert write_arms(report)["arms"]["blind"]["recall"] is None
    assert describe_measure(ArmMeasure.SECONDS, None) == "too few"


def test_charts_that_no_model_had_read_are_in_no_figure_of_it() -> None:
    report = arm_report([replace(BLIND, charts=BLIND.charts, unread=15)])
    blind = report.of(Arm.BLIND)
    assert blind is not None
    assert blind.measures[ArmMeasure.RECALL] is None
    assert blind.measures[ArmMeasure.SECONDS] is not None


def test_seconds_and_codes_are_told_in_their_units() -> None:
    found = Interval(41.6, 38.2, 45.0)
    assert describe_measure(ArmMeasure.PER_DECISION, found) == "42 s (38–45)"
    assert describe_gap(ArmMeasure.BESIDE, Interval(-1.333, -2, -0.5)) == ("-1.33 (-2.00 to -0.50)")
