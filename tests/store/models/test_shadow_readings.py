"""What the model in the shadow proposes is kept apart: compared, and shown to nobody."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert

from icd9_review.settings import ROOT
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import ShadowReadingRow
from icd9_review.store.ledger import events, now
from icd9_review.store.ledger.verification import verify
from icd9_review.store.models.known_models import promote_model
from icd9_review.store.models.shadow_readings import (
    compared_charts,
    count_in_shadow,
    next_in_shadow,
    save_in_shadow,
)
from icd9_review.store.scoring.chosen import model_standing
from icd9_review.store.scoring.scores import register_model, suggestions
from icd9_review.store.worklist.page import worklist
from icd9_review.values import Encounter, Kind, KnownModel, Suggestion, Window, WorklistQuery
from tests.encounters import add_encounter, add_scored_encounter
from tests.rows import decision_rows
from tests.store.auditing.signing import add_signed
from tests.store.ledger.tampering import findings_after
from tests.store.models.models import NEW, SETTING, register
from tests.store.retention.conftest import administrator

CANARY = "999.97"


@pytest.fixture
def shadow(database: Database) -> KnownModel:
    register_model(database, SETTING)
    register(database)
    found = model_standing(database).shadow
    assert found is not None
    return found


def proposal(code: str) -> Suggestion:
    return Suggestion(code, Kind.DIAGNOSIS, 0.9, None, 0.5, Window(0, 0, 9))


def read(database: Database, found: Encounter, *codes: str) -> None:
    for note in found.notes:
        save_in_shadow(database, note.id, NEW.version, [proposal(each) for each in codes])


def test_it_reads_what_the_model_in_use_has_read(database: Database, shadow: KnownModel) -> None:
    add_encounter(database)  # nobody has read it
    assert next_in_shadow(database, shadow) is None
    found = add_scored_encounter(database, SETTING)
    assert next_in_shadow(database, shadow) == found.notes[0].id
    read(database, found, "428.0")
    assert next_in_shadow(database, shadow) is None
    by = administrator(database)
    assert count_in_shadow(database, NEW.version, actor=by) == (1, 0)


def test_a_note_that_it_could_not_read_is_kept_with_the_error_and_not_tried_again(
    database: Database, shadow: KnownModel
) -> None:
    found = add_scored_encounter(database, SETTING)
    save_in_shadow(database, found.notes[0].id, NEW.version, None, "RuntimeError")
    read(database, found, "428.0")
    assert next_in_shadow(database, shadow) is None
    by = administrator(database)
    assert count_in_shadow(database, NEW.version, actor=by) == (0, 1)


def test_signed_charts_that_both_have_read_are_compared(
    database: Database, shadow: KnownModel
) -> None:
    found = add_signed(database)
    by = administrator(database)
    assert compared_charts(database, actor=by) == ()
    read(database, found, "486", "250.00")
    (chart,) = compared_charts(database, actor=by)
    assert chart.shadow == {(Kind.DIAGNOSIS, "486"), (Kind.DIAGNOSIS, "250.00")}
    assert chart.in_use == {
        (each.kind, each.code)
        for each in suggestions(database, found.id, SETTING.version)
        if each.suggested
    }
    assert chart.decided
    assert not chart.blind
    promote_model(database, NEW, "Better.", instead_of=SETTING.version, actor=by)
    assert compared_charts(database, actor=by) == ()


def test_nothing_that_tells_of_suggestions_tells_of_the_shadow(
    database: Database, shadow: KnownModel
) -> None:
    found = add_signed(database)
    before = len(events(database, found.id))
    read(database, found, CANARY)
    told = [str(row) for row in decision_rows(database)]
    told += [str(row) for row in worklist(database, WorklistQuery()).rows]
    told += [json.dumps(event.payload) for event in events(database, found.id)]
    told += map(str, suggestions(database, found.id, SETTING.version))
    assert told
    assert CANARY not in "".join(told)
    assert len(events(database, found.id)) == before
    assert verify(database) == []


def test_no_other_module_reads_what_the_shadow_proposes() -> None:
    """So that no page, export, message or event can come upon it."""
    naming = {
        path.relative_to(ROOT).as_posix()
        for folder in ("icd9_review", "pages")
        for path in (ROOT / folder).rglob("*.py")
        if "ShadowReadingRow" in path.read_text("utf-8") or "shadow_readings" in path.read_text()
    }
    assert naming == {
        "icd9_review/store/database/tables/__init__.py",
        "icd9_review/store/database/tables/model.py",
        "icd9_review/store/database/versions/v0026_shadow_readings.py",
        "icd9_review/store/models/shadow_readings.py",
        "icd9_review/store/ledger/shadow.py",
        "icd9_review/jobs/shadowing.py",
        "icd9_review/cli/models/known_models.py",
        "pages/admin/models.py",
    }


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ("UPDATE shadow_readings SET proposed = '[]'", "is not the one that was stored"),
        ("UPDATE shadow_readings SET error = 'x'", "is not the one that was stored"),
        ("DELETE FROM shadow_readings", "is missing"),
    ],
)
def test_a_reading_that_was_changed_is_found(
    database: Database, shadow: KnownModel, changed: str, problem: str
) -> None:
    assert shadow.version == NEW.version
    read(database, add_scored_encounter(database, SETTING), "428.0")
    assert verify(database) == []
    (finding,) = findings_after(database, changed)
    assert finding.problem == f"a reading in the shadow {problem}"


def test_a_reading_that_somebody_put_there_is_found_and_one_of_a_former_program_stays(
    database: Database, shadow: KnownModel
) -> None:
    assert shadow.version == NEW.version
    found = add_scored_encounter(database, SETTING)
    row: dict[str, object] = {"note_id": found.notes[0].id, "proposed": [], "error": None}
    old = insert(ShadowReadingRow).values(**row, version="c" * 64, at=now() - timedelta(days=1))
    with database.write() as session:
        session.execute(old)
    read(database, found, "428.0")
    assert verify(database) == []
    forged = insert(ShadowReadingRow).values(**row, version="d" * 64, at=now())
    (finding,) = findings_after(database, forged)
    assert finding.problem == "no event tells of a reading in the shadow"
