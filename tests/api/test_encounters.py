"""Encounters that other programs hand in, and what they read of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.ledger.verification import verify
from icd9_review.store.people.permissions import Act, may
from icd9_review.store.people.teams import add_team
from icd9_review.store.scoring.scoring_queue import pending_notes
from icd9_review.store.users import system_user
from icd9_review.store.worklist.page import worklist
from icd9_review.ui.services import Services
from icd9_review.values import EventKind, NoteType, Role, WorklistQuery
from tests.api.conftest import Program
from tests.api.handing_in import BODY, hand_in, key
from tests.api.test_admission import of_kind
from tests.tiny import NOTE

DOCUMENT: dict[str, Any] = {
    "resourceType": "DocumentReference",
    "id": "d1",
    "status": "current",
    "type": {"text": "Discharge summary"},
    "date": "2014-03-05T10:00:00Z",
    "content": [
        {
            "attachment": {
                "contentType": "text/plain",
                "data": base64.b64encode(NOTE.encode()).decode(),
            }
        }
    ],
    "context": {
        "encounter": [{"reference": "Encounter/e1"}],
        "period": {"start": "2014-03-02", "end": "2014-03-05"},
    },
}
FHIR = {"Content-Type": "application/fhir+json"}


def count(database: Database) -> int:
    return worklist(database, WorklistQuery()).total


def send_fhir(program: Program, resource: object, setting: str = "inpatient") -> Any:
    headers = {**FHIR, **key()}
    return program.post(
        f"/encounters?setting={setting}", content=json.dumps(resource), headers=headers
    )


def test_an_encounter_is_stored_with_its_notes_and_waits_for_the_model(
    program: Program, database: Database, services: Services
) -> None:
    said = hand_in(program)
    found = encounter(database, said["id"])
    assert (said["label"], said["result"], said["notes_added"]) == (found.label, "stored", 1)
    assert (found.age, found.notes[0].text) == (67, NOTE)
    assert found.notes[0].type is NoteType.DISCHARGE_SUMMARY
    assert pending_notes(database, services.model_version or "").queued == 1
    made = ledger.events(database, said["id"])
    assert {event.actor for event in made} == {program.account.id}
    assert verify(database) == []


def test_the_same_request_again_is_the_same_encounter_with_the_same_answer(
    program: Program, database: Database, with_role: Callable[[Role], Program]
) -> None:
    same = {"json": BODY, "headers": {"Idempotency-Key": "one"}}
    first, again = program.post("/encounters", **same), program.post("/encounters", **same)
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.headers["location"] == again.headers["location"]
    assert program.get(first.headers["location"].removeprefix("/api/v1")).status_code == 200
    assert count(database) == 1
    quoted = {**same, "headers": {"Idempotency-Key": '"one"'}}
    assert program.post("/encounters", **quoted).content == first.content
    other = program.post("/encounters", **{**same, "json": {**BODY, "age": 68}})
    of_kind(other, 422, "unprocessable-content")
    assert count(database) == 1
    assert with_role(Role.CODER).post("/encounters", **same).json()["id"] != first.json()["id"]


@pytest.mark.parametrize("wrong", ["", "a b", "x" * 65, '"', "ä"])
def test_a_key_is_one(program: Program, wrong: str) -> None:
    headers = [("Idempotency-Key", wrong.encode("utf-8"))]
    answer = program.post("/encounters", json=BODY, headers=dict(headers))
    of_kind(answer, 422, "unprocessable-content")


def test_files_of_any_format_are_read_as_intake_reads_them(
    program: Program, database: Database
) -> None:
    rtf = base64.b64encode(rb"{\rtf1 Pneumonia.\par No fever.}").decode()
    said = hand_in(program, notes=[], documents=[{"name": "letter.rtf", "content": rtf}])
    assert encounter(database, said["id"]).notes[0].text.startswith("Pneumonia.")
    for name, content in (
        ("notes.csv", b"encounter,note\n1,Cough.\n2,Fever.\n"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
    ):
        documents = [{"name": name, "content": base64.b64encode(content).decode()}]
        answer = program.post("/encounters", json={**BODY, "documents": documents}, headers=key())
        of_kind(answer, 422, "unprocessable-content")


@pytest.mark.parametrize(
    "more",
    [
        {"notes": []},
        {"notes": [{"text": "x" * 200_001}]},
        {"age": 126},
        {"age": 2.5},
        {"age": True},
        {"age": "67"},
        {"admitted": 0},
        {"documents": [{"name": "a.txt", "content": "UG5ldW1vbmlh_-=="}]},
        {"documents": [{"name": "a.txt", "content": "Pneumonia."}]},
        {"discharged": "2014-03-01"},
        {"setting": "ward"},
        {"patient": "Canary"},
        {"team": "No such team"},
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_and_nothing_stored(
    program: Program, database: Database, more: dict[str, Any]
) -> None:
    answer = program.post("/encounters", json={**BODY, **more}, headers=key())
    of_kind(answer, 422, "unprocessable-content")
    assert count(database) == 0


def test_a_document_reference_is_taken_in_and_known_again(
    program: Program, database: Database
) -> None:
    first = send_fhir(program, DOCUMENT)
    assert first.status_code == 201, first.text
    found = encounter(database, first.json()["id"])
    assert found.notes[0].text == NOTE
    assert (str(found.admitted), str(found.discharged)) == ("2014-03-02", "2014-03-05")
    again = send_fhir(program, DOCUMENT)
    assert (again.status_code, again.json()["result"]) == (200, "already here")
    assert again.json()["id"] == found.id
    text = base64.b64encode(b"Sepsis. Renal failure.").decode()
    later = {
        **DOCUMENT,
        "id": "d2",
        "content": [{"attachment": {"contentType": "text/plain", "data": text}}],
    }
    more = send_fhir(program, later)
    assert (more.status_code, more.json()["id"]) == (200, found.id)
    assert len(encounter(database, found.id).notes) == 2
    assert count(database) == 1


def test_what_is_no_document_or_of_no_setting_is_refused(
    program: Program, database: Database
) -> None:
    wrong: tuple[Any, ...] = (
        {"resourceType": "Patient", "id": "p"},
        {**DOCUMENT, "status": "entered-in-error"},
        {**DOCUMENT, "id": "\ud800"},
        {**DOCUMENT, "content": [{"attachment": {"url": "https://evil.example/x"}}]},
        {"resourceType": "Canary"},
        [],
    )
    for resource in wrong:
        answer = send_fhir(program, resource)
        of_kind(answer, 422, "unprocessable-content")
    unsaid = program.post("/encounters", content=json.dumps(DOCUMENT), headers={**FHIR, **key()})
    of_kind(unsaid, 422, "unprocessable-content")
    assert unsaid.json()["errors"][0]["pointer"] == "/query/setting"
    plain = program.post(
        "/encounters", content="x", headers={"Content-Type": "text/plain", **key()}
    )
    of_kind(plain, 415, "unsupported-media-type")
    assert count(database) == 0


def test_an_encounter_is_read_without_the_text_of_its_notes_and_the_ledger_hears(
    program: Program, database: Database
) -> None:
    made = hand_in(program)
    answer = program.get(f"/encounters/{made['id']}")
    said = answer.json()
    assert answer.headers["etag"] == made["state"]
    assert (said["status"], said["signed_at"], said["codes"]) == ("scoring", None, [])
    assert said["notes"][0]["length"] == len(NOTE)
    assert "heart failure" not in answer.text
    told = ledger.events(database, made["id"])[-1]
    assert (told.kind, told.payload) == (EventKind.VIEWED, {"page": "api"})
    assert told.actor == program.account.id


def test_what_is_not_there_is_not_found(program: Program) -> None:
    for end in ("", "/suggestions", "/explanations/428.0", "/decisions", "/final-codes"):
        of_kind(program.get(f"/encounters/{'0' * 22}{end}"), 404, "not-found")
        of_kind(program.get(f"/encounters/nonsense{end}"), 422, "unprocessable-content")


def test_each_role_may_over_the_interface_what_it_may_elsewhere(
    program: Program, with_role: Callable[[Role], Program]
) -> None:
    made = hand_in(program)["id"]
    for role in (Role.CODER, Role.CLINICIAN, Role.AUDITOR):
        other = with_role(role)
        taken = other.post("/encounters", json=BODY, headers=key())
        assert taken.status_code == (201 if may(other.account, Act.TAKE_IN) else 403)
        assert other.get(f"/encounters/{made}/suggestions").status_code == 200
        final = other.get(f"/encounters/{made}/final-codes")
        assert final.status_code == (409 if may(other.account, Act.EXPORT) else 403)
        decided = other.post(
            f"/encounters/{made}/decisions",
            json={"action": "add", "code": "486"},
            headers={**key(), "If-Match": other.get(f"/encounters/{made}").headers["etag"]},
        )
        assert decided.status_code == (201 if may(other.account, Act.CODE) else 403)


def test_of_another_team_nothing_is_told(
    program: Program, database: Database, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_team(database, "Cardiology", by=system_user(database))
    made = hand_in(program, team="Cardiology")["id"]
    restricted = replace(services, database=replace(database, restricted=True))
    from starlette.testclient import TestClient

    from tests.api.conftest import served

    monkeypatch.setattr(program, "_client", TestClient(served(lambda: restricted)))
    for end in ("", "/suggestions", "/explanations/428.0", "/decisions", "/final-codes"):
        of_kind(program.get(f"/encounters/{made}{end}"), 403, "forbidden")
    body = {"action": "accept", "code": "428.0"}
    headers = {**key(), "If-Match": '"s3"'}
    answer = program.post(f"/encounters/{made}/decisions", json=body, headers=headers)
    of_kind(answer, 403, "forbidden")


def test_of_other_requests_at_once_under_one_key_one_alone_does_anything(
    program: Program, database: Database
) -> None:
    """Whichever form they have: a resource of FHIR has no key of its own in the ledger."""
    texts = [base64.b64encode(f"Pneumonia, {number} days.".encode()).decode() for number in "12345"]

    def send(text: str) -> Any:
        content = [{"attachment": {"contentType": "text/plain", "data": text}}]
        document = {**DOCUMENT, "id": text.rstrip("="), "content": content}
        headers = {**FHIR, "Idempotency-Key": "one"}
        path = "/encounters?setting=inpatient"
        return program.post(path, content=json.dumps(document), headers=headers)

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(send, texts))
    assert sorted(each.status_code for each in answers) == [201, 422, 422, 422, 422]
    assert count(database) == 1
    (made,) = (each.json()["id"] for each in answers if each.status_code == 201)
    assert len(encounter(database, made).notes) == 1


def test_what_was_refused_may_be_mended_and_sent_under_the_same_key(program: Program) -> None:
    headers = {"Idempotency-Key": "one"}
    refused = program.post("/encounters", json={**BODY, "age": 126}, headers=headers)
    of_kind(refused, 422, "unprocessable-content")
    assert program.post("/encounters", json=BODY, headers=headers).status_code == 201


def test_what_no_database_holds_as_it_is_is_taken_cleaned_or_refused(
    program: Program, database: Database
) -> None:
    """NUL, which PostgreSQL holds nowhere, and line ends where a line is asked for."""
    odd = "a\x00b\nc"
    note = {"text": f"Cough. {odd}", "title": odd, "author": odd}
    made = hand_in(program, notes=[note], service=odd, payer=odd, account=odd)
    found = encounter(database, made["id"])
    assert "\x00" not in str((found, found.notes))
    tag = {"If-Match": made["state"]}
    for body in (
        {"action": "add", "code": "4\x0086"},
        {"action": "hold", "reason": "document", "words": odd},
        {"action": "set_fact", "fact": "disposition", "value": odd},
    ):
        answer = program.post(
            f"/encounters/{made['id']}/decisions", json=body, headers={**key(), **tag}
        )
        of_kind(answer, 409, "conflict")
