"""Encounters belong to no team and go on being everybody's; teams are lost on the way down."""

from __future__ import annotations

from datetime import timedelta

from tests.store.database.versions.history import AT, ENCOUNTER, SYSTEM, History

BEFORE, AFTER = "0013", "0014"
GLASS = {
    "id": 1,
    "encounter_id": ENCOUNTER,
    "sequence": 1,
    "user_id": SYSTEM,
    "since": AT,
    "until": AT + timedelta(hours=4),
}


def test_what_is_here_belongs_to_no_team(history: History) -> None:
    history.upgrade(BEFORE)
    history.put_encounter()
    before = history.everything()
    history.upgrade(AFTER)
    encounters = [{**each, "team": None} for each in before["encounters"]]
    assert history.everything() == before | {
        "encounters": encounters,
        "teams": [],
        "memberships": [],
        "broken_glass": [],
    }


def test_teams_are_lost_below_it_and_encounters_are_not(history: History) -> None:
    history.upgrade(AFTER)
    history.put_encounter()
    before = history.everything()
    history.put("teams", id=1, name="Cardiology")
    history.put("memberships", user_id=SYSTEM, team_id=1)
    history.put("broken_glass", **GLASS)
    history.run("UPDATE encounters SET team = 1")
    assert history.rows("broken_glass") == [GLASS]
    history.there_and_back(BEFORE, AFTER)
    assert history.everything() == before
