"""No encounter is in an arm; those that were drawn stand in the ledger and come back."""

from __future__ import annotations

from icd9_review.store.database.migrations import upgrade
from icd9_review.values import Arm
from tests.store.database.versions.history import ENCOUNTER, SYSTEM, VERSION, History

BEFORE, AFTER = "0024", "0025"


def test_what_is_here_is_in_no_arm(history: History) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    history.put_events(("encounter_created", {"number": 1, "setting": "inpatient", "notes": 1}))
    before = history.everything()
    history.upgrade(AFTER)
    encounters = [{**each, "arm": None} for each in before["encounters"]]
    assert history.everything() == before | {"encounters": encounters, "arm_cases": []}


def test_arms_come_back_and_what_was_counted_of_them_is_to_be_counted_again(
    history: History,
) -> None:
    history.upgrade(AFTER)
    history.put_encounter()
    said = {"number": 1, "setting": "inpatient", "notes": 1, "arm": Arm.BLIND.value}
    history.put_events(("encounter_created", said))
    history.run("UPDATE encounters SET arm = 'blind'")
    before = history.everything()
    counts = {"seconds": 60, "decisions": 2, "suggested": 3, "signed": 2, "matched": 1}
    of = {"arm": "blind", "version": VERSION, "month": 202601, "signer": SYSTEM}
    history.put("arm_cases", encounter_id=ENCOUNTER, **of, **counts)
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before
    upgrade(history.database)
