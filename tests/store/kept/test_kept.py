"""What was stored by an earlier version is true in this one: nothing decided ever moves."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, select, text

from icd9_review.errors import SettingsError
from icd9_review.review.signing import broken_signatures, codes_sha256, signed_codes
from icd9_review.store.code_lists import lists_in_force
from icd9_review.store.database.engine import Database
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.deciding.decisions import (
    decide,
    decision_events,
    last_sequence,
    review_state,
)
from icd9_review.store.explaining.explanation_queue import retry_explanations
from icd9_review.store.ledger import events
from icd9_review.store.ledger.verification import verify
from icd9_review.store.scoring.scoring_queue import take_note
from icd9_review.store.users import system_user, users
from icd9_review.store.worklist.page import status
from icd9_review.values import Action, Decision, EncounterStatus, EventKind, Kind, Poa
from tests.encounters import add_encounter
from tests.store.kept.account import account
from tests.store.kept.conftest import Kept, start
from tests.store.kept.make import build_models, keep_sqlite
from tests.store.kept.story import LATER_VISITS, VISITS, command, exported

STABLE = (
    *("encounter", "encounter_id", "setting", "age", "sex", "code", "kind", "title", "verdict"),
    *("reason", "replaced_by", "origin", "position", "poa", "performed", "admitting", "actor"),
    *("time", "threshold", "model_version", "note_id", "signer", "signed"),
)
"""The columns of an export whose names and meanings stay for good."""


def test_an_upgraded_database_says_what_it_said(kept: Kept, upgraded: Database) -> None:
    now = account(upgraded, datetime.fromisoformat(kept.said["at"]))
    known = len(kept.said["system"])
    told = [kind for _, kind, *_ in now["system"][known:]]
    assert told == [EventKind.PURGED]  # the words that were gone, of which no event told
    now["system"] = now["system"][:known]
    for part, said in kept.said.items():
        if part not in ("at", "rows"):
            assert _rounded(now[part]) == _rounded(said), part


def test_every_way_a_chart_can_stand_is_kept(kept: Kept) -> None:
    """Or the tests here would say less than they seem to."""
    charts = kept.encounters.values()
    kinds = {kind for chart in charts for _, kind, *_ in chart["events"]}
    assert {chart["status"] for chart in charts} == {each.value for each in EncounterStatus}
    elsewhere = (*_OF_THE_SYSTEM, *_WHERE_SIGNERS_ARE_ASKED, *_LATER)
    assert kinds >= {kind.value for kind in EventKind if kind not in elsewhere}
    assert {len(chart["signatures"]) for chart in charts} == {0, 1, 2}
    assert any(chart["chart"]["signed"] is None for chart in charts if chart["signatures"])
    assert any(version > 1 for chart in charts for _, _, version, *_ in chart["notes"])
    assert any(found["deletion"] for chart in charts for _, found in chart["explanations"])


_WHERE_SIGNERS_ARE_ASKED = (EventKind.SIGNER_CONFIRMED,)
_OF_THE_SYSTEM = (
    EventKind.CODES_IMPORTED,
    EventKind.IMPORTED,
    EventKind.MODEL_CHANGED,
    EventKind.SETTINGS_CHANGED,
    EventKind.FIGURES_READ,
    EventKind.LEDGER_READ,
    EventKind.LEDGER_REVIEWED,
    EventKind.LEDGER_VERIFIED,
    EventKind.LEDGER_ANCHORED,
    EventKind.ENCOUNTERS_ARCHIVED,
    EventKind.BACKED_UP,
    EventKind.RESTORED,
    EventKind.EXPORTED,
    EventKind.ROWS_SHOWN,
    EventKind.SIGNED_IN,
    EventKind.SIGN_IN_FAILED,
    EventKind.LOCKED_OUT,
    EventKind.UNLOCKED,
    EventKind.SIGNED_OUT,
    EventKind.PERSON_ADDED,
    EventKind.PERSON_CHANGED,
    EventKind.FACTOR_SET,
    EventKind.FACTOR_FAILED,
    EventKind.FACTOR_REMOVED,
    EventKind.RECOVERY_CODES_SET,
    EventKind.RECOVERY_CODE_USED,
    EventKind.PASSWORD_SET,
    EventKind.ENCOUNTER_REGISTERED,
    EventKind.TEAM_ADDED,
    EventKind.TEAMS_SET,
    EventKind.TOKEN_ADDED,
    EventKind.TOKEN_REVOKED,
    EventKind.WEBHOOK_ADDED,
    EventKind.WEBHOOK_REMOVED,
)
_LATER = (
    EventKind.EVIDENCE_SET,
    EventKind.SEARCHED,
    EventKind.VIEWED,
    EventKind.PURGED,
    EventKind.LEGAL_HOLD_PLACED,
    EventKind.LEGAL_HOLD_LIFTED,
    EventKind.MOVED,
    EventKind.GLASS_BROKEN,
    EventKind.FACT_SET,
    EventKind.LINE_SET,
    EventKind.PHYSICIAN_ASKED,
    EventKind.PHYSICIAN_ANSWERED,
    EventKind.PHYSICIAN_QUERY_WITHDRAWN,
    EventKind.SAMPLE_DRAWN,
    EventKind.GOLD_KEPT,
    EventKind.GOLD_CHANGED,
    EventKind.TWIN_MADE,
    EventKind.SECOND_RULE_SET,
    EventKind.MODEL_REGISTERED,
    EventKind.MODEL_PROMOTED,
    EventKind.MODEL_ROLLED_BACK,
    EventKind.MODEL_RETIRED,
    EventKind.SHADOW_READ,
    EventKind.AUDIT_OPENED,
    EventKind.AUDIT_CODED,
    EventKind.AUDIT_REMARKED,
    EventKind.AUDIT_RETURNED,
    EventKind.AUDIT_ANSWERED,
    EventKind.AUDIT_ADJUDICATED,
    EventKind.AUDIT_CLOSED,
    EventKind.AUDIT_WITHDRAWN,
)
"""What no version before could do."""


def test_the_ledger_verifies(upgraded: Database) -> None:
    assert verify(upgraded) == []


def test_the_ledger_verifies_with_what_comes_in_later(copied: Database) -> None:
    """Encounters from before are in no register; those that come in now are."""
    start(copied)
    add_encounter(copied)
    assert verify(copied) == []


def test_each_signature_is_of_the_codes_that_were_signed(kept: Kept, upgraded: Database) -> None:
    for label, chart in kept.encounters.items():
        told = decision_events(upgraded, chart["id"])
        assert broken_signatures(told) == ()
        signed = [event.payload for event in told if event.kind is EventKind.FINALISED]
        assert signed == chart["signatures"], label
        for payload in signed:
            codes: Any = payload["codes"]
            admitting: Any = payload["admitting"]
            assert codes_sha256(codes, admitting) == payload["codes_sha256"]


def test_a_signed_chart_shows_what_was_signed(kept: Kept, upgraded: Database) -> None:
    signed = {label: chart for label, chart in kept.encounters.items() if chart["chart"]["signed"]}
    assert signed
    for chart in signed.values():
        state = review_state(upgraded, chart["id"])
        assert signed_codes(state) == chart["signatures"][-1]["codes"]
        assert state.admitting == chart["signatures"][-1]["admitting"]
        assert state.signed is not None
        assert state.signed.codes_sha256 == chart["signatures"][-1]["codes_sha256"]
        assert status(upgraded, chart["id"]).value == chart["status"]


def test_the_principal_is_what_was_signed_or_put_first(kept: Kept, upgraded: Database) -> None:
    """What was merely accepted first is not called so, whatever the screen of then did."""
    said = set()
    for chart in kept.encounters.values():
        state, told = review_state(upgraded, chart["id"]), decision_events(upgraded, chart["id"])
        diagnoses = [each.code for each in state.accepted if each.kind is Kind.DIAGNOSIS]
        put_first = [
            event.payload["code"]
            for event in told
            if event.kind is EventKind.RESEQUENCED and event.payload["position"] == 0
        ]
        signed = any(event.kind is EventKind.FINALISED for event in told)
        assert state.principal in {None, *diagnoses[:1]}
        assert state.principal is None or signed or state.principal in put_first
        assert state.signed is None or state.principal == diagnoses[0]
        said.add((state.principal is None, bool(diagnoses)))
    assert said >= {(True, True), (False, True)}


def test_an_export_gives_the_same_rows(kept: Kept, copied: Database, tmp_path: Path) -> None:
    start(copied)
    rows = exported(_address(copied), tmp_path / "rows.jsonl")
    assert len(rows) == len(kept.said["rows"])
    for row, before in zip(rows, kept.said["rows"], strict=True):
        assert {name: row[name] for name in STABLE} == {name: before[name] for name in STABLE}


def test_opening_twice_changes_nothing(copied: Database) -> None:
    start(copied)
    once = _everything(copied)
    start(copied)
    assert _everything(copied) == once


def test_a_revision_that_is_not_known_is_refused_in_one_sentence(copied: Database) -> None:
    with copied.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = _everything(copied)
    with pytest.raises(SettingsError) as refused:
        upgrade(copied)
    message = str(refused.value)
    assert "9999" in message
    assert "install the newer version" in message
    assert message.count(".") == 1
    assert _everything(copied) == before


def test_the_same_files_are_recognised(copied: Database) -> None:
    start(copied)
    before = _counts(copied)
    for path, result in ((LATER_VISITS, "2 already here"), (VISITS, "2 already here")):
        assert result in command(_address(copied), "import", path)
    told = {"events": before["events"] + 2}  # one for each import as a whole
    assert _counts(copied) == before | told


def test_a_decision_that_is_sent_again_is_the_stored_one(kept: Kept, copied: Database) -> None:
    """A browser may still hold what it sent to the earlier version."""
    start(copied)
    encounter = kept.encounters["E-00001"]["id"]
    told = events(copied, encounter)
    first = next(event for event in told if event.kind is EventKind.ACCEPTED)
    said: dict[str, Any] = first.payload
    again = Decision(first.key, Action.ACCEPT, said["code"], said["client"], said["seen"])
    coder = next(person for person in users(copied) if person.id == first.actor)
    assert decide(copied, encounter, again, coder) == first
    assert events(copied, encounter) == told


def test_work_goes_on_where_it_stopped(kept: Kept, copied: Database) -> None:
    start(copied)
    reopened = kept.encounters["E-00006"]["id"]
    coder = users(copied)[0]
    lists = lists_in_force(copied)
    steps = (
        Decision("go-1", Action.SET_POA, "V45.11", "tab", 0, poa=Poa.YES),
        Decision("go-2", Action.FINALISE, "", "tab", 0),
    )
    for step in steps:
        decide(copied, reopened, _seen(copied, reopened, step), coder, lists=lists)
    assert status(copied, reopened) is EncounterStatus.FINALISED
    assert verify(copied) == []


def test_what_waited_is_still_to_be_done(kept: Kept, copied: Database) -> None:
    start(copied)
    job = take_note(copied, kept.said["queues"]["model"])
    assert job is not None
    assert job.note_id == kept.encounters["E-00013"]["notes"][0][0]
    assert retry_explanations(copied, actor=system_user(copied)) == 1


@pytest.mark.long
def test_a_database_of_this_version_can_be_kept(tmp_path: Path) -> None:
    """The story can still be told, and leaves what the tests above want to see."""
    path = tmp_path / "now.sqlite3.gz"
    keep_sqlite(path, build_models(tmp_path), tmp_path)
    with path.with_suffix(".jsonl").open(encoding="utf-8") as lines:
        test_every_way_a_chart_can_stand_is_kept(Kept(path, dict(map(json.loads, lines))))


def _seen(database: Database, encounter_id: str, decision: Decision) -> Decision:
    return replace(decision, seen=last_sequence(database, encounter_id))


def _address(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def _everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, whatever tables there are."""
    tables = MetaData()
    with database.read() as session:
        tables.reflect(session.connection())
        return {
            name: sorted(map(tuple, session.execute(select(table)).all()), key=repr)
            for name, table in tables.tables.items()
        }


def _counts(database: Database) -> dict[str, int]:
    return {name: len(rows) for name, rows in _everything(database).items()}


def _rounded(value: Any) -> Any:
    """Numbers to ten places: another machine may work out the last ones otherwise."""
    if isinstance(value, float):
        return round(value, 10)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(each) for each in value]
    return value
