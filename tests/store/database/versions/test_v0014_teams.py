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


def test_what_belonged_to_a_team_does_so_again_on_the_way_up(history: History) -> None:
    """Or whatever had been restricted to it would be everybody's."""
    history.upgrade(AFTER)
    history.put_encounter()
    history.put_events(
        ("encounter_created", {"team": 3}),
        ("team_added", {"team": 3}),
        ("team_added", {"team": 5}),
        ("teams_set", {"user": SYSTEM, "teams": [3]}),
        ("teams_set", {"user": SYSTEM, "teams": [5]}),
        ("moved", {"from": 3, "to": 5}),
    )
    history.there_and_back(BEFORE, AFTER)
    assert history.rows("encounters", "team") == [{"team": 5}]
    assert history.rows("memberships") == [{"user_id": SYSTEM, "team_id": 5}]
    history.run("INSERT INTO teams (name) VALUES ('Surgery')")
    assert [row["name"] for row in history.rows("teams")] == ["Team 3", "Team 5", "Surgery"]


def test_an_encounter_that_was_given_to_everybody_stays_everybodys(history: History) -> None:
    history.upgrade(AFTER)
    history.put_encounter()
    told = (("encounter_created", {"team": 3}), ("team_added", {"team": 3}))
    history.put_events(*told, ("moved", {"from": 3, "to": None}))
    history.there_and_back(BEFORE, AFTER)
    assert history.rows("encounters", "team") == [{"team": None}]


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
