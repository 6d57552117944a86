"""Encounters handed in and looked at."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import date, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator, Field, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from icd9_review.api.place import PLACE
from icd9_review.api.problems import Problem, problem_of_body
from icd9_review.api.reading import INTERFACE
from icd9_review.api.repeats import IdempotencyKey, Whole, once
from icd9_review.api.shapes import EncounterId, SentShape, ToldShape, media_type
from icd9_review.api.states import tag_answer, tag_of
from icd9_review.api.surroundings import Call, OfCall
from icd9_review.notes.intake.documents import (
    Document,
    Facts,
    FileFormat,
    FoundEncounter,
    complete_facts,
    merge_facts,
)
from icd9_review.notes.intake.gate import Intake, read_note
from icd9_review.notes.intake.reading import read_file
from icd9_review.store.callers.replies import ledger_key
from icd9_review.store.deciding.decisions import review_state, state_sequence
from icd9_review.store.deciding.views import record_view
from icd9_review.store.intake.encounters import create_encounter, encounter
from icd9_review.store.intake.imports import Imported, Result, import_encounter
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.worklist.page import status
from icd9_review.values import (
    CareSetting,
    Disposition,
    EncounterStatus,
    EventKind,
    Kind,
    NoteType,
    Sex,
    Verdict,
)

FHIR: Final = "application/fhir+json"
_JSON: Final = "application/json"
_LONGEST_NAME = 120  # characters of a title or a name of a file; as intake keeps them
router = APIRouter(tags=["encounters"])


def _decode(text: object) -> bytes:
    """The bytes of base64 in which line ends may stand, and nothing else that is none of it."""
    try:
        return b64decode("".join(str(text).split()), validate=True)
    except ValueError:
        raise PydanticCustomError("base64", "This is no base64.") from None


_Base64 = Annotated[
    bytes, BeforeValidator(_decode), WithJsonSchema({"type": "string", "format": "base64"})
]


class SentNote(SentShape):
    """A note as text."""

    text: str = Field(min_length=1)
    title: str = Field(default="", max_length=_LONGEST_NAME)
    type: NoteType | None = None
    author: str | None = Field(default=None, max_length=_LONGEST_NAME)
    written: date | None = None


class SentDocument(SentShape):
    """A file of any format that intake takes, one encounter's, in base64."""

    name: str = Field(min_length=1, max_length=_LONGEST_NAME)
    content: _Base64


class SentEncounter(SentShape):
    """An encounter to be coded. What files say of facts counts where nothing is said here."""

    setting: CareSetting
    age: int | None = Field(default=None, ge=0, le=125)
    sex: Sex | None = None
    admitted: date | None = None
    discharged: date | None = None
    disposition: Disposition | None = None
    team: str | None = Field(default=None, max_length=60)
    account: str | None = Field(default=None, max_length=64)
    service: str | None = Field(default=None, max_length=60)
    payer: str | None = Field(default=None, max_length=60)
    notes: list[SentNote] = Field(default_factory=list, max_length=1000)
    documents: list[SentDocument] = Field(default_factory=list, max_length=100)


class TakenIn(ToldShape):
    """What became of what was handed in."""

    id: str
    label: str = Field(description="What people call it: E-00042.")
    result: Result
    notes_added: int
    state: str = Field(description="Its ETag.")
    notices: list[str] = Field(description="What was left out or assumed.")


class KnownNote(ToldShape):
    """A note without its text."""

    id: str
    title: str
    type: NoteType | None
    version: int
    length: int


class DecidedCode(ToldShape):
    """Where a code stands."""

    code: str
    kind: Kind
    verdict: Verdict


class KnownEncounter(ToldShape):
    """An encounter as it stands, without the text of its notes."""

    id: str
    label: str
    status: EncounterStatus
    setting: CareSetting
    age: int | None
    sex: Sex
    admitted: date | None
    discharged: date | None
    disposition: Disposition | None
    notes: list[KnownNote]
    codes: list[DecidedCode] = Field(description="Those that somebody decided on.")
    principal: str | None
    signed_at: datetime | None


def _body() -> dict[str, Any]:
    """What may be handed in, for the description: FastAPI knows one media type alone."""
    resource = {"type": "object", "required": ["resourceType"]}
    ours = {"$ref": f"#/components/schemas/{SentEncounter.__name__}"}
    content = {_JSON: {"schema": ours}, FHIR: {"schema": resource}}
    return {"requestBody": {"required": True, "content": content}}


