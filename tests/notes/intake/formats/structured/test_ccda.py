"""C-CDA: sections with their titles, facts of the header, and no way to other files."""

from __future__ import annotations

import base64
import zlib
from datetime import date
from pathlib import Path

import pytest

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import Document, Facts, FoundEncounter
from icd9_review.notes.intake.identifiers import Identifier
from icd9_review.notes.intake.reading import read_here as read_file
from icd9_review.outline.headings import without_marks
from icd9_review.outline.section_titles import SectionKind
from icd9_review.outline.sections import section_at, sections
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
        CareSetting.INPATIENT, 71, Sex.FEMALE, date(2014, 3, 12), date(2014, 3, 17), account="V0001"
    )
    assert (found.external_id, found.notes[0].external_id) == (
        Identifier("9.9^V0001"),
        Identifier("1.2^s1"),
    )
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


def section(title: str, words: str, code: str = "", inner: str = "") -> str:
    coded = f'<code code="{code}" codeSystem="2.16.840.1.113883.6.1"/>' if code else ""
    named = f"<title>{title}</title>" if title else ""
    text = f"<text>{words}</text>" if words else ""
    return f"<component><section>{coded}{named}{text}{inner}</section></component>"


def body(*parts: str) -> str:
    return f"<structuredBody>{''.join(parts)}</structuredBody>"


def kind_at(found: str, word: str) -> SectionKind:
    return section_at(sections(found), found.index(word)).kind


FAMILY = SectionKind.FAMILY_HISTORY


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        (section("Functional Status", "Dyspnea.", "47420-5"), SectionKind.OTHER),
        (section("", "Dyspnea.", "46240-8"), SectionKind.OTHER),
        (section("", "Dyspnea."), SectionKind.OTHER),
        (section("What matters to her (2024): goals, wishes; and fears", "Dyspnea."), "other"),
        (section("Antecedentes familiares", "Dyspnea.", "10157-6"), FAMILY),
        (section("Diagnosis", "Dyspnea.", "10157-6"), FAMILY),
        (section("", "Dyspnea.", "10157-6"), FAMILY),
        (section("Resolved Problems", "Dyspnea.", "11348-0"), SectionKind.PAST_HISTORY),
        (section("Zusammenfassung", "Dyspnea.", "51848-0"), SectionKind.ASSESSMENT),
        (section("Family History", "", "10157-6", section("Mother", "Dyspnea.")), FAMILY),
        (section("Functional Status", "PLAN:<br/>Dyspnea."), SectionKind.OTHER),
        (section("Note", "PLAN:<br/>Dyspnea.", "34109-9"), SectionKind.PLAN),
    ],
)
def test_a_section_holds_what_its_title_or_code_says_and_ends_the_one_before(
    part: str, kind: str
) -> None:
    whole = body(section("Family History", "Father: stroke.", "10157-6"), part)
    found = read(cda(whole)).notes[0].intake.note.text
    assert kind_at(found, "stroke") is FAMILY
    assert kind_at(found, "Dyspnea") == kind


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("<list><item>no fever</item><item>cough</item></list>", "no fever\n- cough"),
        (
            '<list listType="ordered"><item>CHF<list><item>NYHA III</item></list></item>'
            "<item>AF</item></list>",
            "1. CHF\nNYHA III\n2. AF",
        ),
        ("<table><tr><td><paragraph>A</paragraph></td><td>B</td></tr></table>", "A | B"),
        ("10<sup>9</sup>, CO<sub>2</sub>", "10^9, CO2"),
        ("CHF<footnote>by echo</footnote>", "CHF\n- by echo"),
    ],
)
def test_lists_tables_and_footnotes_keep_apart_what_they_part(words: str, expected: str) -> None:
    assert text(body(section("Plan", words))) == f"Plan:\n{expected}"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('Gout <content styleCode="xStrikethrough">AF</content>', "struck"),
        ('Gout <content revised="delete">AF</content>', "struck"),
        ('Gout <renderMultiMedia referencedObject="x"/>', "picture"),
    ],
)
def test_what_is_struck_or_drawn_is_left_out_and_said(words: str, said: str) -> None:
    found = read_file(cda(body(section("Plan", words))), "note.xml")
    assert isinstance(found, Document)
    assert without_marks(found.encounters[0].notes[0].intake.note.text) == "Plan:\nGout"
    (notice,) = found.notices
    assert notice.startswith("\"note.xml\", section 'Plan': ")
    assert said in notice


def test_a_section_with_entries_alone_is_named() -> None:
    part = section("Results", "", "30954-2", "<entry/>")
    found = read_file(cda(body(section("Plan", "Rest."), part)), "note.xml")
    assert "entries for machines without a text are left out" in found.notices[0]


