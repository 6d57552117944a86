"""Rows for export: one per encounter and code."""

from __future__ import annotations

import pytest

from icd9_review.store import decision_rows as module
from icd9_review.store.decision_rows import decision_rows
from icd9_review.store.decisions import decide
from icd9_review.store.engine import Database
from icd9_review.store.scores import register_model
from icd9_review.values import Action, Decision, Encounter, RejectReason, Verdict
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
    assert all(0 < row.probability < 1 and row.threshold == 0.5 for row in rows)
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
