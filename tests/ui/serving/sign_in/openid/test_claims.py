"""What a provider says of when somebody signed in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import SignInRefused
from icd9_review.ui.serving.sign_in.openid.claims import signed_in_anew

SKEW = 60.0
BEGAN = 1_772_438_400  # 2026-03-02 08:00 UTC
NOW = BEGAN + 90.0


def accepts(said: object) -> bool:
    try:
        signed_in_anew({"auth_time": said}, BEGAN, NOW, skew=SKEW)
    except SignInRefused:
        return False
    return True


def test_a_sign_in_after_it_was_asked_for_is_told_with_its_moment() -> None:
    found = signed_in_anew({"auth_time": BEGAN + 30}, BEGAN, NOW, skew=SKEW)
    assert found == datetime(2026, 3, 2, 8, 0, 30, tzinfo=UTC)


@given(st.floats() | st.integers())
def test_only_one_between_asking_and_now_counts_but_for_clocks(said: float) -> None:
    assert accepts(said) == (BEGAN - SKEW <= said <= NOW + SKEW)


@pytest.mark.parametrize("said", [None, "", str(BEGAN + 30), True, [BEGAN], {}])
def test_what_is_no_moment_is_none(said: object) -> None:
    with pytest.raises(SignInRefused, match="does not say when"):
        signed_in_anew({"auth_time": said}, BEGAN, NOW, skew=SKEW)
    with pytest.raises(SignInRefused, match="does not say when"):
        signed_in_anew({}, BEGAN, NOW, skew=SKEW)
