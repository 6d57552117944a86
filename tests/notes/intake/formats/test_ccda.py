"""C-CDA: sections with their titles, facts of the header, and no way to other files."""

from __future__ import annotations

import base64
from datetime import date
from pathlib import Path

import pytest

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import Document, Facts, FoundEncounter
from icd9_review.notes.intake.reading import read_here as read_file
from icd9_review.notes.text.headings import without_marks
from icd9_review.values import CareSetting, Sex
from tests.notes.intake.formats.made import SECTIONS, cda, pdf


def read(data: bytes) -> FoundEncounter:
    found = read_file(data, "note.xml")
    assert isinstance(found, Document)
    (encounter,) = found.encounters
    return encounter


def text(body: str) -> str:
    return without_marks(read(cda(body)).notes[0].intake.note.text)


def test_sections_are_titled_and_their_layout_is_undone() -> None:
    assert text(SECTIONS) == (
        "Hospital Course:\nAcute on chronic CHF,\ndiuresed.\nKept word.\n\n"
        "Labs:\nBNP | 1200\n\nPlan:\nFurosemide\nFollow up"
    )


def test_the_header_gives_facts_and_identifiers_and_no_name() -> None:
    found = read(cda(SECTIONS))
    assert found.facts == Facts(
        CareSetting.INPATIENT, 71, Sex.FEMALE, date(2014, 3, 12), date(2014, 3, 17)
    )
    assert (found.external_id, found.notes[0].external_id) == ("9.9^V0001", "1.2^s1")
    assert found.notes[0].intake.note.title == "Discharge Summary"
    assert "Doe" not in repr(found)


def test_an_embedded_file_is_read() -> None:
    coded = base64.b64encode(pdf(["CHF"])).decode()
    body = f'<nonXMLBody><text mediaType="application/pdf" representation="B64">{coded}</text>'
    assert text(f"{body}</nonXMLBody>") == "CHF"


def test_a_document_without_text_is_refused() -> None:
    with pytest.raises(NoteError, match="has no section with text"):
        text("<structuredBody/>")


def test_an_entity_that_names_a_file_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("unmistakable")
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    body = SECTIONS.replace("Furosemide", "&e;")
    with pytest.raises(NoteError, match="document type declaration") as refusal:
        read(cda(body, doctype=doctype))
    assert "unmistakable" not in str(refusal.value)


def test_entities_that_multiply_are_refused_at_once() -> None:
    names = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    doctype = f'<!DOCTYPE x [<!ENTITY e0 "lol">{names}]>'
    body = SECTIONS.replace("Furosemide", "&e12;")
    with pytest.raises(NoteError, match=r'^"note\.xml" '):
        read(cda(body, doctype=doctype))


def test_elements_nested_without_end_are_refused() -> None:
    body = "<structuredBody>" + "<component>" * 5_000
    with pytest.raises(NoteError, match="not well-formed"):
        read(cda(body))


def test_another_kind_of_xml_is_refused() -> None:
    with pytest.raises(NoteError, match="not a C-CDA document"):
        read(cda(SECTIONS, root="Other"))
