"""How long ago is long enough, by the calendar."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import InputError
from icd9_review.store.retention.periods import RetentionPeriod, read_period

TODAY = date(2026, 11, 29)
DAYS = st.dates(date(1950, 1, 1), date(2100, 1, 1))
PERIODS = st.builds(RetentionPeriod, st.integers(1, 9999), st.sampled_from("ymd"))


@pytest.mark.parametrize(
    ("written", "day", "words"),
    [
        ("7y", date(2019, 11, 29), "7 years"),
        ("1 year", date(2025, 11, 29), "1 year"),
        ("18M", date(2025, 5, 29), "18 months"),
        (" 90 days ", date(2026, 8, 31), "90 days"),
        ("9999y", date(1900, 1, 1), "9,999 years"),
        ("9999m", date(1900, 1, 1), "9,999 months"),
    ],
)
def test_a_period_ends_by_the_calendar(written: str, day: date, words: str) -> None:
    period = read_period(written)
    assert (period.before(TODAY), str(period)) == (day, words)


def test_the_last_day_of_a_shorter_month_counts() -> None:
    assert read_period("1m").before(date(2026, 3, 31)) == date(2026, 2, 28)
    assert read_period("1y").before(date(2028, 2, 29)) == date(2027, 2, 28)


@pytest.mark.parametrize("written", ["", "7", "0y", "-1y", "7w", "7y 3m", "٧y", "10000y"])
def test_what_is_no_period_is_refused_with_the_way_to_write_one(written: str) -> None:
    with pytest.raises(InputError, match="write 7y, 18m or 90d"):
        read_period(written)


@given(PERIODS, DAYS)
def test_it_lies_in_the_past_and_longer_is_earlier(period: RetentionPeriod, today: date) -> None:
    day = period.before(today)
    assert date(1900, 1, 1) <= day < today
    longer = RetentionPeriod(period.count + 1, period.unit)
    assert longer.before(today) <= day


@given(PERIODS, DAYS, DAYS)
def test_nothing_gets_too_old_by_waiting_less(
    period: RetentionPeriod, one: date, other: date
) -> None:
    earlier, later = sorted((one, other))
    assert period.before(earlier) <= period.before(later)
