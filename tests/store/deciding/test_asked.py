"""How often a decision asks the database: each question waits for its turn among all coders."""

from __future__ import annotations

from icd9_review.codes.built_in import built_in_lists
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide
from icd9_review.values import Action, Decision, Encounter
from tests.encounters import add_scored_encounter, coders
from tests.outcomes import show
from tests.statements import Asked, asked_of

LISTS = built_in_lists()


def accept(database: Database, encounter: Encounter, code: str, seen: int) -> Asked:
    """What accepting a code asks of the database."""
    coder = coders(database)[0]
    decision = Decision(f"accept-{code}", Action.ACCEPT, code, "tab", seen)
    with asked_of(database) as asked:
        decide(database, encounter.id, decision, coder, lists=LISTS)
    return asked


def test_a_decision_asks_at_most_21_questions_in_one_transaction(database: Database) -> None:
    found = add_scored_encounter(database, titles=("Discharge summary", "History"))
    show(database, found, coders(database)[0], "428.0", "427.31")
    accept(database, found, "428.0", 0)
    asked = accept(database, found, "427.31", 0)
    assert asked.transactions == 1, str(asked)
    assert len(asked.statements) <= 21, str(asked)
