"""FHIR R4 as JSON: documents with Encounter and Patient, alone or in a Bundle.

Documents are DocumentReference, DiagnosticReport and Composition. Resources are checked with
the R4B models of fhir.resources; those that intake uses are the same in R4. One that does not
stand the check is left out and named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import (
    Facts,
    FoundEncounter,
    FoundNote,
    Notice,
    age_on,
    tell,
)
from icd9_review.notes.intake.formats.hl7.stamps import day_of, sex_of
from icd9_review.notes.intake.formats.hl7.visits import setting_of_visit
from icd9_review.notes.intake.formats.structured.ccda import Attachment
from icd9_review.notes.intake.formats.structured.fhir_documents import (
    Resource,
    as_list,
    at,
    read_document,
)
from icd9_review.notes.intake.formats.structured.fhir_identifiers import (
    Named,
    apart,
    document_identifier,
    encounter_identifier,
    is_address,
    near_address,
    replaced_identifier,
    tail,
    without_version,
)
from icd9_review.notes.intake.formats.structured.fhir_particulars import (
    NAMING,
    billed,
    with_particulars,
)
from icd9_review.notes.intake.gate import Intake
from icd9_review.notes.intake.identifiers import UNNAMED
from icd9_review.notes.intake.particulars.words import one_line
from icd9_review.values import CareSetting

_DOCUMENTS = ("DocumentReference", "DiagnosticReport", "Composition")
_USED = (*_DOCUMENTS, "Encounter", "Patient", "Binary")
_WITHDRAWN = ("entered-in-error", "superseded", "cancelled")


@dataclass(slots=True)
class _Resources:
    """The resources of a file, found again by how others refer to them."""

    documents: list[Named] = field(default_factory=list)
    known: dict[str, Named] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    coverages: list[Named] = field(default_factory=list)
    covered: dict[int, list[Resource]] = field(default_factory=dict)  # by the id() of a patient

    def refer(self, near: Named, reference: object) -> Resource:
        return self.find(reference, near).resource

    def cover(self) -> None:
        """Note whom each coverage is for."""
        for each in self.coverages:
            if patient := self.refer(each, each.resource.get("beneficiary")):
                self.covered.setdefault(id(patient), []).append(each.resource)

    def find(self, reference: object, near: Named) -> Named:
        """What ``Encounter/1``, ``urn:uuid:…``, ``#1`` or a full address refers to.

        ``near`` is the resource in which the reference stands: what it contains is its own, and a
        relative reference means its own server.
        """
        text = without_version(at(reference, "reference"))
        if text.startswith("#"):
            return next((Named(each) for each in _contained(near) if _own(each) == text), Named({}))
        wanted = near_address(text, near.address)
        elsewhere = self.known.get(tail(text), Named({}))
        foreign = is_address(wanted) and is_address(elsewhere.address)
        return self.known.get(wanted) or (Named({}) if foreign else elsewhere)


def _contained(resource: Named) -> list[Resource]:
    return [each for each in as_list(resource.resource.get("contained")) if isinstance(each, dict)]


def _own(contained: Resource) -> str:
    return f"#{contained.get('id')}"


def read_fhir(
    resources: Sequence[object], title: str, attachment: Attachment
) -> tuple[tuple[FoundEncounter, ...], tuple[str, ...]]:
    """An encounter for each document, and notices. Raises NoteError where there is none."""
    found = _Resources()
    for resource in resources:
        _collect(resource, "", found)
    found.cover()
    encounters: list[FoundEncounter] = []
    for document in found.documents:
        try:
            _check_status(document.resource)
            refer = partial(found.refer, document)
            intake, forms = read_document(document.resource, title, refer, attachment)
        except NoteError as error:
            found.notices.append(Notice(str(error), _place(document.resource)))
        else:
            if forms:
                found.notices.append(Notice(forms, _place(document.resource)))
            note = _note(document, with_particulars(intake, document.resource, refer), found, title)
            encounters.append(_encounter(document, note, found, title))
    if not encounters:
        raise NoteError(_refusal(title, found))
    notes = apart([note for each in encounters for note in each.notes])
    told = (replace(each, notes=(note,)) for each, note in zip(encounters, notes, strict=True))
    return tuple(told), tell(title, found.notices)


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
    elif kind in _USED or kind in NAMING:
        _remember(kind, resource, address, found)


def _remember(kind: str, resource: Resource, address: str, found: _Resources) -> None:
    named = Named(resource, without_version(address))
    found.known[f"{kind}/{resource.get('id')}"] = named
    if address:
        found.known[address] = named
    if kind in _DOCUMENTS:
        found.documents.append(named)
    elif kind == "Coverage":
        found.coverages.append(named)


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
        where = one_line(".".join(str(part) for part in first["loc"]), 80) or "the resource"
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


def _note(document: Named, intake: Intake, found: _Resources, title: str) -> FoundNote:
    replaced = (
        replaced_identifier(target, found.find(target, document), document.address, title)
        for relation in as_list(document.resource.get("relatesTo"))
        if at(relation, "code") == "replaces"
        for target in (at(relation, "target"), at(relation, "targetReference"))
        if target
    )
    return FoundNote(
        intake,
        external_id=document_identifier(document, title),
        replaces=next(replaced, UNNAMED),
    )


def _encounter(whole: Named, note: FoundNote, found: _Resources, title: str) -> FoundEncounter:
    document = whole.resource
    context = document.get("context")
    reference = next(iter(as_list(at(context, "encounter"))), None) or document.get("encounter")
    named = found.find(reference, whole)
    encounter = named.resource
    subject = document.get("subject") or encounter.get("subject")
    period = encounter.get("period") or at(context, "period")
    admitted = day_of(at(period, "start"))
    patient = found.find(subject, whole).resource
    written = document.get("date") or document.get("effectiveDateTime") or document.get("issued")
    facts = Facts(
        setting=_setting(encounter),
        age=age_on(day_of(patient.get("birthDate")), admitted or day_of(written)),
        sex=sex_of(patient.get("gender")),
        admitted=admitted,
        discharged=day_of(at(period, "end")),
        **billed(
            encounter,
            found.covered.get(id(patient), ()) if patient else (),
            partial(found.refer, whole),
        ),
    )
    identifier = encounter_identifier(reference, named, whole, title)
    return FoundEncounter((note,), facts, identifier, place=str(document.get("id") or ""))


def _setting(encounter: Resource) -> CareSetting | None:
    """By the class of an encounter, else by its types."""
    codings = [encounter.get("class")]
    concepts = as_list(encounter.get("type"))
    codings += [each for concept in concepts for each in as_list(at(concept, "coding"))]
    words = [str(at(each, "display") or "") for each in codings]
    words += [str(at(concept, "text") or "") for concept in concepts]
    return setting_of_visit([str(at(each, "code") or "") for each in codings], words)


def _place(resource: Resource) -> str:
    name = one_line(str(resource.get("id") or "without an id"), 60)
    return f"{resource.get('resourceType')}/{name}"
