"""Words and causes that nobody had counted; below, the events alone tell them."""

from __future__ import annotations

from typing import Any

from icd9_review.store.database.migrations import upgrade
from tests.store.database.versions.history import ENCOUNTER, VERSION, History
from tests.store.database.versions.test_v0024_blind_to_model import put_audit

BEFORE, AFTER = "0026", "0027"
CAUSES = dict.fromkeys(("documentation", "guideline", "coder", "edge"))


def put_counted(history: History, **more: object) -> None:
    groups = {"age": "45–64", "sex": "female", "setting": "inpatient", "service": "unknown"}
    case: dict[str, Any] = {"month": 202601, "version": VERSION, "length": "under 2,000", **groups}
    history.put("outcome_cases", encounter_id=ENCOUNTER, decided=2, accepted=1, **case, **more)
    for value, cases in (("under 2,000", 1), ("2,000–4,999", 3)):
        tally = {"axis": "length", "value": value, "cases": cases}
        sums = {"shown": 4 * cases, "decided": 2 * cases, "accepted": cases}
        history.put("outcome_tallies", month=202601, version=VERSION, **tally, **sums)


def test_what_is_here_was_counted_without_either(history: History) -> None:
    history.upgrade(BEFORE)
    put_audit(history, blind_model=False)
    put_counted(history)
    before = history.everything()
    (audit,), (case,) = before["audits"], before["outcome_cases"]
    history.upgrade(AFTER)
    assert history.rows("audits") == [audit | CAUSES]
    assert history.rows("outcome_cases") == [case | {"vocabulary": "unknown"}]
    (told,) = (row for row in history.rows("outcome_tallies") if row["axis"] == "vocabulary")
    assert told["value"] == "unknown"
    assert [told[each] for each in ("cases", "shown", "decided", "accepted")] == [4, 16, 8, 4]
    history.downgrade(BEFORE)
    assert history.everything() == before
    upgrade(history.database)


def test_below_it_neither_is_counted(history: History) -> None:
    """By nature: both are worked out of the events again."""
    history.upgrade(AFTER)
    put_audit(history, blind_model=True, **dict.fromkeys(CAUSES, 1))
    put_counted(history, vocabulary="under 1 %")
    history.there_and_back(BEFORE, AFTER)
    (audit,), (case,) = history.rows("audits"), history.rows("outcome_cases")
    assert [audit[each] for each in CAUSES] == [None] * 4
    assert case["vocabulary"] == "unknown"
