"""What the header of a C-CDA document says of it and of its encounter besides text and facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from icd9_review.notes.intake.formats.hl7.particulars import Billed
from icd9_review.notes.intake.formats.hl7.stamps import day_of, known
from icd9_review.notes.intake.formats.structured.ccda_sections import HL7
from icd9_review.notes.intake.gate import Intake
from icd9_review.notes.intake.particulars.note_types import note_type

_PERSON = "h:assignedAuthor/h:assignedPerson/h:name"
_PATIENT = "h:recordTarget/h:patientRole/h:patient/h:name"
_VISIT = "h:componentOf/h:encompassingEncounter"
_FACILITY = f"{_VISIT}/h:location/h:healthCareFacility"
_PAYER = "2.16.840.1.113883.10.20.22.4.87"  # template of the performer that pays


def with_particulars(intake: Intake, root: Any) -> Intake:
    """A note with the type, the first author who is no patient, and the day of its document."""
    coded = [*root.findall("h:code", HL7), *root.findall("h:code/h:translation", HL7)]
    return intake.told(
        note_type(
            [str(each.get("code") or "") for each in coded],
            [str(each.get("displayName") or "") for each in coded],
        ),
        next(_authors(root), None),
        next((day_of(each.get("value")) for each in root.findall("h:effectiveTime", HL7)), None),
    )


def billed(root: Any) -> Billed:
    """The number of the visit, the service of its place, and the first payer of the payers."""
    numbers = (known(each.get("extension")) for each in root.findall(f"{_VISIT}/h:id", HL7))
    services = (known(each.get("displayName")) for each in root.findall(f"{_FACILITY}/h:code", HL7))
    payers = (
        _words(name)
        for performer in root.iterfind(".//h:performer[@typeCode='PRF']", HL7)
        if any(each.get("root") == _PAYER for each in performer.findall("h:templateId", HL7))
        for name in performer.findall("h:assignedEntity/h:representedOrganization/h:name", HL7)
    )
    return {
        "account": next(filter(None, numbers), None),
        "service": next(filter(None, services), None),
        "payer": next(filter(None, payers), None),
    }


def _authors(root: Any) -> Iterator[str]:
    """People, else what they stand for: a document may come from a device or an organization."""
    patients = {_words(each) for each in root.findall(_PATIENT, HL7)}
    for author in root.findall("h:author", HL7):
        people = [_words(each) for each in author.findall(_PERSON, HL7)]
        if name := next(filter(None, people), ""):
            if name not in patients:
                yield name
            continue
        for each in author.findall("h:assignedAuthor/h:representedOrganization/h:name", HL7):
            if name := _words(each):
                yield name


def _words(element: Any) -> str:
    return known(" ".join(" ".join(element.itertext()).split()))
