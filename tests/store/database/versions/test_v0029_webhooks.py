"""Nobody was told of anything before; who was is not any more after a way back."""

from __future__ import annotations

from icd9_review.store.database.migrations import upgrade
from tests.store.database.versions.history import AT, ENCOUNTER, SYSTEM, History, Row

BEFORE, AFTER = "0028", "0029"
NEW: dict[str, list[Row]] = {"webhooks": [], "deliveries": []}


def test_what_is_here_stays_and_nobody_is_told_of_anything(history: History) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    before = history.everything()
    history.upgrade(AFTER)
    assert history.everything() == before | NEW
    webhook = {"id": "w" * 22, "user_id": SYSTEM, "url": "https://h.example", "secret": "s"}
    history.put("webhooks", **webhook, created=AT)
    message = {"message": "msg_1", "body": "{}", "state": "queued", "attempts": 0}
    of = {"webhook_id": "w" * 22, "encounter_id": ENCOUNTER}
    history.put("deliveries", **message, **of, created=AT, due=AT)
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before | NEW
    upgrade(history.database)
