"""What a request was answered is said again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from icd9_review.errors import KeyReused
from icd9_review.store.callers.replies import (
    REPLY_KEPT,
    Reply,
    find_reply,
    keep_reply,
    ledger_key,
)
from icd9_review.store.database.engine import Database
from tests.store.callers.callers import add_service

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SAID, OTHER = Reply(201, '{"id":"1"}'), Reply(200, '{"id":"2"}')


def test_the_first_answer_counts_for_the_same_request_and_nothing_else(database: Database) -> None:
    first, second = add_service(database), add_service(database)
    assert find_reply(database, first, "k", b"body") is None
    assert keep_reply(database, first, "k", b"body", SAID) == SAID
    assert keep_reply(database, first, "k", b"body", OTHER) == SAID
    assert find_reply(database, first, "k", b"body") == SAID
    assert find_reply(database, second, "k", b"body") is None
    with pytest.raises(KeyReused):
        find_reply(database, first, "k", b"another")
    with pytest.raises(KeyReused):
        keep_reply(database, first, "k", b"another", OTHER)
    assert ledger_key(first, "k") != ledger_key(second, "k")


def test_old_answers_go(database: Database) -> None:
    account = add_service(database)
    keep_reply(database, account, "old", b"", SAID, now=NOW)
    keep_reply(database, account, "new", b"", SAID, now=NOW + REPLY_KEPT - timedelta(days=1))
    assert find_reply(database, account, "old", b"") == SAID
    keep_reply(database, account, "newest", b"", SAID, now=NOW + REPLY_KEPT)
    assert find_reply(database, account, "old", b"") is None
    assert find_reply(database, account, "new", b"") == SAID
