"""What is counted of charts is summed on the way up; below, the cases say it."""

from __future__ import annotations

from tests.store.database.versions.history import ENCOUNTER, SYSTEM, VERSION, History

BEFORE, AFTER = "0032", "0033"
GROUPS = dict.fromkeys(("age", "sex", "setting", "service", "length"), "unknown")


def test_charts_that_took_as_long_are_summed(history: History) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    case = {"encounter_id": ENCOUNTER, "month": 202601, "version": VERSION, **GROUPS}
    history.put("outcome_cases", **case, signer=SYSTEM, seconds=90, decided=3, accepted=2)
    before = history.everything()
    history.upgrade(AFTER)
    (row,) = history.rows("outcome_times")
    assert row == {
        "signer": SYSTEM,
        "seconds": 90,
        "version": VERSION,
        "charts": 1,
        "decided": 3,
        "accepted": 2,
    }
    history.downgrade(BEFORE)
    assert history.everything() == before


def test_of_what_nobody_signed_no_time_is_counted(history: History) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    case = {"encounter_id": ENCOUNTER, "month": 202601, "version": VERSION, **GROUPS}
    history.put("outcome_cases", **case, decided=3, accepted=2)
    history.upgrade(AFTER)
    assert history.rows("outcome_times") == []
