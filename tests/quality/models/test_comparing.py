"""A shadow model beside the model in use, on the same signed charts."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from icd9_review.quality.models.comparing import ComparedChart, compare_models
from icd9_review.quality.models.model_words import describe_gain, describe_interval
from icd9_review.statistics.intervals import Interval
from icd9_review.values import CodeKey, Kind


def keys(codes: str) -> frozenset[CodeKey]:
    return frozenset((Kind.DIAGNOSIS, code) for code in codes.split())


def chart(signed: str, in_use: str, shadow: str) -> ComparedChart:
    return ComparedChart(keys(signed), keys(in_use), keys(shadow))


def test_precision_recall_and_f1_are_over_all_codes_of_the_charts() -> None:
    found = compare_models(
        [chart("486 428.0", "486", "486 428.0 401.9"), chart("401.9", "401.9 486", "401.9")]
    )
    assert found.charts == 2
    assert found.in_use.precision.value == pytest.approx(2 / 3)
    assert found.in_use.recall.value == pytest.approx(2 / 3)
    assert found.shadow.precision.value == pytest.approx(3 / 4)
    assert found.shadow.recall.value == 1
    assert found.shadow.f1.value == pytest.approx(6 / 7)
    assert found.gain.value == pytest.approx(6 / 7 - 2 / 3)
    assert math.isnan(found.gain.low)  # of two charts there is no interval


def test_what_differs_is_told_code_by_code_the_largest_difference_first() -> None:
    found = compare_models(
        [chart("486 428.0", "486 401.9", "486 428.0"), chart("428.0 401.9", "401.9", "428.0 401.9")]
    )
    told = [(each.key[1], each.signed, each.found, each.wrong) for each in found.codes]
    assert told == [("428.0", 2, (0, 2), (0, 0)), ("401.9", 1, (1, 1), (1, 0))]


def test_the_interval_of_the_gain_draws_whole_charts() -> None:
    found = compare_models(many(200))
    assert found.gain.low < found.gain.value < found.gain.high
    assert found.gain.low > 0
    assert "more than chance explains" in describe_gain(found)
    assert compare_models(many(200)) == found


def test_two_models_that_are_alike_are_not_told_apart() -> None:
    found = compare_models([chart("486", "486", "486")] * 20)
    assert found.gain.value == 0
    assert found.codes == ()
    assert describe_gain(found).startswith("Both have the same F1")
    near = compare_models([*many(12), *(chart(a, c, b) for a, b, c in mirrored(12))])
    assert "do not tell the two apart" in describe_gain(near)


def test_without_a_chart_nothing_is_said() -> None:
    found = compare_models([])
    assert found.charts == 0
    assert describe_gain(found) == "Neither model proposes a code, and none was signed."
    assert describe_interval(Interval(0.5, math.nan, math.nan)) == ".500"


def mirrored(count: int) -> Sequence[tuple[str, str, str]]:
    return [
        ("486 428.0", "486", "486 428.0") if number % 3 else ("486 401.9", "486 401.9", "486")
        for number in range(count)
    ]


def many(count: int) -> list[ComparedChart]:
    """Two of three charts are better with the shadow model, the third one worse."""
    return [chart(*each) for each in mirrored(count)]
