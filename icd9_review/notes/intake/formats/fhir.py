"""FHIR R4 as JSON: DocumentReference with Encounter and Patient, alone or in a Bundle.

Resources are checked with the R4B models of fhir.resources; those that intake uses are
the same in R4. Attachments given as an address only are not fetched.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import Facts, FoundEncounter, FoundNote, age_on
from icd9_review.notes.intake.formats.ccda import Attachment
from icd9_review.notes.intake.formats.stamps import day_of, setting_of, sex_of

Resource = dict[str, Any]
_USED = ("DocumentReference", "Encounter", "Patient")
_WITHDRAWN = ("entered-in-error", "superseded")
_LIKED = ("text/plain", "text/html", "text/rtf", "application/rtf", "application/pdf")


@dataclass(slots=True)
class _Resources:
    """The resources of a file, found again by how others refer to them."""

    title: str
    documents: list[Resource] = field(default_factory=list)
    known: dict[str, Resource] = field(default_factory=dict)

    def refer(self, reference: object) -> Resource:
        """What ``Encounter/1``, ``urn:uuid:…``, ``#1`` or a full address refers to."""
        text = str(_at(reference, "reference") or "")
        versionless = text.partition("/_history/")[0]
        return self.known.get(versionless) or self.known.get(_tail(versionless)) or {}


def read_fhir(
    resources: Sequence[object], title: str, attachment: Attachment
) -> tuple[tuple[FoundEncounter, ...], tuple[str, ...]]:
    """An encounter for each document, and notices. Raises NoteError where there is none."""
    found = _Resources(title)
    for resource in resources:
        _collect(resource, "", found)
    encounters, notices = [], []
    for document in found.documents:
        if document.get("status") in _WITHDRAWN:
            notices.append(f'"{title}": a document marked {document["status"]} is left out.')
        elif (note := _note(document, found, attachment)) is None:
            notices.append(f'"{title}": a document without embedded text is left out.')
        else:
            encounters.append(_encounter(document, note, found))
    if not encounters:
        raise NoteError(
            f'"{title}" is FHIR without a current DocumentReference that embeds its text; '
            "export one with the text in content.attachment.data."
        )
    return tuple(encounters), tuple(notices)


def _collect(resource: object, address: str, found: _Resources) -> None:
    """Check a resource and remember it under its names; a Bundle entry by entry."""
    if not isinstance(resource, dict):
        return
    kind = str(resource.get("resourceType"))
    if kind == "Bundle":
        for entry in _list(resource.get("entry")):
            _collect(_at(entry, "resource"), str(_at(entry, "fullUrl") or ""), found)
        return
    if kind not in _USED:
        return
    _check(kind, resource, found.title)
    for contained in _list(resource.get("contained")):
        found.known[f"#{_at(contained, 'id')}"] = contained
    found.known[f"{kind}/{resource.get('id')}"] = resource
    if address:
        found.known[address] = resource
    if kind == "DocumentReference":
        found.documents.append(resource)


def _check(kind: str, resource: Resource, title: str) -> None:
    from fhir.resources.R4B import get_fhir_model_class
    from pydantic import ValidationError

    try:
        get_fhir_model_class(kind).model_validate(resource)
    except RecursionError:
        raise NoteError(f'"{title}" has a {kind} nested too deeply; export it again.') from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:80] or "the resource"
        raise NoteError(
            f'"{title}" has a {kind} that is not FHIR R4: {where} ({first["type"][:60]}); '
            "export it again."
        ) from None


def _note(document: Resource, found: _Resources, attachment: Attachment) -> FoundNote | None:
    attachments = [_at(content, "attachment") for content in _list(document.get("content"))]
    embedded = sorted((each for each in attachments if _at(each, "data")), key=_preference)
    if not embedded:
        return None
    try:
        data = base64.b64decode("".join(str(embedded[0]["data"]).split()), validate=True)
    except (binascii.Error, ValueError):
        raise NoteError(
            f'"{found.title}" embeds a document that is not base64; export it again.'
        ) from None
    replaced = (
        _tail(str(_at(_at(relation, "target"), "reference") or ""))
        for relation in _list(document.get("relatesTo"))
        if _at(relation, "code") == "replaces"
    )
    identifier = document.get("id") or _at(document.get("masterIdentifier"), "value")
    return FoundNote(
        attachment(data, _title(document, embedded[0]) or found.title),
        external_id=f"DocumentReference/{identifier}" if identifier else "",
        replaces=next(replaced, ""),
    )


def _encounter(document: Resource, note: FoundNote, found: _Resources) -> FoundEncounter:
    context = document.get("context")
    reference = next(iter(_list(_at(context, "encounter"))), None)
    encounter = found.refer(reference)
    subject = document.get("subject") or encounter.get("subject")
    period = encounter.get("period") or _at(context, "period")
    admitted = day_of(_at(period, "start"))
    patient = found.refer(subject)
    facts = Facts(
        setting=setting_of(_at(encounter.get("class"), "code")),
        age=age_on(day_of(patient.get("birthDate")), admitted or day_of(document.get("date"))),
        sex=sex_of(patient.get("gender")),
        admitted=admitted,
        discharged=day_of(_at(period, "end")),
    )
    own = encounter.get("id")
    known = f"Encounter/{own}" if own else _tail(str(_at(reference, "reference") or ""))
    return FoundEncounter((note,), facts, known, place=str(document.get("id") or ""))


def _title(document: Resource, attachment: Resource) -> str:
    type_ = document.get("type")
    codings: Iterator[object] = (_at(each, "display") for each in _list(_at(type_, "coding")))
    found = (
        _at(attachment, "title"),
        document.get("description"),
        _at(type_, "text"),
        *codings,
    )
    return next((str(each) for each in found if each), "")


def _preference(attachment: Resource) -> int:
    kind = str(attachment.get("contentType") or "").partition(";")[0].strip().lower()
    return _LIKED.index(kind) if kind in _LIKED else len(_LIKED)


def _tail(reference: str) -> str:
    """``Encounter/1`` of ``https://host/fhir/Encounter/1``."""
    return "/".join(reference.rsplit("/", 2)[-2:])


def _at(value: object, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
