"""What the load test would say of a decision that was lost, doubled or stored although refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide, last_sequence
from icd9_review.values import Action, Decision
from tests.encounters import add_scored_encounter, coders
from tests.load.accounting import account
from tests.load.coder import Log, Sent


@pytest.fixture
def encounter(sqlite: Database) -> str:
    """One with an accepted code, stored under the key "a"."""
    found = add_scored_encounter(sqlite).id
    decide(sqlite, found, Decision("a", Action.ACCEPT, "428.0", "tab", 0), coders(sqlite)[0])
    return found


@pytest.fixture
def sent(encounter: str) -> Sent:
    return Sent("a", encounter, "accept", "428.0")


def test_what_was_acknowledged_and_is_stored_is_right(
    sqlite: Database, encounter: str, sent: Sent
) -> None:
    found = account(sqlite, [Log(acknowledged=[sent])], [encounter])
    assert found.is_right
    assert (found.acknowledged, found.stored) == (1, 1)


def test_what_was_stored_and_its_answer_lost_is_right(
    sqlite: Database, encounter: str, sent: Sent
) -> None:
    assert account(sqlite, [Log(unanswered=[sent])], [encounter]).is_right


@pytest.mark.parametrize(
    "changed", [{"key": "b"}, {"code": "486"}, {"action": "reject"}, {"encounter": "other"}]
)
def test_what_was_acknowledged_and_is_not_stored_as_it_was_said_is_lost(
    sqlite: Database, encounter: str, sent: Sent, changed: dict[str, str]
) -> None:
    said = replace(sent, **changed)
    assert account(sqlite, [Log(acknowledged=[said])], [encounter]).lost == 1


def test_what_is_stored_once_more_under_another_key_is_doubled(
    sqlite: Database, encounter: str, sent: Sent
) -> None:
    person, seen = coders(sqlite)[0], last_sequence(sqlite, encounter)
    decide(sqlite, encounter, Decision("b", Action.UNDO, "428.0", "tab", seen), person)
    decide(sqlite, encounter, Decision("c", Action.ACCEPT, "428.0", "tab", seen + 1), person)
    undone = Sent("b", encounter, "undo", "428.0")
    assert account(sqlite, [Log(acknowledged=[sent, undone])], [encounter]).doubled == 1


def test_what_was_refused_and_is_stored_is_told(
    sqlite: Database, encounter: str, sent: Sent
) -> None:
    assert account(sqlite, [Log(refused=[(sent, "why")])], [encounter]).refused == 1
