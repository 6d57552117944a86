"""What FHIR resources say of a document and of its encounter besides text and facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from icd9_review.notes.intake.formats.hl7.particulars import Billed
from icd9_review.notes.intake.formats.hl7.stamps import day_of, known
from icd9_review.notes.intake.formats.structured.fhir_documents import (
    Refer,
    Resource,
    as_list,
    at,
)
from icd9_review.notes.intake.gate import Intake
from icd9_review.notes.intake.particulars.note_types import note_type

NAMING = ("Account", "Coverage", "Organization", "Practitioner", "PractitionerRole")
"""Resources of which names and numbers alone are read."""

_LOINC = "http://loinc.org"
_AUTHORS = ("Practitioner", "PractitionerRole", "Organization", "Device")
_GONE = ("old", "temp")  # uses of an identifier that is none for long


def with_particulars(intake: Intake, document: Resource, refer: Refer) -> Intake:
    """A note with the type, the first author who is no patient, and the day of its document."""
    concepts = [document.get("type"), document.get("code"), *as_list(document.get("category"))]
    codings = [each for concept in concepts for each in as_list(at(concept, "coding"))]
    codes = [str(at(each, "code")) for each in codings if at(each, "system") == _LOINC]
    words = [str(at(each, "text") or "") for each in concepts]
    words += [str(at(each, "display") or "") for each in codings]
    people = [*as_list(document.get("author")), *as_list(document.get("performer"))]
    days = [document.get(name) for name in ("date", "effectiveDateTime", "issued")]
    days.insert(2, at(document.get("effectivePeriod"), "start"))
    return intake.told(
        note_type(codes, words),
        next((name for each in people if (name := _author(each, refer))), None),
        next((day for each in days if isinstance(each, str) and (day := day_of(each))), None),
    )


def billed(encounter: Resource, coverages: Iterable[Resource], refer: Refer) -> Billed:
    """Account, else visit number, service and payer of an encounter.

    The payer is that of a coverage of its account, else of one of its patient's ``coverages``.
    """
    accounts = as_list(encounter.get("account"))
    found = [refer(each) for each in accounts]
    numbers = [each for account in found for each in as_list(account.get("identifier"))]
    numbers += [at(each, "identifier") for each in accounts]
    numbers += as_list(encounter.get("identifier"))
    own = [refer(at(each, "coverage")) for one in found for each in as_list(one.get("coverage"))]
    own += coverages
    payers = (_organization(each, refer) for one in own for each in as_list(one.get("payor")))
    return {
        "account": next(_values(numbers), None),
        "service": _words(encounter.get("serviceType")) or None,
        "payer": next(filter(None, payers), None),
    }


def _values(identifiers: Iterable[Any]) -> Iterator[str]:
    for each in identifiers:
        if at(each, "use") not in _GONE and (value := known(str(at(each, "value") or ""))):
            yield value


def _author(reference: object, refer: Refer) -> str:
    """What a document calls one of its authors; empty for a patient and for who may be one."""
    found = refer(reference)
    written = str(at(reference, "reference") or "")
    kind = found.get("resourceType") or at(reference, "type")
    kind = kind or next((part for part in written.split("/")[-2:-1]), "")
    if (written or kind) and kind not in _AUTHORS:
        return ""
    return _shown(reference) or _called(found, refer)


def _called(found: Resource, refer: Refer) -> str:
    """The name of a person or an organization; of a role that of its person, else its kind."""
    if found.get("resourceType") != "PractitionerRole":
        return _name(found.get("name"))
    person = found.get("practitioner")
    specialty = next(iter(as_list(found.get("specialty"))), None)
    named = _shown(person) or _name(refer(person).get("name")) if person else ""
    return named or _words(specialty)


def _organization(reference: object, refer: Refer) -> str:
    found = refer(reference)
    if found and found.get("resourceType") != "Organization":
        return ""  # who pays for themselves is a patient or a relative
    away = str(at(reference, "reference") or "")
    if away and not found and "Organization/" not in away:
        return ""
    return _shown(reference) or _name(found.get("name"))


def _name(name: object) -> str:
    """A HumanName, the first of several, or the plain name of an organization."""
    if isinstance(name, str):
        return known(name)
    first = next(iter(as_list(name)), None)
    if text := known(str(at(first, "text") or "")):
        return text
    parts = [*as_list(at(first, "prefix")), *as_list(at(first, "given"))]
    parts += [at(first, "family") or "", *as_list(at(first, "suffix"))]
    return known(" ".join(str(part) for part in parts if part))


def _shown(reference: object) -> str:
    return known(str(at(reference, "display") or ""))


def _words(concept: object) -> str:
    """What a concept is called."""
    displays = (str(at(each, "display") or "") for each in as_list(at(concept, "coding")))
    return known(str(at(concept, "text") or "")) or next(filter(None, displays), "")
