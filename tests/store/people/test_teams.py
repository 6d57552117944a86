"""Teams, and who is in them."""

from __future__ import annotations

import pytest

from icd9_review.errors import ConflictError, EncounterError, InputError, NotFound, PermissionDenied
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.intake.encounters import create_encounter
from icd9_review.store.people.accounts import account, change_account
from icd9_review.store.people.teams import (
    add_team,
    set_teams,
    team,
    team_sizes,
    teams,
    teams_of,
)
from icd9_review.store.users import system_user
from icd9_review.store.worklist.assignments import assign
from icd9_review.store.worklist.moves import move_encounter
from icd9_review.store.worklist.page import worklist
from icd9_review.values import (
    CareSetting,
    EventKind,
    NewEncounter,
    NewNote,
    Team,
    User,
    WorklistQuery,
)
from tests.encounters import add_encounter, coders


@pytest.fixture
def by(database: Database) -> User:
    return system_user(database)


def test_people_are_in_the_teams_they_were_given_last(database: Database, by: User) -> None:
    ana, ben = coders(database)
    surgery, cardiology = (add_team(database, name, by=by) for name in ("Surgery", "cardiology"))
    assert teams(database, by=system_user(database)) == (cardiology, surgery)
    set_teams(database, ana, [surgery, cardiology, surgery], by=by)
    set_teams(database, ben, [surgery], by=by)
    assert (
        teams_of(database, ana, by=ana)
        == account(database, ana.name, by=system_user(database)).teams
        == (cardiology, surgery)
    )
    change_account(database, ben, by=by, active=False)
    assert team_sizes(database, by=by) == {surgery.id: 1, cardiology.id: 1}
    set_teams(database, ana, [], by=by)
    assert teams_of(database, ana, by=ana) == ()


def test_each_change_is_told_once_and_without_names(database: Database, by: User) -> None:
    ana, _ = coders(database)
    added = add_team(database, "Surgery", by=by)
    for _ in range(2):
        set_teams(database, ana, [added], by=by)
    told = [each for each in ledger.events(database, ledger.SYSTEM) if "team" in each.kind.value]
    assert [(each.kind, each.payload) for each in told] == [
        (EventKind.TEAM_ADDED, {"team": added.id}),
        (EventKind.TEAMS_SET, {"user": ana.id, "teams": [added.id]}),
    ]


def test_what_is_another_teams_is_assigned_to_somebody_no_more_who_leaves_it(
    database: Database, by: User
) -> None:
    ana, _ = coders(database)
    first, second = (add_team(database, name, by=by) for name in ("Cardiology", "Surgery"))
    set_teams(database, ana, [first, second], by=by)
    kept, left, everybodys = (add_encounter(database) for _ in range(3))
    move_encounter(database, kept.number, first, by=by)
    move_encounter(database, left.number, second, by=by)
    assign(database, [kept.id, left.id, everybodys.id], ana.id, ana)
    set_teams(database, ana, [first], by=by)
    rows = worklist(database, WorklistQuery()).rows
    assert {row.id: row.assignee for row in rows} == {
        kept.id: ana,
        left.id: None,
        everybodys.id: ana,
    }
    assert [row.id for row in worklist(database, WorklistQuery(assignees=(None,))).rows] == [
        left.id
    ]
    last = ledger.events(database, left.id)[-1]
    assert (last.kind, last.payload) == (EventKind.ASSIGNED, {"from": ana.id, "to": None})


@pytest.mark.parametrize("name", ["", " ", "a\nb", " Surgery", "x" * 61])
def test_what_cannot_be_a_name_is_said(database: Database, by: User, name: str) -> None:
    with pytest.raises(InputError, match="name of a team"):
        add_team(database, name, by=by)
    assert teams(database, by=system_user(database)) == ()


def test_no_two_teams_have_one_name_in_whatever_case(database: Database, by: User) -> None:
    added = add_team(database, "Chirurgie Süd", by=by)
    with pytest.raises(ConflictError, match="There is a team called"):
        add_team(database, "CHIRURGIE SÜD", by=by)
    assert team(database, "chirurgie süd", by=system_user(database)) == added
    with pytest.raises(NotFound, match="no team called 'Nord'"):
        team(database, "Nord", by=system_user(database))


def test_nobody_is_put_in_a_team_that_is_not_there(database: Database, by: User) -> None:
    ana, ben = coders(database)
    with pytest.raises(NotFound):
        set_teams(database, ana, [Team(7, "Surgery")], by=by)
    with pytest.raises(NotFound, match="no user"):
        set_teams(database, by, [], by=by)
    for call in (
        lambda: add_team(database, "Mine", by=ben),
        lambda: set_teams(database, ben, [], by=ben),
    ):
        with pytest.raises(PermissionDenied):
            call()


def test_an_encounter_is_for_the_team_that_is_named_else_for_that_of_who_takes_it_in(
    database: Database, by: User
) -> None:
    ana, ben = coders(database)
    first, second = (add_team(database, name, by=by) for name in ("Cardiology", "Surgery"))
    set_teams(database, ana, [second, first], by=by)
    assert told_team(database, ana, None) == first.id
    assert told_team(database, ana, "surgery") == second.id
    assert told_team(database, ben, None) is None
    with pytest.raises(EncounterError, match="no team called 'Urology'; correct the name"):
        told_team(database, ana, "Urology")


def told_team(database: Database, who: User, name: str | None) -> object:
    """The team that the event of a new encounter names."""
    new = NewEncounter(CareSetting.INPATIENT, team=name)
    key = f"{who.id}-{name}"
    made = [
        create_encounter(
            database, new, [NewNote("Cough.", "Note")], actor=who, key=key, model_version=None
        )
        for _ in range(2)  # sent again, it is the same
    ]
    assert made[0] == made[1]
    return ledger.events(database, made[0].id)[0].payload.get("team")
