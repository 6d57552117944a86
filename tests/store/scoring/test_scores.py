"""Scores are stored once and come back bit by bit; suggestions follow from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import numpy as np
import pytest
from sqlalchemy import select, text

from icd9_review.errors import NotFound
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import ModelVersionRow, ScoresRow
from icd9_review.store.ledger import now
from icd9_review.store.ledger.verification import verify
from icd9_review.store.scoring.model_versions import newest_version
from icd9_review.store.scoring.scores import (
    register_model,
    save_scores,
    scores,
    stored_version,
    suggestions,
)
from icd9_review.store.scoring.scoring_queue import pending_notes
from icd9_review.suggestions import keep_scores, merge, rank
from icd9_review.values import Calibration, Demotion, Doubt, EventKind, ModelVersion, Scores
from tests.encounters import (
    CODES,
    LOGITS,
    add_encounter,
    add_scored_encounter,
    make_model,
    make_scores,
)
from tests.store.database.versions.history import History

BY_LABEL = Calibration(
    1.0, 0.0, "validation", lines=((0.5, -2.0), (1.0, 3.0)), line_of=bytes([1, 0, 2, 0])
)
"""Of 428.0, which the model is surest of, little is left; 250.00 comes first."""


BY_VERDICT = replace(BY_LABEL, passed=(0.4, 1.0), demoted=(0.6, -0.3))


@pytest.mark.parametrize(
    "calibration", [None, Calibration(1.5, -0.1, "validation"), BY_LABEL, BY_VERDICT]
)
def test_a_model_version_comes_back_as_it_was(
    database: Database, calibration: Calibration | None
) -> None:
    model = make_model(calibration=calibration, threshold=0.1)
    register_model(database, model)
    register_model(database, model)
    assert stored_version(database, model.version) == model


def test_one_line_for_all_labels_is_stored_as_ever(database: Database) -> None:
    register_model(database, make_model(calibration=Calibration(1.5, -0.1, "validation")))
    with database.read() as session:
        row = session.scalars(select(ModelVersionRow)).one()
        assert row.calibration == {"slope": 1.5, "intercept": -0.1, "split": "validation"}


def test_suggestions_come_by_the_probability_that_is_shown(database: Database) -> None:
    model = make_model(calibration=BY_LABEL)
    encounter = add_scored_encounter(database, model)
    found = suggestions(database, encounter.id, model.version)
    assert [each.code for each in found] == ["250.00", "427.31", "428.0", "486"]
    assert [each.code for each in found if each.suggested] == ["427.31", "428.0"]


def large_model() -> ModelVersion:
    return make_model(codes=tuple(f"{number:05}" for number in range(18_449)))


def test_of_18_449_labels_a_few_kilobytes_are_stored(database: Database) -> None:
    model = large_model()
    register_model(database, model)
    (note,) = add_encounter(database).notes
    logits = np.random.default_rng(1).normal(-9, 2.5, 18_449).astype(np.float32)
    given = replace(make_scores(model), logits=logits)
    save_scores(database, note.id, given)
    kept = keep_scores(given, model)
    found = scores(database, [note.id], model.version)[note.id]
    assert found.labels is not None
    assert kept.labels is not None
    assert found.labels.tolist() == kept.labels.tolist()
    assert found.logits.tobytes() == kept.logits.tobytes()
    assert found.windows.tolist() == given.windows[kept.labels].tolist()
    assert len(_row(database).logits) == 4 * len(kept.logits) < 5000
    assert rank(found, model) == rank(given, model)


def test_the_ledger_has_the_sum_of_what_is_stored(database: Database) -> None:
    model = make_model()
    encounter = add_scored_encounter(database, model)
    row = _row(database)
    *_, event = ledger.events(database, encounter.id)
    assert row.encoding == event.payload["encoding"] == "kept"
    assert row.labels == np.arange(4, dtype="<i4").tobytes()
    assert event.payload["kept"] == 4
    total = sha256(row.labels + row.logits + row.windows).hexdigest()
    assert event.payload["sha256"] == total
    assert verify(database) == []


def test_scores_of_an_older_program_are_read_whole(database: Database) -> None:
    """Byte for byte as they were, and so they stay."""
    model = large_model()
    register_model(database, model)
    (note,) = add_encounter(database).notes
    logits = np.random.default_rng(2).normal(-9, 2.5, 18_449).astype("<f4")
    windows = np.zeros(18_449, "<i4")
    whole = {"logits": logits.tobytes(), "windows": windows.tobytes(), "spans": [[0, 9]]}
    with database.write() as session:
        row = ScoresRow(note_id=note.id, version=model.version, **whole, read=9, length=9, at=now())
        session.add(row)
    assert (_row(database).encoding, _row(database).labels) == ("whole", None)
    found = scores(database, [note.id], model.version)[note.id]
    assert found.labels is None
    assert found.logits.tobytes() == logits.tobytes()
    assert len(rank(found, model)) < 1500


def test_verification_finds_scores_that_are_not_those_of_the_ledger(database: Database) -> None:
    model = make_model()
    encounter = add_scored_encounter(database, model)
    assert verify(database) == []
    with database.write() as session:
        session.scalars(select(ScoresRow)).one().logits = np.zeros(4, "<f4").tobytes()
    (found,) = verify(database)
    assert (found.stream, found.problem) == (
        encounter.id,
        "the scores are not those that were stored",
    )


def test_scores_that_an_older_revision_made_whole_are_those_of_the_ledger(
    database: Database,
) -> None:
    model = large_model()
    register_model(database, model)
    (note,) = add_encounter(database).notes
    logits = np.random.default_rng(3).normal(-9, 2.5, 18_449).astype(np.float32)
    save_scores(database, note.id, replace(make_scores(model), logits=logits))
    before = scores(database, [note.id], model.version)[note.id]
    history = History(database)
    history.there_and_back("0008", "head")
    assert (_row(database).encoding, len(_row(database).logits)) == ("whole", 4 * 18_449)
    after = scores(database, [note.id], model.version)[note.id]
    assert rank(after, model) == rank(before, model)
    assert verify(database) == []


JUDGED = {0: Demotion(Doubt.WITHHELD), 1: Demotion(Doubt.OUTDONE, beside="428.0")}
"""Of the two codes that reach their threshold."""


def test_verdicts_come_back_as_they_were(database: Database) -> None:
    model = make_model()
    register_model(database, model)
    (note,) = add_encounter(database).notes
    given = replace(make_scores(model), demoted=JUDGED)
    save_scores(database, note.id, given)
    found = scores(database, [note.id], model.version)[note.id]
    assert found.demoted == JUDGED
    assert rank(found, model) == rank(given, model)
    *_, event = ledger.events(database, note.encounter_id)
    assert event.payload["demoted"] == [[0, "withheld", ""], [1, "outdone", "428.0"]]
    assert event.payload["suggested"] == 0
    assert verify(database) == []


def test_where_nothing_was_demoted_nothing_is_stored_of_it(database: Database) -> None:
    encounter = add_scored_encounter(database)
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM scores WHERE demoted IS NULL")) == 1
    *_, event = ledger.events(database, encounter.id)
    assert event.payload["demoted"] == []


def test_of_18_449_labels_every_demoted_one_is_kept_by_its_place(database: Database) -> None:
    model = large_model()
    register_model(database, model)
    (note,) = add_encounter(database).notes
    logits = np.full(18_449, -9, np.float32)
    logits[[3, 18_448]] = 2.0
    demoted = {18_448: Demotion(Doubt.UNNAMED)}
    save_scores(database, note.id, replace(make_scores(model), logits=logits, demoted=demoted))
    found = suggestions(database, note.encounter_id, model.version)
    assert [(each.code, each.suggested) for each in found if each.reached] == [
        ("00003", True),
        ("18448", False),
    ]


def test_a_code_that_one_note_suggests_is_suggested_though_another_demotes_it(
    database: Database,
) -> None:
    model = make_model()
    register_model(database, model)
    encounter = add_encounter(database, titles=("a", "b"))
    first, second = encounter.notes
    surer = replace(
        make_scores(model, {"428.0": 3.0, "486": 3.0}), demoted={**JUDGED, 3: JUDGED[0]}
    )
    save_scores(database, first.id, surer)
    save_scores(database, second.id, make_scores(model, {"428.0": 0.5, "486": -1.0}))
    found = {each.code: each for each in suggestions(database, encounter.id, model.version)}
    assert (found["428.0"].suggested, found["428.0"].note_id) == (True, second.id)
    assert (found["486"].reached, found["486"].suggested) == (True, False)
    assert found["486"].demotion == JUDGED[0]


def test_verdicts_come_back_when_the_database_has_gone_down_and_up(database: Database) -> None:
    model = make_model()
    register_model(database, model)
    (note,) = add_encounter(database).notes
    save_scores(database, note.id, replace(make_scores(model), demoted=JUDGED))
    History(database).there_and_back("0008", "head")
    assert scores(database, [note.id], model.version)[note.id].demoted == JUDGED
    assert verify(database) == []


def _row(database: Database) -> ScoresRow:
    with database.read() as session:
        return session.scalars(select(ScoresRow)).one()


def test_scores_come_back_bit_by_bit(database: Database) -> None:
    model = make_model()
    register_model(database, model)
    (note,) = add_encounter(database).notes
    given = replace(make_scores(model), logits=np.array([1e-7, -3.3, 88.1, 0.1], np.float32))
    assert scores(database, [note.id], model.version) == {}
    save_scores(database, note.id, given)
    found = scores(database, [note.id], model.version)[note.id]
    assert found.logits.tobytes() == given.logits.tobytes()
    assert found.logits.dtype == np.float32
    assert found.windows.tolist() == given.windows.tolist()
    assert found.windows.dtype == np.int32
    assert (found.spans, found.read, found.length) == (given.spans, given.read, given.length)


def test_a_second_saving_changes_nothing(database: Database) -> None:
    model = make_model()
    encounter = add_scored_encounter(database, model)
    before = ledger.events(database, encounter.id)
    save_scores(database, encounter.notes[0].id, make_scores(model, {"486": 5.0}))
    (found,) = scores(database, [encounter.notes[0].id], model.version).values()
    assert found.logits.tolist() == list(LOGITS.values())
    assert ledger.events(database, encounter.id) == before


def test_scores_of_many_notes_come_by_note_and_only_for_those_that_are_read(
    database: Database,
) -> None:
    model = make_model()
    register_model(database, model)
    first, second = add_encounter(database, titles=("First", "Second")).notes
    save_scores(database, second.id, make_scores(model, {"486": 5.0}))
    found = scores(database, [first.id, second.id, "unknown"], model.version)
    assert list(found) == [second.id]
    assert scores(database, [], model.version) == {}


def test_scoring_is_an_event_and_ends_the_job(database: Database) -> None:
    model = make_model()
    encounter = add_scored_encounter(database, model)
    *_, event = ledger.events(database, encounter.id)
    assert event.kind is EventKind.SCORED
    assert (event.payload["model_version"], event.payload["suggested"]) == (model.version, 2)
    waiting = pending_notes(database, model.version)
    assert (waiting.queued, waiting.running, waiting.failed) == (0, 0, 0)


def test_suggestions_are_what_is_kept_with_the_best_note_of_each(database: Database) -> None:
    model = make_model()
    register_model(database, model)
    encounter = add_encounter(database, titles=("a", "b"))
    first, second = encounter.notes
    vectors = {
        first.id: make_scores(model, {"428.0": 2.0, "486": -1.0}),
        second.id: make_scores(model, {"428.0": 1.0, "486": 0.5}),
    }
    assert suggestions(database, encounter.id, model.version) == ()
    for note_id, vector in vectors.items():
        save_scores(database, note_id, vector)
    found = suggestions(database, encounter.id, model.version)
    assert found == merge(rank(vector, model, note) for note, vector in vectors.items())
    assert {each.code for each in found} == set(CODES)
    assert {each.code: each.note_id for each in found if each.suggested} == {
        "428.0": first.id,
        "486": second.id,
    }


@pytest.mark.parametrize(
    "change",
    [
        {"logits": np.zeros(3, np.float32)},
        {"windows": np.zeros(5, np.int32)},
        {"windows": np.full(4, 2, np.int32)},
        {"windows": np.full(4, -1, np.int32)},
        {"logits": np.array([0, np.nan, 0, 0], np.float32)},
        {"logits": np.array([0, np.inf, 0, 0], np.float32)},
        {"spans": ()},
    ],
)
def test_scores_that_do_not_fit_are_not_stored(sqlite: Database, change: dict[str, object]) -> None:
    model = make_model()
    register_model(sqlite, model)
    (note,) = add_encounter(sqlite).notes
    wrong: Scores = replace(make_scores(model), **change)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="these scores"):
        save_scores(sqlite, note.id, wrong)
    assert scores(sqlite, [note.id], model.version) == {}


def test_what_is_unknown_is_not_found(database: Database) -> None:
    model = make_model()
    with pytest.raises(NotFound):
        stored_version(database, model.version)
    encounter = add_encounter(database)
    with pytest.raises(NotFound):
        suggestions(database, encounter.id, model.version)
    with pytest.raises(NotFound):
        save_scores(database, encounter.notes[0].id, make_scores(model))
    register_model(database, model)
    with pytest.raises(NotFound):
        suggestions(database, "x" * 22, model.version)
    with pytest.raises(NotFound):
        save_scores(database, "x" * 22, make_scores(model))


def test_a_new_model_is_in_use_although_the_clock_was_set_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_model(database, make_model("a" * 64))
    earlier = now() - timedelta(days=400)
    monkeypatch.setattr("icd9_review.store.scoring.model_versions.now", lambda: earlier)
    register_model(database, make_model("b" * 64))
    with database.read() as session:
        assert newest_version(session) == "b" * 64


def test_another_model_is_an_event_and_the_same_one_is_none(database: Database) -> None:
    for version in ("a", "a", "b", "a"):
        register_model(database, make_model(version * 64))
    told = [event.payload for event in ledger.events(database, ledger.SYSTEM)]
    assert told == [
        {"from": None, "to": "a" * 64},
        {"from": "a" * 64, "to": "b" * 64},
        {"from": "b" * 64, "to": "a" * 64},
    ]
