"""Nothing is archived on the way up but what the ledger says; numbers come from the encounters."""

from __future__ import annotations

import json

from icd9_review.store.database.migrations import upgrade
from tests.store.database.versions.history import AT, SYSTEM, History

BEFORE, AFTER = "0029", "0030"
NEW = {"archived", "number"}


def put_signed(history: History) -> None:
    history.put_encounter()
    history.put_summary(status="finalised", open=0, decided=1, signed_at=AT)


def test_what_is_here_stays_and_nothing_is_archived(history: History) -> None:
    history.upgrade(BEFORE)
    put_signed(history)
    before = history.everything()
    history.upgrade(AFTER)
    (row,) = history.rows("summaries")
    assert (row["number"], bool(row["archived"])) == (1, False)
    history.downgrade(BEFORE)
    assert history.everything() == before
    history.upgrade(AFTER)
    upgrade(history.database)


def test_a_database_that_had_gone_back_has_its_archive_again(history: History) -> None:
    history.upgrade(BEFORE)
    put_signed(history)
    said = json.dumps({"before": "2026-01-03"}).encode()
    history.put(
        "events",
        stream="system",
        sequence=99,
        kind="encounters_archived",
        schema=1,
        payload=said,
        actor=SYSTEM,
        at="2026-02-02T03:04:05.678900Z",
        key="archived",
        previous="f" * 64,
        hash="f" * 64,
    )
    history.upgrade(AFTER)
    (row,) = history.rows("summaries", "archived")
    assert row["archived"]
