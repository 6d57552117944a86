"""Time for a chart, and whose charts are worth a look."""

from __future__ import annotations

from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from icd9_review.quality.outcomes.coders import CaseCount, coder_figures, middle_seconds
from icd9_review.quality.outcomes.sentences import describe_coders

ANA, EVA = 1, 2
NAMES = {ANA: "Ana", EVA: "Eva"}


def charts(signer: int, count: int, seconds: int, accepted: int) -> CaseCount:
    return CaseCount(signer, seconds, count, 100 * count, accepted * count)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 5)), min_size=1))
def test_the_middle_is_the_median_of_all_charts(found: list[tuple[int, int]]) -> None:
    counts = [CaseCount(ANA, seconds, times, 0, 0) for seconds, times in found]
    assert middle_seconds(counts) == median([s for s, times in found for _ in range(times)])


def test_who_accepts_all_in_no_time_is_worth_a_look() -> None:
    found = coder_figures([charts(ANA, 30, 60, 99), charts(EVA, 30, 300, 70)])
    assert {each.coder: each.look for each in found} == {ANA: True, EVA: False}
    said = describe_coders(found, NAMES)
    assert "talk may be worthwhile with Ana" in said
    assert "may have been easy" in said


def test_quick_alone_or_agreeing_alone_is_not() -> None:
    quick = coder_figures([charts(ANA, 30, 60, 80), charts(EVA, 30, 300, 70)])
    agreeing = coder_figures([charts(ANA, 30, 300, 99), charts(EVA, 30, 300, 70)])
    assert not any(each.look for each in (*quick, *agreeing))


def test_one_coder_alone_and_coders_of_few_charts_are_not_compared() -> None:
    alone = coder_figures([charts(ANA, 30, 60, 99)])
    few = coder_figures([charts(ANA, 30, 60, 99), charts(EVA, 5, 300, 70)])
    assert [each.look for each in (*alone, *few)] == [None] * 3
    assert "nobody to compare with" in describe_coders(alone, NAMES)
    assert "20 signed charts" in describe_coders(few, NAMES)
    assert "No chart" in describe_coders((), NAMES)
