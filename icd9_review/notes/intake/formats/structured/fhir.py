"""FHIR R4 as JSON: documents with Encounter and Patient, alone or in a Bundle.

Documents are DocumentReference, DiagnosticReport and Composition. Resources are checked with
the R4B models of fhir.resources; those that intake uses are the same in R4. One that does not
stand the check is left out and named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import (
    Facts,
    FoundEncounter,
    FoundNote,
    Notice,
    age_on,
    tell,
)
from icd9_review.notes.intake.formats.hl7.stamps import day_of, known, sex_of
from icd9_review.notes.intake.formats.hl7.visits import setting_of_visit
from icd9_review.notes.intake.formats.structured.ccda import Attachment
from icd9_review.notes.intake.formats.structured.fhir_documents import (
    Resource,
    as_list,
    at,
    read_document,
)
from icd9_review.notes.intake.gate import Intake
from icd9_review.values import CareSetting

_DOCUMENTS = ("DocumentReference", "DiagnosticReport", "Composition")
_USED = (*_DOCUMENTS, "Encounter", "Patient", "Binary")
_WITHDRAWN = ("entered-in-error", "superseded", "cancelled")


@dataclass(slots=True)
class _Resources:
    """The resources of a file, found again by how others refer to them."""

    documents: list[Resource] = field(default_factory=list)
    known: dict[str, Resource] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)

    def refer(self, reference: object) -> Resource:
        """What ``Encounter/1``, ``urn:uuid:…``, ``#1`` or a full address refers to."""
        text = str(at(reference, "reference") or "")
        versionless = text.partition("/_history/")[0]
        return self.known.get(versionless) or self.known.get(_tail(versionless)) or {}


def read_fhir(
    resources: Sequence[object], title: str, attachment: Attachment
) -> tuple[tuple[FoundEncounter, ...], tuple[str, ...]]:
    """An encounter for each document, and notices. Raises NoteError where there is none."""
    found = _Resources()
    for resource in resources:
        _collect(resource, "", found)
    encounters: list[FoundEncounter] = []
    for document in found.documents:
        try:
            _check_status(document)
            intake = read_document(document, title, found.refer, attachment)
        except NoteError as error:
            found.notices.append(Notice(str(error), _place(document)))
        else:
            encounters.append(_encounter(document, _note(document, intake), found))
    if not encounters:
        raise NoteError(_refusal(title, found))
    return tuple(encounters), tell(title, found.notices)


def _collect(resource: object, address: str, found: _Resources) -> None:
    """Check a resource and remember it under its names; a Bundle or a list entry by entry."""
    for each in as_list(resource):
        _collect(each, address, found)
    if not isinstance(resource, dict):
        return
    kind = str(resource.get("resourceType"))
    if kind == "Bundle":
        for entry in as_list(resource.get("entry")):
            _collect(at(entry, "resource"), str(at(entry, "fullUrl") or ""), found)
    elif kind in _USED and (problem := _problem(kind, resource)):
        words = f"a resource that is not FHIR R4 is left out: {problem}"
        found.notices.append(Notice(words, _place(resource)))
    elif kind in _USED:
        _remember(kind, resource, address, found)


def _remember(kind: str, resource: Resource, address: str, found: _Resources) -> None:
    for contained in as_list(resource.get("contained")):
        found.known[f"#{at(contained, 'id')}"] = contained
    found.known[f"{kind}/{resource.get('id')}"] = resource
    if address:
        found.known[address] = resource
    if kind in _DOCUMENTS:
        found.documents.append(resource)


def _problem(kind: str, resource: Resource) -> str:
    """What is wrong with a resource: the first place and its kind of error; empty for nothing."""
    from fhir.resources.R4B import get_fhir_model_class
    from pydantic import ValidationError

    try:
        get_fhir_model_class(kind).model_validate(resource)
    except RecursionError:
        return "it is nested too deeply"
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:80] or "the resource"
        return f"{where} ({first['type'][:60]})"
    return ""


def _check_status(document: Resource) -> None:
    for status in (document.get("status"), document.get("docStatus")):
        if status in _WITHDRAWN:
            raise NoteError(f"a document marked {status} is left out")


def _refusal(title: str, found: _Resources) -> str:
    reasons = dict.fromkeys(f"{each.place}: {each.words}" for each in found.notices)
    because = f" ({'; '.join(list(reasons)[:3])})" if reasons else ""
    return (
        f'"{title}" is FHIR without a current DocumentReference, DiagnosticReport or Composition '
        f"with its text{because}; export one with the text in content.attachment.data."
    )


def _note(document: Resource, intake: Intake) -> FoundNote:
    replaced = (
        _tail(str(at(at(relation, "target"), "reference") or ""))
        for relation in as_list(document.get("relatesTo"))
        if at(relation, "code") == "replaces"
    )
    master = document.get("masterIdentifier") or document.get("identifier")
    identifier = document.get("id") or at(master, "value")
    kind = document["resourceType"]
    return FoundNote(
        intake,
        external_id=f"{kind}/{identifier}" if identifier else "",
        replaces=next(replaced, ""),
    )


def _encounter(document: Resource, note: FoundNote, found: _Resources) -> FoundEncounter:
    context = document.get("context")
    reference = next(iter(as_list(at(context, "encounter"))), None) or document.get("encounter")
    encounter = found.refer(reference)
    subject = document.get("subject") or encounter.get("subject")
    period = encounter.get("period") or at(context, "period")
    admitted = day_of(at(period, "start"))
    patient = found.refer(subject)
    written = document.get("date") or document.get("effectiveDateTime") or document.get("issued")
    facts = Facts(
        setting=_setting(encounter),
        age=age_on(day_of(patient.get("birthDate")), admitted or day_of(written)),
        sex=sex_of(patient.get("gender")),
        admitted=admitted,
        discharged=day_of(at(period, "end")),
    )
    own = encounter.get("id")
    name = f"Encounter/{own}" if own else _tail(str(at(reference, "reference") or ""))
    return FoundEncounter((note,), facts, known(name), place=str(document.get("id") or ""))


def _setting(encounter: Resource) -> CareSetting | None:
    """By the class of an encounter, else by its types."""
    codings = [encounter.get("class")]
    concepts = as_list(encounter.get("type"))
    codings += [each for concept in concepts for each in as_list(at(concept, "coding"))]
    words = [str(at(each, "display") or "") for each in codings]
    words += [str(at(concept, "text") or "") for concept in concepts]
    return setting_of_visit([str(at(each, "code") or "") for each in codings], words)


def _place(resource: Resource) -> str:
    name = str(resource.get("id") or "without an id")[:60]
    return f"{resource.get('resourceType')}/{name}"


def _tail(reference: str) -> str:
    """``Encounter/1`` of ``https://host/fhir/Encounter/1``."""
    return "/".join(reference.rsplit("/", 2)[-2:])
