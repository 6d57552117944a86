"""Reviews: the records of codes are those of the ledger, and summaries are worked out anew."""

from __future__ import annotations

from typing import Any

from icd9_review.store.database.migrations import upgrade
from icd9_review.store.projections import summaries
from icd9_review.store.projections.code_records import CodeRecord, code_records
from icd9_review.store.worklist.page import status
from icd9_review.values import EncounterStatus, Kind
from tests.store.database.versions.history import AT, ENCOUNTER, SYSTEM, History

BEFORE, AFTER = "0001", "0002"
TOLD = (
    ("encounter_created", "", None),
    ("accepted", "428.0", None),
    ("rejected", "427.31", "negated"),
    ("accepted", "486", None),
    ("undone", "486", None),
    ("accepted", "250.00", None),
    ("rejected", "250.00", "history"),
)
RECORDS = [
    {"encounter_id": ENCOUNTER, "kind": "diagnosis", "code": code, "accepted": accepted}
    for code, accepted in (("250.00", False), ("427.31", False), ("428.0", True))
]
SUMMARY = {"open": 0, "decided": 2, "actor": SYSTEM, "at": AT, "search": "e-00001"}


def _fill(history: History) -> None:
    history.put_encounter()
    history.put_events(*((kind, _payload(code, reason)) for kind, code, reason in TOLD))
    history.put("summaries", encounter_id=ENCOUNTER, status="scoring", **SUMMARY)


def _payload(code: str, reason: str | None) -> dict[str, Any]:
    return {"code": code, "kind": "diagnosis", "reason": reason, "client": "t"}


def test_the_records_are_those_of_the_ledger(history: History) -> None:
    _fill(history)
    before = history.everything()
    history.upgrade(AFTER)
    after = history.everything()
    assert after.pop("code_records") == RECORDS
    assert after.pop("summaries") == []
    before.pop("summaries")
    assert after == before


def test_the_program_of_today_reads_them(history: History) -> None:
    _fill(history)
    upgrade(history.database)
    codes = [(Kind.DIAGNOSIS, code) for code in ("428.0", "427.31", "486", "250.00")]
    found = code_records(history.database, codes)
    assert [found[key] for key in codes] == [
        CodeRecord(1, 1),
        CodeRecord(1, 0),
        CodeRecord(0, 0),
        CodeRecord(1, 0),
    ]
    summaries.refresh_outdated(history.database)
    assert status(history.database, ENCOUNTER) is EncounterStatus.SCORING


def test_down_and_up_again_keeps_all_but_the_summaries(history: History) -> None:
    """And, by nature, records of codes that only later programs can add or replace."""
    _fill(history)
    history.upgrade(AFTER)
    before = history.everything()
    history.put("code_records", **(RECORDS[0] | {"code": "250.02"}))
    day = {"chart_date": AT.date(), "version": None, "errors": 1}
    history.put("summaries", encounter_id=ENCOUNTER, status="held", **SUMMARY, **day)
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before


def test_below_it_a_summary_has_the_columns_it_had(history: History) -> None:
    history.upgrade(AFTER)
    history.downgrade(BEFORE)
    _fill(history)
    (row,) = history.rows("summaries")
    assert row == {"encounter_id": ENCOUNTER, "version": None, "status": "scoring"} | SUMMARY
