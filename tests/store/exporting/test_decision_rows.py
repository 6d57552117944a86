"""Rows for export: one per encounter and code."""

from __future__ import annotations

from datetime import date

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.exporting import decision_rows as module
from icd9_review.store.exporting.decision_rows import decision_rows
from icd9_review.store.scoring.scores import register_model
from icd9_review.values import (
    Action,
    Decision,
    Encounter,
    EncounterStatus,
    HoldReason,
    Kind,
    Origin,
    Poa,
    RejectReason,
    Span,
    Verdict,
)
from tests.encounters import add_encounter, add_scored_encounter, coders, make_model


def _decide(
    database: Database, encounter: Encounter, code: str, *actions: Action, person: int = 0
) -> None:
    for number, action in enumerate(actions):
        reason = RejectReason.HISTORY if action is Action.REJECT else None
        key = f"{encounter.number}-{code}-{number}"
        decision = Decision(key, action, code, "tab", 0, reason=reason)
        decide(database, encounter.id, decision, coders(database)[person])


def test_verdicts_undone_ones_and_open_suggestions_have_a_row_each(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _decide(database, encounter, "486", Action.ACCEPT, Action.UNDO)
    _decide(database, encounter, "427.31", Action.ACCEPT, Action.REJECT, person=1)
    rows = list(decision_rows(database))
    assert [(r.code, r.verdict, r.reason, r.actor) for r in rows] == [
        ("486", Verdict.OPEN, None, "Development coder"),
        ("427.31", Verdict.REJECTED, RejectReason.HISTORY, "Second coder"),
        ("428.0", Verdict.OPEN, None, None),
    ]
    assert [row.at is None for row in rows] == [False, False, True]
    assert {row.encounter for row in rows} == {"E-00001"}
    assert {row.note_id for row in rows} == {encounter.notes[0].id}
    assert all(row.probability and 0 < row.probability < 1 for row in rows)
    assert {row.threshold for row in rows} == {0.5}
    (only,) = decision_rows(database, only_decided=True)
    assert only.code == "427.31"


def test_an_undo_gives_back_the_row_of_the_decision_before(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _decide(database, encounter, "428.0", Action.ACCEPT, Action.REJECT, Action.UNDO)
    (row,) = decision_rows(database, only_decided=True)
    assert (row.verdict, row.reason) == (Verdict.ACCEPTED, None)


def test_rows_keep_the_model_version_of_the_decision(database: Database) -> None:
    old = make_model("a" * 64)
    encounter = add_scored_encounter(database, old)
    _decide(database, encounter, "428.0", Action.ACCEPT)
    register_model(database, make_model("b" * 64))
    (row,) = decision_rows(database)
    assert row.model_version == old.version


def test_many_encounters_come_in_pieces_and_none_is_missing(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CHUNK", 2)
    for _ in range(5):
        add_scored_encounter(sqlite)
    labels = [row.encounter for row in decision_rows(sqlite)]
    assert labels == [f"E-0000{number}" for number in range(1, 6) for _ in range(2)]


def test_without_a_model_or_scores_there_are_no_rows(database: Database) -> None:
    add_encounter(database)
    assert list(decision_rows(database)) == []


def test_rows_are_of_one_moment(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHUNK", 1)
    encounters = [add_scored_encounter(database) for _ in range(2)]
    rows = decision_rows(database)
    first = next(rows)
    _decide(database, encounters[1], "428.0", Action.ACCEPT)
    assert {row.verdict for row in (first, *rows)} == {Verdict.OPEN}


def _take(database: Database, encounter: Encounter, *decisions: Decision) -> None:
    for decision in decisions:
        decide(database, encounter.id, decision, coders(database)[0], lists=built_in_lists())


def test_a_replacement_has_a_row_for_each_of_its_codes(database: Database) -> None:
    encounter = add_scored_encounter(database)
    span = Span(encounter.notes[0].id, 0, 24)
    _take(
        database,
        encounter,
        Decision("k1", Action.ACCEPT, "427.31", "tab", 0),
        Decision("k2", Action.REPLACE, "428.0", "tab", 0, by="428.21", evidence=(span,)),
    )
    accepted, gone, new = decision_rows(database)
    assert (accepted.code, accepted.origin, accepted.position) == ("427.31", Origin.SUGGESTED, 1)
    assert (gone.code, gone.verdict, gone.by, gone.position, gone.evidence) == (
        "428.0",
        Verdict.REPLACED,
        "428.21",
        None,
        (),
    )
    assert (new.code, new.verdict, new.origin, new.position, new.evidence) == (
        "428.21",
        Verdict.ACCEPTED,
        Origin.REPLACED,
        2,
        (span,),
    )
    assert gone.probability is not None
    assert (new.probability, new.threshold, new.note_id) == (None, None, None)
    assert new.model_version == gone.model_version


def test_a_replacement_by_a_code_of_the_model_has_its_probability(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _take(database, encounter, Decision("k", Action.REPLACE, "428.0", "tab", 0, by="486"))
    gone, new, _open = decision_rows(database)
    assert gone.probability is not None
    assert new.probability is not None
    assert gone.probability > 0.9 > 0.1 > new.probability


def test_an_undone_replacement_leaves_both_codes_open(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _take(
        database,
        encounter,
        Decision("k1", Action.REPLACE, "428.0", "tab", 0, by="428.21"),
        Decision("k2", Action.UNDO, "428.21", "tab", 0),
    )
    rows = {row.code: row for row in decision_rows(database)}
    assert {code: row.verdict for code, row in rows.items()} == dict.fromkeys(
        ("428.0", "428.21", "427.31"), Verdict.OPEN
    )
    assert rows["428.0"].actor == rows["428.21"].actor == "Development coder"


def test_rows_tell_what_was_set_and_who_signed(database: Database) -> None:
    encounter = add_scored_encounter(database)
    performed = date(2012, 3, 4)
    _take(
        database,
        encounter,
        Decision("k1", Action.ACCEPT, "428.0", "tab", 0),
        Decision("k2", Action.SET_POA, "428.0", "tab", 0, poa=Poa.YES),
        Decision("k3", Action.ADD, "99.04", "tab", 0, Kind.PROCEDURE),
        Decision(
            "k4", Action.SET_PERFORMED, "99.04", "tab", 0, Kind.PROCEDURE, performed=performed
        ),
        Decision("k5", Action.SET_ADMITTING, "786.05", "tab", 0),
        Decision("k6", Action.HOLD, "", "tab", 0, reason=HoldReason.QUERY),
    )
    held = list(decision_rows(database))
    assert [(row.code, row.poa, row.performed, row.admitting) for row in held] == [
        ("428.0", Poa.YES, None, False),
        ("99.04", None, performed, False),
        ("427.31", None, None, False),
        ("786.05", None, None, True),
    ]
    assert {(row.status, row.signer) for row in held} == {
        (EncounterStatus.HELD, "Development coder")
    }
    _take(
        database,
        encounter,
        Decision("k7", Action.RELEASE, "", "tab", 0),
        Decision("k8", Action.SET_ADMITTING, "428.0", "tab", 0),
        Decision("k9", Action.FINALISE, "", "tab", 3),
    )
    signed = list(decision_rows(database, only_decided=True))
    assert [(row.code, row.admitting) for row in signed] == [("428.0", True), ("99.04", False)]
    assert {row.status for row in signed} == {EncounterStatus.FINALISED}
    assert all(row.signed_at for row in signed)
