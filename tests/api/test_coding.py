"""Suggestions, their explanations, decisions and final codes, as other programs have them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from icd9_review.export.charts.fhir import ICD_9_CM
from icd9_review.model.reading.predictor import Predictor
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decision_events, review_state
from icd9_review.store.ledger.verification import verify
from icd9_review.values import EventKind, Verdict
from tests.api.conftest import Program
from tests.api.handing_in import hand_in, key, read_all, sign
from tests.api.test_admission import of_kind
from tests.tiny import NOTE

FOUND = {"428.0", "427.31", "V58.61"}


@pytest.fixture
def read(program: Program, database: Database, predictor: Predictor) -> str:
    """An encounter that the model has read."""
    made: str = hand_in(program)["id"]
    read_all(database, predictor, made)
    return made


def decide(program: Program, encounter: str, **body: Any) -> Any:
    """The answer to a decision on the encounter as it stands."""
    tag = program.get(f"/encounters/{encounter}").headers["etag"]
    headers = {**key(), "If-Match": tag}
    return program.post(f"/encounters/{encounter}/decisions", json=body, headers=headers)


def test_suggestions_come_once_the_model_has_read_the_notes(
    program: Program, database: Database, predictor: Predictor
) -> None:
    made = hand_in(program)["id"]
    before = program.get(f"/encounters/{made}/suggestions").json()
    assert (before["status"], before["complete"], before["suggestions"]) == ("scoring", False, [])
    assert EventKind.INSPECTED not in {e.kind for e in ledger.events(database, made)}
    read_all(database, predictor, made)
    after = program.get(f"/encounters/{made}/suggestions").json()
    assert (after["status"], after["complete"]) == ("open", True)
    assert {each["code"] for each in after["suggestions"]} == FOUND
    told = ledger.events(database, made)[-1]
    assert told.kind is EventKind.INSPECTED
    codes: Any = told.payload["codes"]
    assert {code for _, code, _ in codes} == FOUND
    every = program.get(f"/encounters/{made}/suggestions?all=true").json()["suggestions"]
    assert len(every) > len(FOUND)


def test_an_explanation_is_worked_out_and_then_there(
    program: Program, database: Database, read: str
) -> None:
    first = program.get(f"/encounters/{read}/explanations/428.0")
    assert (first.status_code, first.json()["state"]) == (202, "running")
    assert first.headers["retry-after"]
    for _ in range(200):
        answer = program.get(f"/encounters/{read}/explanations/428.0")
        if answer.status_code == 200:
            break
        time.sleep(0.05)
    said = answer.json()
    assert (said["state"], said["complete"]) == ("ready", True)
    assert said["evidence"]
    for mark in said["evidence"]:
        assert NOTE[mark["start"] : mark["end"]] == mark["text"]
    told = ledger.events(database, read)[-1]
    assert (told.kind, told.payload["explanations"]) == (EventKind.INSPECTED, True)
    of_kind(program.get(f"/encounters/{read}/explanations/799.9"), 404, "not-found")


@pytest.mark.parametrize("share", ["BLIND", "PLAIN"])
def test_what_is_kept_from_coders_is_kept_from_other_programs(
    program: Program,
    database: Database,
    predictor: Predictor,
    monkeypatch: pytest.MonkeyPatch,
    share: str,
) -> None:
    monkeypatch.setenv(f"ICD9_REVIEW_{share}_SHARE", "0.5")
    shut = []
    for _ in range(12):
        made = hand_in(program)["id"]
        read_all(database, predictor, made)
        answer = program.get(f"/encounters/{made}/explanations/428.0")
        if answer.status_code == 403:
            of_kind(answer, 403, "withheld")
            shut.append(program.get(f"/encounters/{made}/suggestions").status_code)
    assert shut
    assert set(shut) == {403 if share == "BLIND" else 200}


def test_a_decision_is_stored_once_as_the_accounts_own(
    program: Program, database: Database, read: str
) -> None:
    tag = program.get(f"/encounters/{read}").headers["etag"]
    same = {"json": {"action": "accept", "code": "428.0"}, "headers": {**key(), "If-Match": tag}}
    first = program.post(f"/encounters/{read}/decisions", **same)
    again = program.post(f"/encounters/{read}/decisions", **same)
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.status_code == 201
    said = first.json()
    assert (said["by_account"], said["action"], said["code"]) == (
        program.account.name,
        "accept",
        "428.0",
    )
    (event,) = decision_events(database, read)
    assert (event.actor, event.payload["client"]) == (program.account.id, "api")
    assert event.payload["probability"]
    assert program.get(f"/encounters/{read}").headers["etag"] == said["state"]
    listed = program.get(f"/encounters/{read}/decisions").json()["decisions"]
    assert [each["sequence"] for each in listed] == [event.sequence]
    other = {**same, "json": {"action": "reject", "code": "428.0", "reason": "negated"}}
    of_kind(program.post(f"/encounters/{read}/decisions", **other), 422, "unprocessable-content")
    assert verify(database) == []


def test_whoever_has_not_seen_the_last_change_is_refused(
    program: Program, database: Database, read: str
) -> None:
    tag = program.get(f"/encounters/{read}").headers["etag"]
    assert decide(program, read, action="accept", code="427.31").status_code == 201
    body = {"action": "accept", "code": "428.0"}
    path = f"/encounters/{read}/decisions"
    old = program.post(path, json=body, headers={**key(), "If-Match": tag})
    of_kind(old, 412, "precondition-failed")
    of_kind(program.post(path, json=body, headers=key()), 428, "precondition-required")
    for wrong in ("*", "s3", 'W/"s3"', '"s3", "s4"'):
        answer = program.post(path, json=body, headers={**key(), "If-Match": wrong})
        of_kind(answer, 412, "precondition-failed")
    assert len(decision_events(database, read)) == 1


def test_looks_change_no_state(program: Program, read: str) -> None:
    tags = {program.get(f"/encounters/{read}{end}").headers["etag"] for end in ("", "/decisions")}
    tags.add(program.get(f"/encounters/{read}/suggestions").headers["etag"])
    assert len(tags) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"action": "undo", "code": "428.0"}, 409),
        ({"action": "accept", "code": "999.99"}, 409),
        ({"action": "reject", "code": "428.0", "reason": "query"}, 422),
        ({"action": "accept", "code": "428.0", "reason": "negated"}, 422),
        ({"action": "sign", "code": ""}, 422),
        ({"action": "finalise"}, 403),
        ({"action": "reopen", "reason": "other"}, 403),
    ],
    ids=str,
)
def test_what_may_not_be_decided_is_refused(
    program: Program, database: Database, read: str, body: dict[str, Any], status: int
) -> None:
    answer = decide(program, read, **body)
    assert answer.status_code == status, answer.text
    assert decision_events(database, read) == ()


def test_every_part_of_a_decision_is_taken(program: Program, database: Database, read: str) -> None:
    note = program.get(f"/encounters/{read}").json()["notes"][0]["id"]
    place = {"note": note, "start": 0, "end": 9}
    for body in (
        {"action": "add", "code": "486", "evidence": [place]},
        {"action": "set_poa", "code": "486", "poa": "Y"},
        {"action": "accept", "code": "428.0"},
        {"action": "resequence", "code": "428.0", "position": 0},
        {"action": "replace", "code": "427.31", "by": "427.32"},
        {"action": "reject", "code": "V58.61", "reason": "history"},
        {"action": "set_fact", "fact": "disposition", "value": "home"},
        {"action": "hold", "reason": "document", "words": "The echo is missing."},
        {"action": "release"},
    ):
        assert decide(program, read, **body).status_code == 201, body
    state = review_state(database, read)
    assert state.principal == "428.0"
    assert [each.code for each in state.accepted] == ["428.0", "486", "427.32"]
    verdicts = {each.code: each.verdict for each in state.codes}
    assert verdicts["V58.61"] is Verdict.REJECTED


def test_final_codes_leave_once_a_person_has_signed(
    program: Program, database: Database, read: str, with_role: Callable[..., Program]
) -> None:
    of_kind(program.get(f"/encounters/{read}/final-codes"), 409, "not-finalised")
    sign(database, read, "428.0", "427.31")
    answer = program.get(f"/encounters/{read}/final-codes")
    said = answer.json()
    assert [each["code"] for each in said["codes"]] == ["428.0", "427.31"]
    assert said["codes"][0]["principal"] is True
    assert said["signer"] == "Development coder"
    assert answer.headers["etag"] == program.get(f"/encounters/{read}").headers["etag"]
    told = next(
        event
        for event in reversed(ledger.events(database, read))
        if event.kind is EventKind.EXPORTED
    )
    assert (told.payload["table"], told.payload["rows"]) == ("final_codes", 2)
    assert verify(database) == []


def test_final_codes_leave_as_fhir(program: Program, database: Database, read: str) -> None:
    from fhir.resources.R4B.bundle import Bundle

    sign(database, read, "428.0", "427.31")
    fhir = {"Accept": "application/fhir+json"}
    answer = program.get(f"/encounters/{read}/final-codes", headers=fhir)
    assert answer.headers["content-type"] == "application/fhir+json"
    Bundle.model_validate(answer.json())
    codings = [
        entry["resource"]["code"]["coding"][0]
        for entry in answer.json()["entry"]
        if entry["resource"]["resourceType"] == "Condition"
    ]
    assert [each["code"] for each in codings] == ["428.0", "427.31"]
    assert {each["system"] for each in codings} == {ICD_9_CM}
