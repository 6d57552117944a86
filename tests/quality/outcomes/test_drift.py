"""The index of two periods, and the codes that moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import InputError
from icd9_review.quality.outcomes.drift import moved_codes, stability
from icd9_review.quality.outcomes.periods import Period, last_months, read_month
from icd9_review.values import Kind

cells = st.fixed_dictionaries({name: st.integers(50, 500) for name in "abc"})
HEART, BLOOD = (Kind.DIAGNOSIS, "428.0"), (Kind.PROCEDURE, "99.04")


@given(cells, cells)
def test_the_index_is_symmetric_and_nothing_only_of_equal_shares(
    first: dict[str, int], second: dict[str, int]
) -> None:
    there, back = (stability("", *pair, "abc").psi for pair in ((first, second), (second, first)))
    assert there is not None
    assert there == pytest.approx(back)
    assert there >= 0
    assert stability("", first, first, "abc").psi == pytest.approx(0)


def test_two_cells_give_the_index_by_hand() -> None:
    # (0.7 - 0.5) ln(0.7/0.5) + (0.3 - 0.5) ln(0.3/0.5) = 0.1695
    found = stability("", {"a": 50_000, "b": 50_000}, {"a": 70_000, "b": 30_000}, "ab")
    assert found.psi == pytest.approx(0.1695, abs=1e-4)


def test_nothing_is_compared_of_fewer_than_a_hundred() -> None:
    assert stability("", {"a": 99}, {"a": 500}, "a").psi is None
    assert moved_codes({HEART: 50}, {HEART: 400}, (99, 500)) == ()


def test_a_code_has_moved_whose_share_changed_beyond_chance() -> None:
    before, after = {HEART: 100, BLOOD: 100}, {HEART: 300, BLOOD: 104}
    (moved,) = moved_codes(before, after, (1000, 1000))
    assert (moved.key, moved.before.part, moved.after.part) == (HEART, 100, 300)


def test_periods_are_compared_with_as_many_months_before() -> None:
    assert Period(202602, 202602).before() == Period(202601, 202601)
    assert last_months(Period(202501, 202602)) == Period(202512, 202602)
    assert last_months(Period(202601, 202602)) == Period(202601, 202602)


@pytest.mark.parametrize(
    "given_month", ["2026-13", "2026-7", "202607", "", "july", "２０２６-０７"]
)
def test_what_is_no_month_is_refused(given_month: str) -> None:
    with pytest.raises(InputError, match="2026-07"):
        read_month(given_month)