@router.post(
    "/encounters",
    status_code=201,
    response_model=TakenIn,
    responses={200: {"model": TakenIn, "description": "It was here; notes may have come."}},
    openapi_extra=_body(),
)
def take_in(
    request: Request,
    call: OfCall,
    sent: Whole,
    idempotency_key: IdempotencyKey,
    setting: Annotated[
        CareSetting | None, Query(description="Of FHIR that does not say it.")
    ] = None,
) -> Response:
    """Hand in an encounter: our own form, or FHIR R4 (DocumentReference, Bundle).

    What a FHIR resource calls its encounter is recognised when more of it comes.
    """
    check_may(call.account, Act.TAKE_IN)
    kind, body = media_type(request), sent.partition(b"\n")[2]
    if kind not in (_JSON, FHIR):
        raise Problem(415, f"Send {_JSON} or {FHIR}.")

    def work(key: str) -> tuple[int, TakenIn]:
        made = _take_fhir(call, body, setting) if kind == FHIR else _take_own(call, key, body)
        call.surroundings.wake_worker()
        return (201 if made.result is Result.STORED else 200), made

    response = once(call, idempotency_key, sent, work)
    made = json.loads(bytes(response.body))["id"]
    response.headers["Location"] = f"{PLACE}/encounters/{made}"
    return response


@router.get("/encounters/{encounter_id}")
def known_encounter(encounter_id: EncounterId, call: OfCall, response: Response) -> KnownEncounter:
    """An encounter as it stands; its ETag goes into If-Match of a decision."""
    check_may(call.account, Act.READ)
    tag_answer(response, call, encounter_id)
    found, state = encounter(call.database, encounter_id), review_state(call.database, encounter_id)
    key = call.view_key()
    said = {"page": INTERFACE}
    record_view(call.database, encounter_id, EventKind.VIEWED, call.account, key, said)
    return KnownEncounter(
        **_facts(found),
        status=status(call.database, encounter_id),
        notes=[
            KnownNote(
                id=note.id,
                title=note.title,
                type=note.type,
                version=note.version,
                length=len(note.text),
            )
            for note in found.notes
        ],
        codes=[DecidedCode(code=c.code, kind=c.kind, verdict=c.verdict) for c in state.codes],
        principal=state.principal,
        signed_at=state.signed and state.signed.at,
    )


def _facts(found: Any) -> dict[str, Any]:
    names = ("id", "label", "setting", "age", "sex", "admitted", "discharged", "disposition")
    return {name: getattr(found, name) for name in names}


def _take_own(call: Call, key: str, body: bytes) -> TakenIn:
    try:
        sent = SentEncounter.model_validate_json(body, strict=True)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False, include_input=False)
        raise problem_of_body([{**e, "loc": ("body", *e["loc"])} for e in errors]) from None
    files = [_read_document(each.content, each.name) for each in sent.documents]
    taken = [_read(each) for each in sent.notes]
    taken += [note.intake for file in files for note in file.encounters[0].notes]
    said = sent.model_dump(exclude={"notes", "documents"})
    facts = merge_facts([Facts(**said), *(file.encounters[0].facts for file in files)])
    new = complete_facts(facts, sent.setting)
    stored = create_encounter(
        call.database,
        new,
        [each.note for each in taken],
        actor=call.account,
        key=ledger_key(call.account, key),
        model_version=call.version,
    )
    told = [notice for each in taken for notice in each.notices]
    told += [notice for file in files for notice in file.notices]
    done = Imported(Result.STORED, stored.id, stored.label, len(stored.notes))
    return _told(call, done, told)


def _take_fhir(call: Call, body: bytes, setting: CareSetting | None) -> TakenIn:
    file = _read_document(body, "resource.json")
    if file.format is not FileFormat.FHIR:
        raise Problem(422, "This is no FHIR R4 resource with a document.")
    found: FoundEncounter = file.encounters[0].given_by(call.account.name)
    if (given := found.facts.setting or setting) is None:
        missing = [{"pointer": "/query/setting", "detail": "missing"}]
        raise Problem(422, "Neither the resource nor the address says the setting.", errors=missing)
    done = import_encounter(
        call.database,
        found,
        complete_facts(found.facts, given),
        actor=call.account,
        model_version=call.version,
    )
    if done.result is Result.PURGED:
        raise Problem(410, done.remark)
    told = [*file.all_notices, *([done.remark] if done.remark else [])]
    return _told(call, done, told)


def _told(call: Call, done: Imported, notices: list[str]) -> TakenIn:
    return TakenIn(
        id=done.encounter_id,
        label=done.label,
        result=done.result,
        notes_added=done.added + done.changed,
        state=tag_of(state_sequence(call.database, done.encounter_id)),
        notices=notices,
    )


def _read(sent: SentNote) -> Intake:
    return read_note(sent.text, sent.title).told(sent.type, sent.author, sent.written)


def _read_document(content: bytes, name: str) -> Document:
    """A file of one encounter. Raises NoteError, and Problem for what is more or none."""
    found = read_file(content, name)
    if not isinstance(found, Document):
        raise Problem(422, "A table has encounters of its own; use the import command.")
    if len(found.encounters) != 1:
        count = len(found.encounters)
        raise Problem(422, f"What was sent is of {count} encounters; send them one by one.")
    return found
