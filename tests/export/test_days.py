"""Days that people name become moments in the time zone of the server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import InputError
from icd9_review.export.days import day_bounds
from icd9_review.store.ledger import write_time


@pytest.fixture(params=["UTC", "America/New_York", "Pacific/Auckland"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_both_days_are_included(zone: str) -> None:
    since, before = day_bounds(date(2026, 7, 1), date(2026, 7, 1))
    assert since is not None
    assert before is not None
    assert before - since == timedelta(days=1)
    hours = {"UTC": 0, "America/New_York": 4, "Pacific/Auckland": -12}[zone]
    assert since.astimezone(UTC) == datetime(2026, 7, 1, tzinfo=UTC) + timedelta(hours=hours)


def test_a_side_without_a_day_has_no_bound() -> None:
    assert day_bounds(None, None) == (None, None)
    assert day_bounds(date(2026, 7, 1), None)[1] is None


def test_days_in_the_wrong_order_are_refused_with_both() -> None:
    with pytest.raises(InputError, match="2026-07-01 is before 2026-07-02"):
        day_bounds(date(2026, 7, 2), date(2026, 7, 1))


@given(st.dates())
def test_any_day_can_be_asked_for(day: date) -> None:
    since, before = day_bounds(day, day)
    assert since is not None
    assert before is not None
    assert since <= before
    assert write_time(since) <= write_time(before)
