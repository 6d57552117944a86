from __future__ import annotations

import pytest

from icd9_review.store.database.engine import Database
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.ui.encounter.reading import Reading, read_scores
from icd9_review.values import Kind
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
