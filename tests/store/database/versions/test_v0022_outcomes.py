"""Code records learn what became of a code; counts are lost below, and made again by a command."""

from __future__ import annotations

from icd9_review.store.database.migrations import upgrade
from icd9_review.store.projections.code_records import CodeRecord, code_records
from icd9_review.store.projections.outcomes import recount
from icd9_review.store.users import system_user
from icd9_review.values import Kind, OutcomeKind
from tests.store.database.versions.history import ENCOUNTER, SYSTEM, History

BEFORE, AFTER = "0021", "0022"
HEART = (Kind.DIAGNOSIS, "428.0")
RECORD = {"encounter_id": ENCOUNTER, "kind": "diagnosis", "code": "428.0", "accepted": True}
NEW = ("outcome", "detail", "version", "suggested", "score", "raw", "month", "actor")


def test_what_was_decided_before_counts_as_decided_and_waits_to_be_counted(
    history: History,
) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    history.put("code_records", **RECORD)
    history.upgrade(AFTER)
    assert history.rows("code_records") == [RECORD | {"decided": True} | dict.fromkeys(NEW)]
    for table in ("outcome_counts", "outcome_scores", "outcome_tallies", "outcome_cases"):
        assert history.rows(table) == []
    assert code_records(history.database, [HEART]) == {HEART: CodeRecord(1, 1)}


def test_below_it_are_the_codes_that_somebody_decided_on(history: History) -> None:
    """By nature: what was merely suggested is told by the ledger, and counted anew."""
    history.upgrade(BEFORE)
    history.put_encounter()
    history.put("code_records", **RECORD)
    before = history.everything()
    history.upgrade(AFTER)
    left = RECORD | {"code": "486", "accepted": False, "decided": False, "outcome": "waiting"}
    history.put("code_records", **left)
    key = {"month": 202601, "version": "", "detail": "", "suggested": True}
    history.put("outcome_counts", kind="diagnosis", code="486", outcome="waiting", **key, count=1)
    history.downgrade(BEFORE)
    assert history.everything() == before


def test_a_recount_takes_up_what_is_here(history: History) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    said = {"code": "428.0", "kind": "diagnosis", "reason": None, "client": "t"}
    history.put_events(("accepted", said))
    history.put("code_records", **RECORD)
    upgrade(history.database)
    assert recount(history.database, actor=system_user(history.database)) == 1
    (record,) = history.rows("code_records")
    assert (record["outcome"], record["actor"]) == (OutcomeKind.ACCEPTED, SYSTEM)
    (count,) = history.rows("outcome_counts")
    assert (count["code"], count["count"], count["month"]) == ("428.0", 1, 202601)
