"""What a promotion finds read keeps the model that has read it; what comes in later does not."""

from __future__ import annotations

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide, last_sequence
from icd9_review.store.intake.encounters import add_note
from icd9_review.store.projections.summaries import count_outdated, refresh_outdated
from icd9_review.store.scoring.catching_up import behind, catch_up, hurry, read_anew
from icd9_review.store.scoring.reading_versions import version_shown
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.store.scoring.scoring_queue import take_note
from icd9_review.store.worklist.page import status
from icd9_review.values import (
    Action,
    CareSetting,
    Decision,
    Encounter,
    EncounterStatus,
    NewNote,
    ReopenReason,
)
from tests.encounters import add_encounter, add_scored_encounter, coders, make_scores
from tests.store.models.models import NEW, SETTING, promote, roll_back


@pytest.fixture
def read(database: Database) -> Encounter:
    """An open chart that the model of the setting has read, after another was promoted."""
    found = add_scored_encounter(database, SETTING)
    promote(database)
    return found


def _decide(database: Database, encounter: Encounter, action: Action, code: str = "") -> None:
    sequence = last_sequence(database, encounter.id)
    reason = ReopenReason.ANSWER if action is Action.REOPEN else None
    decision = Decision(f"{action}-{sequence}", action, code, "tab", sequence, reason=reason)
    decide(database, encounter.id, decision, coders(database)[0], lists=built_in_lists())


def test_an_open_chart_keeps_its_model(database: Database, read: Encounter) -> None:
    assert version_shown(database, read.id) == SETTING.version
    assert behind(database, NEW.version) == []
    assert not hurry(database, read.id, NEW.version)
    assert count_outdated(database) == 0
    refresh_outdated(database)
    _decide(database, read, Action.ACCEPT, "428.0")
    assert version_shown(database, read.id) == SETTING.version
    assert status(database, read.id) is EncounterStatus.IN_PROGRESS
    assert take_note(database, NEW.version) is None


def test_a_new_encounter_is_read_by_the_model_in_use(database: Database, read: Encounter) -> None:
    """Also where whoever takes it in has not heard of the promotion yet."""
    for known in (NEW.version, SETTING.version):
        found = add_encounter(database, version=known)
        assert version_shown(database, found.id) == NEW.version
        job = take_note(database, NEW.version)
        assert job is not None
        assert job.note_id == found.notes[0].id
    assert version_shown(database, read.id) == SETTING.version


def test_what_was_read_in_part_goes_over_to_the_model_in_use(database: Database) -> None:
    register_model(database, SETTING)
    found = add_encounter(database, version=SETTING.version, titles=("a", "b"))
    save_scores(database, found.notes[0].id, make_scores(SETTING))
    promote(database)
    assert behind(database, NEW.version) == [found.id]
    catch_up(database, [found.id], NEW.version)
    assert version_shown(database, found.id) == NEW.version
    assert behind(database, NEW.version) == []


def test_another_note_takes_the_whole_chart_over(database: Database, read: Encounter) -> None:
    note = NewNote("Pneumonia.", "Late")
    actor = coders(database)[0]
    add_note(database, read.id, note, actor=actor, key="k", model_version=SETTING.version)
    assert version_shown(database, read.id) == NEW.version
    taken = [take_note(database, NEW.version), take_note(database, NEW.version)]
    assert {job.note_id for job in taken if job} >= {read.notes[0].id}
    assert None not in taken


def test_a_chart_that_is_reopened_goes_over(database: Database) -> None:
    register_model(database, SETTING)
    found = add_encounter(database, version=SETTING.version, setting=CareSetting.OUTPATIENT)
    save_scores(database, found.notes[0].id, make_scores(SETTING))
    promote(database)
    _decide(database, found, Action.ACCEPT, "428.0")
    _decide(database, found, Action.FINALISE)
    assert version_shown(database, found.id) == SETTING.version
    assert take_note(database, NEW.version) is None
    _decide(database, found, Action.REOPEN)
    assert take_note(database, NEW.version) is not None


def test_whoever_cannot_load_the_former_model_has_it_read_anew(
    database: Database, read: Encounter
) -> None:
    assert read_anew(database, read.id)
    assert not read_anew(database, read.id)
    assert version_shown(database, read.id) == NEW.version
    assert take_note(database, NEW.version) is not None


def test_what_a_rolled_back_model_has_read_is_read_anew(database: Database) -> None:
    kept = add_scored_encounter(database, SETTING)
    promote(database)
    found = add_encounter(database, version=NEW.version)
    save_scores(database, found.notes[0].id, make_scores(NEW))
    roll_back(database)
    assert behind(database, SETTING.version) == [found.id]
    catch_up(database, [found.id], SETTING.version)
    assert version_shown(database, found.id) == SETTING.version
    assert version_shown(database, kept.id) == SETTING.version
    job = take_note(database, SETTING.version)
    assert job is not None
    assert job.note_id == found.notes[0].id
