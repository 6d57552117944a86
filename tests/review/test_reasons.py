"""Reasons: each has a key of its own and words, in one table."""

from __future__ import annotations

from enum import StrEnum

import pytest

from icd9_review.review.reasons import REASONS, reason_words
from icd9_review.values import Action, HoldReason, RejectReason, ReopenReason

CLOSED = [
    (Action.REJECT, RejectReason),
    (Action.HOLD, HoldReason),
    (Action.REOPEN, ReopenReason),
]


@pytest.mark.parametrize(("action", "closed"), CLOSED)
def test_every_reason_of_an_action_is_in_the_table_once(
    action: Action, closed: type[StrEnum]
) -> None:
    given = [each.value for each in REASONS[action]]
    assert sorted(given) == sorted(closed)
    assert all(isinstance(value, closed) for value in given)


@pytest.mark.parametrize("action", REASONS)
def test_one_stroke_of_a_key_picks_each_reason(action: Action) -> None:
    """The browser names a key by one character, and letters come in lower case."""
    keys = [each.key for each in REASONS[action]]
    assert len(set(keys)) == len(keys)
    assert all(len(key) == 1 and key.isascii() and key.isalnum() for key in keys)
    assert all(key == key.lower() for key in keys)


@pytest.mark.parametrize("action", REASONS)
def test_no_two_reasons_of_an_action_read_alike(action: Action) -> None:
    words = [each.words for each in REASONS[action]]
    assert all(words)
    assert len(set(words)) == len(words)


def test_a_reason_that_two_actions_share_keeps_the_words_of_each() -> None:
    assert reason_words(Action.HOLD, "document") == "a document is missing"
    assert reason_words(Action.REOPEN, ReopenReason.DOCUMENT) == "a document came in"