@pytest.mark.parametrize(
    ("piece", "words"),
    [
        ('<section xmlns="urn:hl7-org:v3"><title>Team</title><text>Gout.</text></section>', True),
        ("<!-- cut out --><section><title>Team</title><text>Gout.</text></section>", True),
        ('<?xml version="1.0"?><component><section><text>Gout.</text></section></component>', True),
        (
            "<structuredBody><component><section><text>Gout.</text></section></component>"
            "</structuredBody>",
            True,
        ),
        ('<section><text>Gout.</text><entry><value xsi:type="CD"/></entry></section>', True),
        ("<entry><observation><value/></observation></entry>", False),
        ('<Bundle xmlns="http://hl7.org/fhir"><id value="x"/></Bundle>', False),
        ("<ClinicalDocument><title>x</title></ClinicalDocument>", False),
        ('<ClinicalDocument xmlns="urn:hl7-org:v3"><component>', False),
    ],
)
def test_a_piece_of_a_document_is_read_or_refused_and_never_a_note_of_tags(
    piece: str, words: bool
) -> None:
    if not words:
        with pytest.raises(NoteError, match=r'^"piece\.xml" '):
            read_file(piece.encode(), "piece.xml")
        return
    found = read_file(piece.encode(), "piece.xml")
    assert isinstance(found, Document)
    text = found.encounters[0].notes[0].intake.note.text
    assert text.endswith("Gout.")
    assert "<" not in text
    assert "a piece of a C-CDA document" in found.notices[0]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("PLAN:\n  Rest.\nHome.", "PLAN:\n  Rest.\nHome."),
        ("<![CDATA[<html><p>Gout</p><p>Home</p></html>]]>", "Gout\nHome"),
        (r"{\rtf1 Gout.}", "Gout."),
        (base64.b64encode(b"{\\rtf1 Gout and more.}").decode(), "Gout and more."),
    ],
)
def test_a_body_without_sections_is_read_for_what_it_is(words: str, expected: str) -> None:
    body = f'<nonXMLBody><text mediaType="text/plain">\n{words}\n</text></nonXMLBody>'
    assert text(body).strip() == expected


def test_an_embedded_file_that_cannot_be_read_is_named_with_its_document() -> None:
    coded = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
    body = f'<nonXMLBody><text representation="B64">{coded}</text></nonXMLBody>'
    with pytest.raises(NoteError, match=r'^"note\.xml" embeds a file that cannot be read: .*PNG'):
        text(body)


def test_a_document_that_points_to_its_text_says_where_it_is() -> None:
    pointer = '<nonXMLBody><text><reference value="scan.pdf"/></text></nonXMLBody>'
    with pytest.raises(NoteError, match=r'^"note\.xml" is a C-CDA document.*"scan\.pdf"; take in'):
        text(pointer)


@pytest.mark.parametrize("compression", ["DF", "ZL", "GZ"])
def test_a_compressed_body_is_opened(compression: str) -> None:
    packer = zlib.compressobj(wbits={"DF": -15, "ZL": 15, "GZ": 31}[compression])
    coded = base64.b64encode(packer.compress(b"CHF") + packer.flush()).decode()
    kind = f'mediaType="text/plain" representation="B64" compression="{compression}"'
    assert text(f"<nonXMLBody><text {kind}>{coded}</text></nonXMLBody>") == "CHF"


@pytest.mark.parametrize(
    ("code", "setting"),
    [
        ('code="99213" codeSystem="2.16.840.1.113883.6.12"', CareSetting.OUTPATIENT),
        ('code="99285"', CareSetting.OUTPATIENT),
        ('code="99222"', CareSetting.INPATIENT),
        ('code="99223" displayName="Office visit"', CareSetting.INPATIENT),
        ('code="AMB"', CareSetting.OUTPATIENT),
        ('code="EMER"', CareSetting.OUTPATIENT),
        ('code="32485007"', CareSetting.INPATIENT),
        ('code="X1" displayName="Outpatient clinic"', CareSetting.OUTPATIENT),
        ('code="X1" displayName="Inpatient or outpatient"', None),
        ('code="99291"', None),
        ('nullFlavor="UNK"', None),
    ],
)
def test_the_setting_is_what_the_code_of_the_encounter_says(
    code: str, setting: CareSetting | None
) -> None:
    data = cda(SECTIONS).replace(b'<code code="IMP"/>', f"<code {code}/>".encode())
    assert read(data).facts.setting is setting


def test_a_translation_says_the_setting_too() -> None:
    code = b'<code nullFlavor="OTH"><translation code="IMP"/></code>'
    data = cda(SECTIONS).replace(b'<code code="IMP"/>', code)
    assert read(data).facts.setting is CareSetting.INPATIENT


@pytest.mark.parametrize("day", ["00010101", "99991231", "19000101", "00000000", "", "UNK"])
def test_a_placeholder_is_no_day_and_no_birth(day: str) -> None:
    data = cda(SECTIONS).replace(b'"20140317"/></eff', f'"{day}"/></eff'.encode())
    assert read(data).facts.discharged is None
    born = cda(SECTIONS).replace(b'"19430110"', f'"{day}"'.encode())
    assert read(born).facts.age is None


def test_an_identifier_that_is_a_placeholder_is_none() -> None:
    assert not read(cda(SECTIONS).replace(b'extension="V0001"', b'extension="UNK"')).external_id
