"""Encounters that are coded with less than all suggestions: drawn once, and nothing leaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text

from icd9_review.codes.built_in import built_in_lists
from icd9_review.export.columns.decisions import DECISION_COLUMNS
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide, last_sequence
from icd9_review.store.deciding.veils import read_veil
from icd9_review.store.deciding.views import record_view, shown
from icd9_review.store.explaining.attributions import save_attribution
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.ledger import events
from icd9_review.store.ledger.verification import verify
from icd9_review.store.oversight.entries import ledger_entries, ledger_page
from icd9_review.store.oversight.outcome_counts import read_outcomes
from icd9_review.store.oversight.stories import encounter_story, past_state
from icd9_review.store.projections.code_records import CodeRecord, code_records
from icd9_review.store.projections.outcomes import recount
from icd9_review.store.scoring.scores import suggestions
from icd9_review.store.users import system_user, users
from icd9_review.store.worklist.page import worklist
from icd9_review.values import (
    Action,
    Arm,
    CareSetting,
    Decision,
    Demotion,
    Doubt,
    Encounter,
    EncounterStatus,
    EventKind,
    Kind,
    LedgerQuery,
    OutcomeQuery,
    RejectReason,
    ReopenReason,
    Role,
    Span,
    Unshown,
    User,
    Verdict,
    WorklistQuery,
)
from tests.encounters import (
    add_encounter,
    add_scored_encounter,
    coders,
    make_model,
    make_scores,
)
from tests.explaining import Explains
from tests.outcomes import act, outpatients, show
from tests.rows import decision_rows, final_charts, history_rows

Draw = Callable[[Arm | None], None]
VERSION = make_model().version
AGAIN = ReopenReason.CORRECTION


@pytest.fixture
def draw(monkeypatch: pytest.MonkeyPatch) -> Draw:
    """Has every encounter that comes in be in this arm."""

    def put(arm: Arm | None) -> None:
        module = "icd9_review.store.intake.encounters"
        monkeypatch.setattr(f"{module}.draw_arm", lambda *_: arm)

    return put


def add_in(database: Database, draw: Draw, arm: Arm | None) -> Encounter:
    """An encounter in this arm, of which the model suggests 428.0 and 427.31."""
    draw(arm)
    (found,) = outpatients(database, 1)
    return found


def reviewer(database: Database) -> User:
    return next(each for each in users(database) if each.role is Role.AUDITOR)


def act_found(database: Database, chart: Encounter, who: User, code: str, place: Span) -> None:
    """A code that is added without evidence, for which the program found some."""
    seen = last_sequence(database, chart.id)
    decision = Decision(f"found-{code}", Action.ADD, code, "tab", seen)
    decide(database, chart.id, decision, who, lists=built_in_lists(), found=[place])


def explain(database: Database, found: Encounter, code: str) -> None:
    """What the model saw of a suggestion, stored as the worker does."""
    (best,) = (e for e in suggestions(database, found.id, VERSION) if e.code == code)
    key = Explains().technique.key(best)
    said = Explains().explain(found.notes[0].text, code, window=key.window)
    save_attribution(database, key, said)


def test_the_arm_is_drawn_as_an_encounter_comes_in_and_told_by_its_first_event(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_BLIND_SHARE", "0.5")
    monkeypatch.setenv("ICD9_REVIEW_PLAIN_SHARE", "0.5")
    found = [add_encounter(database) for _ in range(12)]
    arms = [each.arm for each in found]
    assert {*arms} == {Arm.BLIND, Arm.PLAIN}
    monkeypatch.setenv("ICD9_REVIEW_BLIND_SHARE", "0")
    monkeypatch.setenv("ICD9_REVIEW_ARMS_SEED", "another")
    assert [encounter(database, each.id).arm for each in found] == arms
    first = [events(database, each.id)[0].payload.get("arm") for each in found]
    assert first == [arm.value for arm in arms if arm]


def test_without_a_share_there_is_no_arm(database: Database) -> None:
    found = add_encounter(database)
    assert found.arm is None
    assert "arm" not in events(database, found.id)[0].payload


def test_an_arm_that_was_changed_is_found(database: Database, draw: Draw) -> None:
    add_in(database, draw, Arm.BLIND)
    assert verify(database) == []
    with database.write() as session:
        session.execute(text("UPDATE encounters SET arm = 'full'"))
    assert [each.problem for each in verify(database)] == [
        "the encounter is not the one that came in"
    ]


def test_once_it_is_signed_everything_is_seen_and_reopening_hides_nothing(
    database: Database, draw: Draw
) -> None:
    found, coder = add_in(database, draw, Arm.BLIND), coders(database)[0]
    assert not read_veil(database, found.id).suggestions
    act(database, found, coder, Action.ADD, "428.0")
    assert not read_veil(database, found.id).suggestions
    act(database, found, coder, Action.FINALISE)
    assert read_veil(database, found.id).suggestions
    act(database, found, coder, Action.REOPEN, reason=AGAIN)
    assert read_veil(database, found.id).suggestions


def test_the_first_signature_tells_what_was_withheld_and_later_ones_do_not(
    database: Database, draw: Draw
) -> None:
    found, coder = add_in(database, draw, Arm.BLIND), coders(database)[0]
    act(database, found, coder, Action.ADD, "428.0")
    act(database, found, coder, Action.FINALISE)
    act(database, found, coder, Action.REOPEN, reason=AGAIN)
    act(database, found, coder, Action.FINALISE)
    signed = [e.payload for e in events(database, found.id) if e.kind is EventKind.FINALISED]
    said = signed[0]["withheld"]
    assert isinstance(said, dict)
    assert said["model_version"] == VERSION
    assert [code for _, code, _ in said["codes"]] == ["428.0", "427.31"]
    assert "withheld" not in signed[1]
    assert verify(database) == []


def test_what_nobody_has_read_is_withheld_from_nobody(database: Database, draw: Draw) -> None:
    draw(Arm.BLIND)
    found = add_encounter(database, setting=CareSetting.OUTPATIENT)
    coder = coders(database)[0]
    act(database, found, coder, Action.ADD, "428.0")
    act(database, found, coder, Action.FINALISE)
    (signed,) = (e for e in events(database, found.id) if e.kind is EventKind.FINALISED)
    assert "withheld" not in signed.payload


def test_what_was_shown_names_the_arm() -> None:
    assert shown("v", [], explanations=False, arm=Arm.BLIND)["arm"] == "blind"
    assert "arm" not in shown("v", [], explanations=True)


def test_the_worklist_tells_nothing_of_its_suggestions(database: Database, draw: Draw) -> None:
    found, coder = add_in(database, draw, Arm.BLIND), coders(database)[0]
    (row,) = worklist(database, WorklistQuery()).rows
    assert (row.open, row.confidence, row.status) == (0, None, EncounterStatus.OPEN)
    assert row.veiled
    act(database, found, coder, Action.ADD, "427.31")
    (row,) = worklist(database, WorklistQuery()).rows
    assert (row.open, row.status) == (0, EncounterStatus.IN_PROGRESS)
    act(database, found, coder, Action.FINALISE)
    (row,) = worklist(database, WorklistQuery()).rows
    assert (row.open, row.veiled) == (1, False)


def test_no_export_tells_of_a_suggestion_before_the_signature(
    database: Database, draw: Draw
) -> None:
    found, coder = add_in(database, draw, Arm.BLIND), coders(database)[0]
    explain(database, found, "427.31")
    act(database, found, coder, Action.ADD, "428.0")
    (row,) = decision_rows(database)
    assert (row.code, row.verdict, row.actor) == ("428.0", Verdict.ACCEPTED, coder.name)
    (chart,) = final_charts(database)
    history = list(history_rows(database))
    for told in (row, chart.codes[0], *history):
        assert getattr(told, "probability", None) is None
        assert "427.31" not in repr(told)
    assert {*history[-1].__slots__} >= {"threshold", "calibrated"}
    assert (history[-1].threshold, history[-1].calibrated) == (None, None)
    act(database, found, coder, Action.FINALISE)
    assert [each.code for each in decision_rows(database)] == ["428.0", "427.31"]
    assert next(final_charts(database)).codes[0].probability is not None
    assert EventKind.EXPLAINED in [each.event.kind for each in history_rows(database)]


def test_the_ledger_tells_nobody_what_the_model_said_before_the_signature(
    database: Database, draw: Draw
) -> None:
    """Neither its list nor its download, nor a story or the past: auditors code nothing blind, but
    what they read they may tell."""
    found, coder = add_in(database, draw, Arm.BLIND), coders(database)[0]
    explain(database, found, "427.31")
    act(database, found, coder, Action.ADD, "428.0")
    for who in (reviewer(database), system_user(database)):
        page = ledger_page(database, LedgerQuery(), None, actor=who, limit=50)
        entries = list(ledger_entries(database, LedgerQuery(), actor=who))
        assert page.total == len(page.entries) == len(entries)
        story = encounter_story(database, found.id, actor=who)
        past = past_state(database, found.id, last_sequence(database, found.id), actor=who)
        for told in (*page.entries, *entries, *story.steps, past.shown):
            assert "427.31" not in repr(told)
            assert "the model gave it" not in repr(told)
            assert "'probability': 0" not in repr(told)
        assert (past.open, past.status) == (None, EncounterStatus.IN_PROGRESS)
    act(database, found, coder, Action.FINALISE)
    who = reviewer(database)
    why = [each.why for each in encounter_story(database, found.id, actor=who).steps]
    assert any("the model gave it" in each for each in why)
    kinds = {each.event.kind for each in ledger_entries(database, LedgerQuery(), actor=who)}
    assert EventKind.EXPLAINED in kinds
    past = past_state(database, found.id, last_sequence(database, found.id), actor=who)
    assert past.open == ((Kind.DIAGNOSIS, "427.31"),)


@pytest.mark.parametrize("arm", list(Arm))
def test_decisions_name_the_arm_from_the_first_signature_on(
    sqlite: Database, draw: Draw, arm: Arm
) -> None:
    found, coder = add_in(sqlite, draw, arm), coders(sqlite)[0]
    act(sqlite, found, coder, Action.ADD, "401.9")
    assert {row.arm for row in decision_rows(sqlite)} == {None}
    act(sqlite, found, coder, Action.FINALISE)
    assert {row.arm for row in decision_rows(sqlite)} == {arm}
    act(sqlite, found, coder, Action.REOPEN, reason=AGAIN)
    assert {row.arm for row in decision_rows(sqlite)} == {arm}
    (column,) = (each for each in DECISION_COLUMNS if each.name == "arm")
    assert {column.value(row) for row in decision_rows(sqlite)} == {arm.value}


def test_of_a_plain_chart_no_export_says_why_before_the_signature(
    database: Database, draw: Draw
) -> None:
    draw(Arm.PLAIN)
    doubted = {1: Demotion(Doubt.UNNAMED)}  # 427.31
    (found,) = outpatients(database, 1, scores=replace(make_scores(make_model()), demoted=doubted))
    coder, place = coders(database)[0], Span(found.notes[0].id, 0, 4)
    act(database, found, coder, Action.ACCEPT, "427.31")
    act_found(database, found, coder, "401.9", place)

    def told() -> list[tuple[object, ...]]:
        names = ("code", "suggested", "demoted", "note_id", "evidence")
        cells = [next(c for c in DECISION_COLUMNS if c.name == name) for name in names]
        return [tuple(cell.value(row) for cell in cells) for row in decision_rows(database)]

    assert [(code, *rest) for code, *rest in told() if code != "428.0"] == [
        ("427.31", "no", None, None, None),
        ("401.9", "no", None, None, None),
    ]
    act(database, found, coder, Action.FINALISE)
    (demoted, added) = (each for each in told() if each[0] != "428.0")
    assert demoted == ("427.31", "no", "unnamed", found.notes[0].id, None)
    assert added[4] == f"{found.notes[0].id}:0-4"


def test_what_was_demoted_in_a_plain_chart_was_shown_without_its_doubt(
    database: Database, draw: Draw
) -> None:
    draw(Arm.PLAIN)
    doubts = {"427.31": Demotion(Doubt.UNNAMED)}
    found = add_scored_encounter(database, demoted=doubts)
    payload = shown(VERSION, [], explanations=False, arm=Arm.PLAIN)
    record_view(database, found.id, EventKind.SHOWN, coders(database)[0], "view", payload)
    last = last_sequence(database, found.id)
    past = past_state(database, found.id, last, actor=system_user(database))
    assert past.shown is not None
    assert [(each.code, each.demotion) for each in past.shown.demoted] == [("427.31", None)]


def test_without_explanations_no_export_has_words_that_were_marked(
    database: Database, draw: Draw
) -> None:
    found = add_in(database, draw, Arm.PLAIN)
    explain(database, found, "428.0")
    rows = list(decision_rows(database))
    assert [row.code for row in rows] == ["428.0", "427.31"]
    assert [(row.shown, row.unshown) for row in rows] == [((), Unshown.OFF)] * 2
    draw(None)
    other = add_in(database, draw, None)
    explain(database, other, "428.0")
    assert [bool(row.shown) for row in decision_rows(database)][2:] == [True, False]


def test_what_was_not_shown_counts_in_no_outcome(database: Database, draw: Draw) -> None:
    found, coder = add_in(database, draw, Arm.BLIND), coders(database)[0]
    act(database, found, coder, Action.ADD, "428.0")
    act(database, found, coder, Action.FINALISE)
    show(database, found, coder, "428.0", "427.31")
    act(database, found, coder, Action.REOPEN, reason=AGAIN)
    act(database, found, coder, Action.REJECT, "427.31", reason=RejectReason.HISTORY)
    program = system_user(database)
    counted = read_outcomes(database, OutcomeQuery(), actor=program)
    assert (counted.codes, counted.cases, counted.groups) == ((), (), ())
    seen = add_in(database, draw, Arm.PLAIN)
    act(database, seen, coder, Action.ACCEPT, "428.0")
    for _ in range(2):
        counted = read_outcomes(database, OutcomeQuery(), actor=program)
        assert [(each.code, each.cases) for each in counted.codes] == [("428.0", 1)]
        assert not counted.uncounted
        key = (Kind.DIAGNOSIS, "428.0")
        assert code_records(database, [key])[key] == CodeRecord(2, 2)
        recount(database, actor=program)
