"""Who sees an encounter is what the events say, and no row beside them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from icd9_review.store.database.engine import Database
from icd9_review.store.ledger.verification import verify
from icd9_review.store.people.glass import break_glass
from icd9_review.store.people.teams import add_team, set_teams
from icd9_review.store.users import system_user
from icd9_review.store.worklist.moves import move_encounter
from icd9_review.values import GlassReason
from tests.encounters import add_encounter, coders
from tests.store.ledger.tampering import findings_after

MEMBER = "person 2 is in other teams than the events say"
OTHERS = "the encounter is another team's than this left it"
SHOWN = "person 3 sees the encounter and no event tells why"


@pytest.fixture
def kept(database: Database) -> Database:
    """Two encounters of two teams; the first coder is in one, the second gave a reason."""
    by, (first, second) = system_user(database), coders(database)
    ours, theirs = add_team(database, "Cardiology", by=by), add_team(database, "Surgery", by=by)
    set_teams(database, first, [ours, theirs], by=by)
    set_teams(database, first, [theirs], by=by)
    found = add_encounter(database, actor=first)
    moved = add_encounter(database, actor=second)
    for team in (ours, None, ours):
        move_encounter(database, moved.number, team, by=by)
    restricted = replace(database, restricted=True)
    break_glass(restricted, found.id, GlassReason.CARE, actor=second, key="glass")
    return database


def test_what_the_events_left_verifies(kept: Database) -> None:
    assert verify(kept) == []


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("INSERT INTO memberships (user_id, team_id) VALUES (2, 1)", MEMBER),
        ("UPDATE memberships SET team_id = 1", MEMBER),
        ("DELETE FROM memberships", MEMBER),
        ("UPDATE encounters SET team = NULL WHERE number = 1", OTHERS),
        ("UPDATE encounters SET team = 2 WHERE number = 2", OTHERS),
        ("UPDATE broken_glass SET until = '2099-01-01 00:00:00'", SHOWN),
        ("UPDATE broken_glass SET sequence = 1", SHOWN),
    ],
)
def test_a_team_that_was_changed_around_the_program_is_found(
    kept: Database, damage: str, problem: str
) -> None:
    assert [found.problem for found in findings_after(kept, damage)] == [problem]
