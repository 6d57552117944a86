"""A fact that somebody sets: in the row, in the edits, in the worklist, in the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.errors import PermissionDenied
from icd9_review.notes import read_note
from icd9_review.notes.intake.documents import (
    Facts,
    FoundEncounter,
    FoundNote,
    complete_facts,
)
from icd9_review.notes.intake.identifiers import Identifier
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.intake.encounters import create_encounter, encounter
from icd9_review.store.intake.imports import Result, import_encounter
from icd9_review.store.ledger.verification import verify
from icd9_review.store.users import users
from icd9_review.store.worklist.page import worklist
from icd9_review.values import (
    Action,
    CareSetting,
    Decision,
    Fact,
    Kind,
    NewEncounter,
    NewNote,
    Role,
    Sex,
    Span,
    WorklistQuery,
)
from tests.encounters import add_scored_encounter, coders
from tests.rows import decision_rows, history_rows
from tests.store.ledger.tampering import findings_after


def setting(fact: Fact, value: str | None, *evidence: Span) -> Decision:
    key = f"{fact}-{value}"
    return Decision(key, Action.SET_FACT, "", "tab-1", 0, evidence=evidence, fact=fact, value=value)


def test_it_stands_in_the_encounter_and_its_exports(database: Database) -> None:
    found = add_scored_encounter(database)
    actor = coders(database)[0]
    place = Span(found.notes[0].id, 0, 5)
    decide(database, found.id, setting(Fact.AGE, "68", place), actor)
    decide(database, found.id, setting(Fact.SEX, "male"), actor)
    decide(database, found.id, setting(Fact.ADMITTED, "2014-03-12", place), actor)
    now = encounter(database, found.id)
    assert (now.age, now.sex, now.admitted) == (68, Sex.MALE, date(2014, 3, 12))
    row = next(iter(decision_rows(database)))
    assert (row.age, row.facts_read) == (68, (Fact.AGE, Fact.ADMITTED))
    told = [each.did for each in history_rows(database) if each.event.kind == "fact_set"]
    assert told == [
        "set the age as read from a note",
        "set the sex",
        "set the day of admission as read from a note",
    ]
    assert verify(database) == []


def test_what_was_taken_from_a_note_at_intake_stands_in_the_export(database: Database) -> None:
    actor = coders(database)[0]
    new = NewEncounter(CareSetting.INPATIENT, 68, Sex.MALE, read=frozenset({Fact.AGE, Fact.SEX}))
    note = NewNote("A 68-year-old man.", "Note")
    found = create_encounter(database, new, [note], actor=actor, key="k", model_version=None)
    decide(database, found.id, setting(Fact.SEX, "female"), actor)
    added = Decision("added", Action.ADD, "428.0", "tab-1", 3, Kind.DIAGNOSIS)
    decide(database, found.id, added, actor)
    (row,) = decision_rows(database)
    assert (row.age, row.sex, row.facts_read) == (68, Sex.FEMALE, (Fact.AGE,))


def test_the_edits_run_again_and_the_worklist_counts_their_errors(database: Database) -> None:
    found = add_scored_encounter(database)
    actor = coders(database)[0]
    lists = built_in_lists()
    procedure = Decision("add", Action.ADD, "99.04", "tab-1", 0, Kind.PROCEDURE)
    dated = replace(procedure, key="date", action=Action.SET_PERFORMED, performed=date(2014, 3, 13))
    for decision in (procedure, dated):
        decide(database, found.id, decision, actor, lists=lists)
    before = worklist(database, WorklistQuery()).rows[0].errors
    decide(database, found.id, setting(Fact.DISCHARGED, "2014-03-12"), actor, lists=lists)
    after = worklist(database, WorklistQuery()).rows[0].errors
    assert before is not None
    assert after == before + 1


def test_sent_again_it_is_stored_once_and_intake_sent_again_is_the_same_encounter(
    database: Database,
) -> None:
    actor = coders(database)[0]
    new = NewEncounter(CareSetting.INPATIENT, age=71)
    notes = [NewNote("A 68-year-old man.", "Note 1")]
    given: dict[str, Any] = {"actor": actor, "key": "intake", "model_version": None}
    first = create_encounter(database, new, notes, **given)
    decision = setting(Fact.AGE, "68")
    assert decide(database, first.id, decision, actor) == decide(
        database, first.id, decision, actor
    )
    assert create_encounter(database, new, notes, **given).age == 68


def test_a_file_is_known_again_after_its_sex_was_corrected(database: Database) -> None:
    actor = coders(database)[0]
    facts = Facts(CareSetting.INPATIENT, 71, Sex.FEMALE, date(2014, 3, 12))
    note = FoundNote(read_note("A 71-year-old man.", "Note"), Identifier("n1"))
    found = FoundEncounter((note,), facts, Identifier("v1"), source="HL7")
    new = complete_facts(facts, CareSetting.INPATIENT)
    given: dict[str, Any] = {"actor": actor, "model_version": None}
    first = import_encounter(database, found, new, **given)
    decide(database, first.encounter_id, setting(Fact.SEX, "male"), actor)
    decide(database, first.encounter_id, setting(Fact.ADMITTED, "2014-03-11"), actor)
    again = import_encounter(database, found, new, **given)
    assert (again.result, again.encounter_id) == (Result.ALREADY_HERE, first.encounter_id)
    assert encounter(database, first.encounter_id).sex is Sex.MALE


def test_who_does_not_code_sets_nothing(database: Database) -> None:
    found = add_scored_encounter(database)
    auditor = next(each for each in users(database) if each.role is Role.AUDITOR)
    with pytest.raises(PermissionDenied):
        decide(database, found.id, setting(Fact.AGE, "68"), auditor)


def test_a_fact_that_was_changed_around_the_program_is_found(database: Database) -> None:
    found = add_scored_encounter(database)
    event = decide(database, found.id, setting(Fact.AGE, "68"), coders(database)[0])
    (finding,) = findings_after(database, "UPDATE encounters SET age = 67")
    assert (finding.stream, finding.sequence) == (found.id, event.sequence)
    assert finding.problem == "the age is another than was set"
