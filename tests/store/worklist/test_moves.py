"""Administrators give encounters to other teams."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from icd9_review.errors import InputError, NotFound
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.ledger.verification import verify
from icd9_review.store.people.teams import add_team, set_teams
from icd9_review.store.users import system_user
from icd9_review.store.worklist.assignments import assign
from icd9_review.store.worklist.moves import move_encounter, read_label
from icd9_review.store.worklist.page import worklist
from icd9_review.values import EventKind, Team, WorklistQuery, encounter_label
from tests.encounters import add_encounter, coders
from tests.store.recoding.recoding import give, keep, newcomer


def test_a_move_is_told_once(database: Database) -> None:
    by, found = system_user(database), add_encounter(database)
    team = add_team(database, "Surgery", by=by)
    moved = [move_encounter(database, found.number, each, by=by) for each in (team, team, None)]
    assert moved == [True, False, True]
    told = [each.payload for each in ledger.events(database, found.id)[2:]]
    assert told == [{"from": None, "to": team.id}, {"from": team.id, "to": None}]


def test_who_has_it_and_is_not_of_the_team_has_it_no_more(database: Database) -> None:
    by, (ana, ben) = system_user(database), coders(database)
    mine, others = add_encounter(database), add_encounter(database)
    assign(database, [mine.id], ana.id, ana)
    assign(database, [others.id], ben.id, ben)
    team = add_team(database, "Surgery", by=by)
    set_teams(database, ana, [team], by=by)
    for found in (mine, others):
        move_encounter(database, found.number, team, by=by)
    rows = worklist(database, WorklistQuery()).rows
    assert {row.id: row.assignee for row in rows} == {mine.id: ana, others.id: None}
    (free,) = worklist(database, WorklistQuery(assignees=(None,))).rows
    assert free.id == others.id
    last = ledger.events(database, others.id)[-1]
    assert (last.kind, last.payload) == (EventKind.ASSIGNED, {"from": ben.id, "to": None})


@pytest.mark.parametrize("named", [0, 1])
def test_twins_have_the_same_text_and_go_to_the_same_team(database: Database, named: int) -> None:
    by, gold = system_user(database), keep(database)
    pair = [encounter(database, gold.encounter_id), give(database, gold, newcomer(database))]
    team = add_team(database, "Surgery", by=by)
    assert move_encounter(database, pair[named].number, team, by=by)
    with database.read() as session:
        assert session.scalars(select(EncounterRow.team)).all() == [team.id] * 2
    assert not move_encounter(database, pair[1 - named].number, team, by=by)
    assert verify(database) == []


def test_what_is_not_there_is_not_moved(database: Database) -> None:
    by, found = system_user(database), add_encounter(database)
    with pytest.raises(NotFound, match="no encounter E-00009"):
        move_encounter(database, 9, None, by=by)
    with pytest.raises(NotFound, match="team is not stored"):
        move_encounter(database, found.number, Team(9, "Surgery"), by=by)


@given(st.integers(1, 999_999_999))
def test_a_label_is_read_back(number: int) -> None:
    assert read_label(encounter_label(number)) == read_label(str(number)) == number


@pytest.mark.parametrize("label", ["", "E-", "E-0", "0", "x", "E-1 2", "9" * 10, "١"])
def test_what_is_no_label_is_said(label: str) -> None:
    with pytest.raises(InputError, match="not the number of an encounter; it is like E-00042"):
        read_label(label)
