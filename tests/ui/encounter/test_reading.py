from __future__ import annotations

from dataclasses import replace

import pytest

from icd9_review.store.database.engine import Database
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.ui.encounter.reading import Reading, read_scores
from icd9_review.values import Demotion, Doubt, Kind
from tests.encounters import add_encounter, add_scored_encounter, make_model, make_scores


def test_the_likeliest_note_speaks_for_a_code(database: Database) -> None:
    model = make_model()
    encounter = add_scored_encounter(database, model, titles=("First", "Second", "Third"))
    first, second, _ = encounter.notes
    save_scores(database, second.id, make_scores(model, {"486": 9.0}))
    reading = read_scores(database, encounter.notes, model)
    assert reading.complete
    assert set(reading.by_note) == {note.id for note in encounter.notes}
    assert reading.by_code["486"].note_id == first.id  # saved once, a second time changes nothing
    assert [*reading.by_code] == [each.code for each in reading.ranked]
    assert [each.code for each in reading.suggested] == ["428.0", "427.31"]
    wanted = {(Kind.DIAGNOSIS, "486"), (Kind.DIAGNOSIS, "427.31"), (Kind.PROCEDURE, "38.93")}
    assert [each.code for each in reading.those(wanted)] == ["427.31", "486"]


def test_what_is_not_read_yet_is_left_out(database: Database) -> None:
    model = make_model()
    register_model(database, model)
    encounter = add_encounter(database, titles=("First", "Second"))
    first, second = encounter.notes
    assert read_scores(database, encounter.notes, model).ranked == ()
    save_scores(database, second.id, make_scores(model, {"486": 3.0}))
    reading = read_scores(database, encounter.notes, model)
    assert not reading.complete
    assert (list(reading.scores), list(reading.by_note)) == ([second.id], [second.id])
    assert {each.note_id for each in reading.ranked} == {second.id}
    assert reading.note(first.id) == (0, first)
    with pytest.raises(KeyError):
        reading.note("gone")


def test_nothing_to_read_is_read() -> None:
    assert Reading().complete
    assert Reading().by_code == {}


def test_what_reaches_its_threshold_is_suggested_or_demoted(database: Database) -> None:
    demotion = Demotion(Doubt.OUTDONE, beside="428.0")
    encounter = add_scored_encounter(database, make_model(), demoted={"427.31": demotion})
    reading = read_scores(database, encounter.notes, make_model())
    assert [each.code for each in reading.suggested] == ["428.0"]
    assert [(each.code, each.demotion) for each in reading.demoted] == [("427.31", demotion)]
    assert {each.code for each in reading.ranked if each.reached} == {"428.0", "427.31"}
    assert Reading().demoted == ()


def test_what_one_of_the_notes_suggests_is_not_demoted(database: Database) -> None:
    model = make_model()
    register_model(database, model)
    encounter = add_encounter(database, titles=("First", "Second"))
    first, second = encounter.notes
    surer = replace(make_scores(model, {"486": 4.0}), demoted={3: Demotion(Doubt.WITHHELD)})
    save_scores(database, first.id, surer)
    reading = read_scores(database, encounter.notes, model)
    assert [each.code for each in reading.demoted] == ["486"]
    save_scores(database, second.id, make_scores(model, {"486": 1.0}))
    reading = read_scores(database, encounter.notes, model)
    assert reading.demoted == ()
    assert [(each.code, each.note_id) for each in reading.suggested] == [("486", second.id)]
