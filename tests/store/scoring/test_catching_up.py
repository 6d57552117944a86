"""A new model takes on what is at work a few at a time, and leaves alone what is signed."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from icd9_review.codes.built_in import built_in_lists
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import JobRow, SummaryRow
from icd9_review.store.deciding.decisions import decide, last_sequence
from icd9_review.store.intake.encounters import add_note
from icd9_review.store.projections.summaries import count_outdated, refresh_outdated
from icd9_review.store.scoring.catching_up import behind, catch_up, hurry, read_signed
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.store.scoring.scoring_queue import take_note
from icd9_review.store.worklist.page import status, worklist
from icd9_review.values import (
    Action,
    CareSetting,
    Decision,
    Encounter,
    EncounterStatus,
    NewNote,
    ReopenReason,
    WorklistQuery,
)
from tests.encounters import add_encounter, add_scored_encounter, coders, make_model, make_scores
from tests.rows import decision_rows

OLD, NEW = make_model(), make_model("b" * 64)


def _decide(database: Database, encounter: Encounter, action: Action, code: str = "") -> None:
    sequence = last_sequence(database, encounter.id)
    reason = ReopenReason.ANSWER if action is Action.REOPEN else None
    decision = Decision(f"{action}-{sequence}", action, code, "tab", sequence, reason=reason)
    decide(database, encounter.id, decision, coders(database)[0], lists=built_in_lists())


def _sign(database: Database) -> Encounter:
    """A chart that was signed with the older model, one of its suggestions open."""
    register_model(database, OLD)
    encounter = add_encounter(database, version=OLD.version, setting=CareSetting.OUTPATIENT)
    save_scores(database, encounter.notes[0].id, make_scores(OLD))
    _decide(database, encounter, Action.ACCEPT, "428.0")
    _decide(database, encounter, Action.FINALISE)
    return encounter


def _queued(database: Database) -> dict[str, int]:
    """The priority of each note that waits for the new model."""
    query = select(JobRow.note_id, JobRow.priority).where(JobRow.version == NEW.version)
    with database.read() as session:
        return dict(session.execute(query).all())


def test_registering_a_model_moves_nothing_by_itself(database: Database) -> None:
    encounter = add_scored_encounter(database, OLD)
    register_model(database, NEW)
    assert status(database, encounter.id) is EncounterStatus.OPEN
    assert count_outdated(database) == 1
    assert _queued(database) == {}


def test_what_is_at_work_is_counted_and_read_the_newest_last(database: Database) -> None:
    encounters = [add_scored_encounter(database, OLD, titles=("a", "b")) for _ in range(3)]
    register_model(database, NEW)
    assert behind(database, NEW.version) == [each.id for each in encounters]
    catch_up(database, [encounters[2].id], NEW.version)
    assert count_outdated(database) == 2
    assert behind(database, NEW.version) == [each.id for each in encounters[:2]]
    assert status(database, encounters[2].id) is EncounterStatus.SCORING
    assert _queued(database) == {note.id: 0 for note in encounters[2].notes}
    assert take_note(database, OLD.version) is None


def test_notes_that_no_model_was_there_for_are_read(database: Database) -> None:
    register_model(database, NEW)
    encounter = add_encounter(database)
    assert behind(database, NEW.version) == [encounter.id]
    catch_up(database, [encounter.id], NEW.version)
    assert behind(database, NEW.version) == []
    assert list(_queued(database)) == [encounter.notes[0].id]


def test_what_a_person_opens_comes_first(database: Database) -> None:
    encounter = add_scored_encounter(database, OLD)
    register_model(database, NEW)
    assert hurry(database, encounter.id, NEW.version)
    assert _queued(database) == {encounter.notes[0].id: 1}
    assert status(database, encounter.id) is EncounterStatus.SCORING
    assert not hurry(database, encounter.id, NEW.version)


def test_a_signed_chart_is_left_alone(database: Database) -> None:
    encounter = _sign(database)
    (before,) = worklist(database, WorklistQuery()).rows
    rows = list(decision_rows(database))
    register_model(database, NEW)
    assert behind(database, NEW.version) == []
    assert not hurry(database, encounter.id, NEW.version)
    assert count_outdated(database) == 0
    refresh_outdated(database)
    assert worklist(database, WorklistQuery()).rows == (before,)
    assert list(decision_rows(database)) == rows
    assert _queued(database) == {}


def test_a_signed_chart_without_a_summary_is_counted_and_not_read(database: Database) -> None:
    encounter = _sign(database)
    register_model(database, NEW)
    with database.write() as session:
        session.execute(delete(SummaryRow))
    assert behind(database, NEW.version) == [encounter.id]
    catch_up(database, [encounter.id], NEW.version)
    assert status(database, encounter.id) is EncounterStatus.FINALISED
    assert _queued(database) == {}


@pytest.mark.parametrize("way", ["reopened", "another note", "asked for"])
def test_a_signed_chart_is_read_when_there_is_a_reason(database: Database, way: str) -> None:
    encounter = _sign(database)
    register_model(database, NEW)
    if way == "reopened":
        _decide(database, encounter, Action.REOPEN)
    elif way == "another note":
        actor = coders(database)[0]
        note = NewNote("Pneumonia.", "Late")
        add_note(database, encounter.id, note, actor=actor, key="k", model_version=NEW.version)
    else:
        assert read_signed(database, NEW.version) == 1
        assert read_signed(database, NEW.version) == 0
    waiting = _queued(database)
    assert encounter.notes[0].id in waiting
    assert len(waiting) == (2 if way == "another note" else 1)
    assert waiting[encounter.notes[0].id] == (0 if way == "asked for" else 1)
    signed = status(database, encounter.id) is EncounterStatus.FINALISED
    assert signed == (way == "asked for")
