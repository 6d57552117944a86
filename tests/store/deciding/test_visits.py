"""What a person last saw of an encounter."""

from __future__ import annotations

from dataclasses import replace

from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.deciding.views import record_view
from icd9_review.store.deciding.visits import last_visit
from icd9_review.store.people.glass import break_glass
from icd9_review.store.people.teams import add_team
from icd9_review.store.users import system_user
from icd9_review.store.worklist.moves import move_encounter
from icd9_review.store.worklist.page import take_next
from icd9_review.values import Action, Decision, EventKind, GlassReason
from tests.encounters import add_scored_encounter, coders


def test_a_code_that_was_inspected_outside_a_visit_ends_no_visit(database: Database) -> None:
    found, (first, second) = add_scored_encounter(database), coders(database)[:2]
    assert last_visit(database, found.id, second) is None
    opened = record_view(database, found.id, EventKind.OPENED, second, "o", {})
    decision = Decision("d", Action.ACCEPT, "428.0", "tab", opened.sequence)
    decide(database, found.id, decision, first)
    record_view(database, found.id, EventKind.INSPECTED, second, "s", {})
    assert last_visit(database, found.id, second) == opened.sequence


def test_taking_an_encounter_from_the_worklist_ends_no_visit(database: Database) -> None:
    found, (first, second) = add_scored_encounter(database), coders(database)[:2]
    opened = record_view(database, found.id, EventKind.OPENED, second, "o", {})
    decision = Decision("d", Action.ACCEPT, "428.0", "tab", opened.sequence)
    decide(database, found.id, decision, first)
    assert take_next(database, second) == found.id
    assert last_visit(database, found.id, second) == opened.sequence


def test_giving_a_reason_to_see_an_encounter_again_ends_no_visit(database: Database) -> None:
    found, (first, second) = add_scored_encounter(database), coders(database)[:2]
    opened = record_view(database, found.id, EventKind.OPENED, second, "o", {})
    decision = Decision("d", Action.ACCEPT, "428.0", "tab", opened.sequence)
    decide(database, found.id, decision, first)
    by = system_user(database)
    move_encounter(database, found.number, add_team(database, "Surgery", by=by), by=by)
    restricted = replace(database, restricted=True)
    break_glass(restricted, found.id, GlassReason.CARE, actor=second, key="g")
    assert last_visit(restricted, found.id, second) == opened.sequence
