"""What C-CDA says of documents and encounters besides: and never of the patient."""

from __future__ import annotations

from datetime import date

import pytest

from icd9_review.values import NewNote, NoteType
from tests.notes.intake.formats.made import SECTIONS, cda
from tests.notes.intake.formats.structured.test_ccda import read

CODE = b'<code code="11488-4" displayName="Consultation note"/>'
PAYER = (
    "<performer typeCode='PRF'><templateId root='2.16.840.1.113883.10.20.22.4.87'/>"
    "<assignedEntity><representedOrganization><name>Medicare</name></representedOrganization>"
    "</assignedEntity></performer>"
)


def author(inner: str) -> bytes:
    return f"<author><assignedAuthor>{inner}</assignedAuthor></author>".encode()


def named(person: str) -> str:
    return f"<assignedPerson><name>{person}</name></assignedPerson>"


def told(*parts: bytes) -> NewNote:
    whole = cda(SECTIONS).replace(b"<componentOf>", b"".join(parts) + b"<componentOf>")
    return read(whole).notes[0].intake.note


def test_the_header_says_type_author_and_day() -> None:
    name = "<prefix>Dr.</prefix> <given>Ann</given> <family>Ames</family>"
    found = told(CODE, author(named(name)))
    assert (found.type, found.author, found.written) == (
        *(NoteType.CONSULTATION, "Dr. Ann Ames"),
        date(2014, 3, 17),
    )


@pytest.mark.parametrize(
    ("inner", "name"),
    [
        (named("Jane Doe"), None),  # the patient
        ("<id root='1'/>", None),
        (
            "<representedOrganization><name>Heart center</name></representedOrganization>",
            "Heart center",
        ),
    ],
)
def test_the_patient_is_no_author_and_an_organization_may_be(inner: str, name: str | None) -> None:
    assert told(author(inner)).author == name


def test_the_encounter_has_its_number_its_place_and_who_pays() -> None:
    place = (
        b'<location><healthCareFacility><code displayName="Cardiology unit"/>'
        b"</healthCareFacility></location></encompassingEncounter>"
    )
    sections = SECTIONS.replace("</section>", f"<entry><act>{PAYER}</act></entry></section>", 1)
    facts = read(cda(sections).replace(b"</encompassingEncounter>", place)).facts
    assert (facts.account, facts.service, facts.payer) == ("V0001", "Cardiology unit", "Medicare")
