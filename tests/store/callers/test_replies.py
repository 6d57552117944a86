"""What a request was answered is said again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from icd9_review.errors import KeyReused
from icd9_review.store.callers.replies import (
    REPLY_KEPT,
    Reply,
    claim_key,
    free_key,
    keep_reply,
    ledger_key,
)
from icd9_review.store.database.engine import Database
from tests.store.callers.callers import add_service

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SAID, OTHER = Reply(201, '{"id":"1"}'), Reply(200, '{"id":"2"}')


def test_the_first_answer_counts_for_the_same_request_and_nothing_else(database: Database) -> None:
    first, second = add_service(database), add_service(database)
    assert claim_key(database, first, "k", b"body") is None
    assert keep_reply(database, first, "k", b"body", SAID) == SAID
    assert keep_reply(database, first, "k", b"body", OTHER) == SAID
    assert claim_key(database, first, "k", b"body") == SAID
    assert claim_key(database, second, "k", b"body") is None
    with pytest.raises(KeyReused):
        claim_key(database, first, "k", b"another")
    with pytest.raises(KeyReused):
        keep_reply(database, first, "k", b"another", OTHER)
    assert ledger_key(first, "k") != ledger_key(second, "k")


def test_a_key_is_its_requests_before_it_is_answered_and_free_where_it_came_to_nothing(
    database: Database,
) -> None:
    account = add_service(database)
    assert claim_key(database, account, "k", b"body") is None
    assert claim_key(database, account, "k", b"body") is None
    with pytest.raises(KeyReused):
        claim_key(database, account, "k", b"another")
    free_key(database, account, "k", b"another")
    with pytest.raises(KeyReused):
        claim_key(database, account, "k", b"another")
    free_key(database, account, "k", b"body")
    assert claim_key(database, account, "k", b"another") is None
    assert keep_reply(database, account, "k", b"another", SAID) == SAID
    free_key(database, account, "k", b"another")
    assert claim_key(database, account, "k", b"another") == SAID


def test_old_answers_go(database: Database) -> None:
    account = add_service(database)
    keep_reply(database, account, "old", b"", SAID, now=NOW)
    keep_reply(database, account, "new", b"", SAID, now=NOW + REPLY_KEPT - timedelta(days=1))
    assert claim_key(database, account, "old", b"", now=NOW) == SAID
    assert claim_key(database, account, "old", b"", now=NOW + REPLY_KEPT) is None
    assert claim_key(database, account, "new", b"", now=NOW + REPLY_KEPT) == SAID
