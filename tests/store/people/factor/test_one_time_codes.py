"""Codes of an authenticator app: which one counts, and that it counts once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.store.people.factor.one_time_codes import counted_step, new_secret, set_up_address

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = timedelta(seconds=30)
MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))


def step_at(moment: datetime) -> int:
    return int(moment.timestamp()) // 30


def code_at(moment: datetime) -> str:
    return pyotp.TOTP(SECRET).at(moment)


def test_the_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B: its secret, the last six of its eight digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (2000000000, "279037")):
        moment = datetime.fromtimestamp(seconds, UTC)
        assert counted_step(secret, code, used=-1, now=moment) == seconds // 30


@given(MOMENTS, st.integers(-1, 1))
def test_a_code_counts_a_step_before_and_after_its_own(now: datetime, drift: int) -> None:
    code = code_at(now + drift * STEP)
    step = counted_step(SECRET, code, used=-1, now=now)
    # Codes of neighbours are the same once in a million.
    assert step is not None
    assert code_at(datetime.fromtimestamp(30 * step, UTC)) == code


@given(MOMENTS, st.integers(2, 1000), st.booleans())
def test_a_code_further_away_does_not_count(now: datetime, steps: int, later: bool) -> None:
    code = code_at(now + (steps if later else -steps) * STEP)
    near = {code_at(now + drift * STEP) for drift in (-1, 0, 1)}
    assert (counted_step(SECRET, code, used=-1, now=now) is None) == (code not in near)


@given(MOMENTS, st.lists(st.integers(-1, 1), min_size=2, max_size=8))
def test_no_step_counts_twice_and_none_after_a_later_one(now: datetime, drifts: list[int]) -> None:
    used, counted = -1, []
    for drift in drifts:
        step = counted_step(SECRET, code_at(now + drift * STEP), used=used, now=now)
        if step is not None:
            used = step
            counted.append(step)
    assert counted == sorted(set(counted))


@given(MOMENTS, st.integers(2, 10_000))
def test_a_clock_that_was_set_back_locks_nobody(now: datetime, steps: int) -> None:
    ahead = step_at(now) + steps
    step = counted_step(SECRET, code_at(now), used=ahead, now=now)
    assert step is not None
    assert counted_step(SECRET, code_at(now), used=step, now=now) is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", " 12345", "१२३४५६", "-12345"])
def test_what_is_not_six_digits_does_not_count(typed: str) -> None:
    assert counted_step(SECRET, typed, used=-1, now=datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_a_secret_has_160_bits_and_none_is_like_another() -> None:
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    assert {len(secret) for secret in made} == {32}  # letters of 5 bits


@given(st.text(min_size=1, max_size=100))
def test_an_app_reads_the_secret_and_whose_codes_these_are(name: str) -> None:
    parts = urlsplit(set_up_address(SECRET, name))
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert parse_qs(parts.query)["secret"] == [SECRET]
    assert parse_qs(parts.query)["issuer"] == ["ICD-9 Review"]
