"""FHIR: documents with their encounter and patient, checked, never fetched."""

from __future__ import annotations

import base64
import json
from datetime import date
from typing import Any

import pytest

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import Document, Facts
from icd9_review.notes.intake.identifiers import Identifier
from icd9_review.notes.intake.reading import read_here as read_file
from icd9_review.outline.sections import sections
from icd9_review.values import CareSetting, Sex
from tests.notes.intake.formats.made import SECTIONS, cda, pdf, word, workbook

ENCOUNTER = {
    "resourceType": "Encounter",
    "id": "e1",
    "status": "finished",
    "class": {"code": "IMP"},
    "period": {"start": "2014-03-12T08:00:00Z", "end": "2014-03-17"},
}
PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"family": "Doe"}],
    "gender": "female",
    "birthDate": "1943-01-10",
}


def document(data: bytes = b"CHF", kind: str = "text/plain", **changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference",
        "id": "d1",
        "status": "current",
        "type": {"text": "Discharge summary"},
        "subject": {"reference": "Patient/p1"},
        "content": [{"attachment": attachment(data, kind)}],
        "context": {"encounter": [{"reference": "Encounter/e1"}]},
        **changes,
    }


def attachment(data: bytes, kind: str = "text/plain") -> dict[str, str]:
    return {"contentType": kind, "data": base64.b64encode(data).decode()}


def bundle(*resources: dict[str, Any], addresses: bool = False) -> dict[str, Any]:
    entries = []
    for resource in resources:
        entry: dict[str, Any] = {"resource": resource}
        if addresses:
            entry["fullUrl"] = f"urn:uuid:{resource.get('id')}"
        entries.append(entry)
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def read(resource: dict[str, Any]) -> Document:
    found = read_file(json.dumps(resource).encode(), "f.json")
    assert isinstance(found, Document)
    return found


def test_a_name_that_is_no_fhir_is_told_without_what_nobody_can_print() -> None:
    with pytest.raises(NoteError, match="is not FHIR R4") as refused:
        read(document() | {"{\rsta\u202etus": "current"})
    assert str(refused.value).isprintable()


def test_a_bundle_gives_the_note_with_its_facts() -> None:
    (found,) = read(bundle(document(), ENCOUNTER, PATIENT)).encounters
    assert found.notes[0].intake.note.text == "CHF"
    assert found.notes[0].intake.note.title == "Discharge summary"
    assert found.facts == Facts(
        CareSetting.INPATIENT, 71, Sex.FEMALE, date(2014, 3, 12), date(2014, 3, 17)
    )
    assert (found.external_id, found.notes[0].external_id) == (
        Identifier("Encounter/e1", within="f.json"),
        Identifier("DocumentReference/d1", within="f.json"),
    )
    assert "Doe" not in repr(found)


def test_references_within_a_bundle_may_be_addresses() -> None:
    resource = document(
        subject={"reference": "urn:uuid:p1"},
        context={"encounter": [{"reference": "urn:uuid:e1"}]},
    )
    (found,) = read(bundle(resource, ENCOUNTER, PATIENT, addresses=True)).encounters
    assert found.facts.age == 71


def test_documents_of_one_encounter_come_together() -> None:
    second = document(b"AF", id="d2")
    (found,) = read(bundle(document(), second, ENCOUNTER)).encounters
    assert [note.intake.note.text for note in found.notes] == ["CHF", "AF"]


def test_a_document_alone_knows_its_encounter_by_reference() -> None:
    (found,) = read(document()).encounters
    assert found.external_id == Identifier("Encounter/e1", within="f.json")
    assert found.facts == Facts()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (pdf(["CHF"]), "application/pdf"),
        (word(["CHF"]), "application/msword"),
        (rb"{\rtf1 CHF}", "text/rtf"),
        (b"<html><head><title>x</title></head><body><p>CHF</p></body></html>", "text/html"),
    ],
)
def test_attachments_of_other_formats_are_read(data: bytes, kind: str) -> None:
    (found,) = read(document(data, kind)).encounters
    assert found.notes[0].intake.note.text == "CHF"


def test_of_several_forms_of_a_document_plain_text_is_taken() -> None:
    forms = [
        {"attachment": attachment(pdf(["as PDF"]), "application/pdf")},
        {"attachment": attachment(b"as text")},
    ]
    found = read(document(content=forms))
    assert texts(found) == ["as text"]
    assert found.notices == (
        '"f.json", DocumentReference/d1: a document has 2 forms; text/plain is read, '
        "application/pdf is left out.",
    )


def test_an_attachment_at_an_address_is_not_fetched() -> None:
    elsewhere = {"contentType": "text/plain", "url": "http://127.0.0.1:1/note"}
    found = read(bundle(document(), document(id="d2", content=[{"attachment": elsewhere}])))
    assert len(found.encounters[0].notes) == 1
    assert found.notices == (
        '"f.json", DocumentReference/d2: a document without embedded text is left out.',
    )


@pytest.mark.parametrize("status", ["superseded", "entered-in-error"])
def test_withdrawn_documents_are_left_out(status: str) -> None:
    found = read(bundle(document(), document(b"wrong", id="d2", status=status)))
    assert len(found.encounters[0].notes) == 1
    assert status in found.notices[0]


def test_a_document_says_what_it_replaces() -> None:
    relation = [{"code": "replaces", "target": {"reference": "DocumentReference/d0"}}]
    (found,) = read(document(relatesTo=relation)).encounters
    assert found.notes[0].replaces == Identifier("DocumentReference/d0", within="f.json")


@pytest.mark.parametrize(
    ("resource", "named"),
    [
        (document(content=[]), "DocumentReference"),
        (document(unmistakable="x"), "DocumentReference"),
        ({"resourceType": "DocumentReference", "status": "current"}, "content"),
    ],
)
def test_what_is_not_r4_is_refused_with_its_place(resource: dict[str, Any], named: str) -> None:
    with pytest.raises(NoteError, match=r'^"f\.json" ') as refusal:
        read(resource)
    assert named in str(refusal.value)


@pytest.mark.parametrize(
    ("bad", "place", "named"),
    [
        ({**ENCOUNTER, "period": "yesterday"}, "Encounter/e1", "period"),
        ({**PATIENT, "birthDate": "long ago"}, "Patient/p1", "birthDate"),
        ({"resourceType": "Encounter", "id": "e1", "status": "finished"}, "Encounter/e1", "class"),
        (document(id="d2", unmistakable="x"), "DocumentReference/d2", "unmistakable"),
        (document(b" ", id="d2"), "DocumentReference/d2", "empty"),
        (document(b"\x89PNG\r\n\x1a\n", "image/png", id="d2"), "DocumentReference/d2", "PNG"),
    ],
)
def test_a_bad_resource_is_named_and_the_others_are_taken(
    bad: dict[str, Any], place: str, named: str
) -> None:
    found = read(bundle(document(), bad))
    assert [note.intake.note.text for e in found.encounters for note in e.notes] == ["CHF"]
    (notice,) = found.notices
    assert notice.startswith(f'"f.json", {place}: ')
    assert named in notice
    assert not {"yesterday", "long ago"} & set(notice.split(": "))


@pytest.mark.parametrize("resource", [PATIENT, ENCOUNTER, bundle(), {"resourceType": "Bundle"}])
def test_a_file_without_a_document_is_refused(resource: dict[str, Any]) -> None:
    with pytest.raises(NoteError, match="without a current DocumentReference"):
        read(resource)


@pytest.mark.parametrize("entry", [[1], [{"resource": 5}], "x", [{"resource": {"id": []}}], [None]])
def test_a_crippled_bundle_is_refused(entry: object) -> None:
    with pytest.raises(NoteError, match=r'^"f\.json" '):
        read({"resourceType": "Bundle", "entry": entry})


def test_extensions_nested_without_end_are_read_or_refused() -> None:
    extension: dict[str, Any] = {"url": "http://x", "valueString": "y"}
    for _ in range(150):
        extension = {"url": "http://x", "extension": [extension]}
    try:
        found = read(document(extension=[extension]))
    except NoteError as refusal:
        assert str(refusal).startswith('"f.json" ')  # noqa: PT017
    else:
        assert len(found.encounters) == 1


def texts(found: Document) -> list[str]:
    return [note.intake.note.text for each in found.encounters for note in each.notes]


def coded(**parts: Any) -> dict[str, Any]:
    return {"resourceType": "DiagnosticReport", "id": "r1", "status": "final", **parts}


def test_an_array_of_resources_is_read_as_a_bundle_is() -> None:
    found = read_file(json.dumps([document(), ENCOUNTER, PATIENT]).encode(), "f.json")
    assert isinstance(found, Document)
    assert texts(found) == ["CHF"]
    assert found.encounters[0].facts.age == 71


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (cda(SECTIONS), "application/xml"),
        (b"<div><p>CHF</p><p>AF &amp; gout</p></div>", "text/html"),
        (b"<p>CHF</p><p>AF &amp; gout</p>", "text/plain"),
    ],
)
def test_markup_in_an_attachment_is_never_stored_as_tags(data: bytes, kind: str) -> None:
    (text,) = texts(read(document(data, kind)))
    assert "<" not in text
    assert "CHF" in text
    assert read(document(data, kind)).encounters[0].notes[0].intake.note.title == (
        "Discharge summary"
    )


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "UTF-16", "utf-8", "nonsense"])
def test_the_character_set_of_an_attachment_is_obeyed(charset: str) -> None:
    data = "Ménière".encode("utf-8" if charset == "nonsense" else charset)
    assert texts(read(document(data, f'text/plain; charset="{charset}"'))) == ["Ménière"]


def test_of_several_forms_the_next_is_taken_where_the_first_cannot_be_read() -> None:
    forms = [{"attachment": attachment(b" ")}, {"attachment": attachment(pdf(["as PDF"]))}]
    found = read(document(content=forms))
    assert texts(found) == ["as PDF"]
    assert found.all_notices == (
        '"f.json", DocumentReference/d1: a document has 2 forms; text/plain is read, '
        "text/plain cannot be read.",
    )


def test_a_form_that_is_stored_elsewhere_is_said() -> None:
    elsewhere = {"contentType": "application/pdf", "url": "https://a.example.org/Binary/b1"}
    forms = [{"attachment": elsewhere}, {"attachment": attachment(b"as text")}]
    found = read(document(content=forms))
    assert texts(found) == ["as text"]
    assert found.notices == (
        '"f.json", DocumentReference/d1: a document has 2 forms; text/plain is read, '
        "application/pdf is stored elsewhere.",
    )


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"encounter_id,note\n1,CHF\n2,AF\n", "text/csv"),
        (b"encounter_id,note\n1,CHF\n2,AF\n", "text/plain"),
        (b"a,b\n1,2\n", "text/csv; charset=utf-8"),
        (workbook([["encounter_id", "note"], [1, "CHF"]]), "application/vnd.ms-excel"),
    ],
)
def test_a_table_in_an_attachment_is_no_note(data: bytes, kind: str) -> None:
    found = read(bundle(document(), document(data, kind, id="d2")))
    assert texts(found) == ["CHF"]
    (notice,) = found.notices
    assert notice.startswith('"f.json", DocumentReference/d2: a document is left out: ')
    assert " a table (" in notice
    assert notice.endswith("; take it in by itself.")


PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (PICTURE, "image/png", "its attachment (image/png) is a PNG image, whatever its name"),
        (PICTURE, "text/plain", "its attachment (text/plain) is a PNG image, whatever its name"),
        (b"%PDF-1.7 x", "application/pdf", "its attachment (application/pdf) is damaged"),
        (
            b'{"a": 1}',
            "application/json",
            "its attachment (application/json) embeds JSON that is no note",
        ),
    ],
)
def test_an_attachment_that_cannot_be_read_is_named_and_not_its_bundle(
    data: bytes, kind: str, words: str
) -> None:
    bad = document(data, kind, id="d1", type=None)
    found = read(bundle(bad, document(id="d2")))
    (said,) = found.notices
    assert f"DocumentReference/d1: a document is left out: {words}" in said
    assert said.count(found.title) == 1
    assert "save it as plain text" not in said


def test_an_attachment_with_a_title_that_cannot_be_read_is_named_by_it() -> None:
    bad = document(PICTURE, "image/png", id="d1", type={"text": "Wound photograph"})
    (said,) = read(bundle(bad, document(id="d2"))).notices
    assert 'a document is left out: "Wound photograph" is a PNG image' in said


def test_an_attachment_in_the_same_bundle_is_found() -> None:
    binary = {
        "resourceType": "Binary",
        "id": "b1",
        "contentType": "text/plain",
        "data": base64.b64encode(b"CHF").decode(),
    }
    elsewhere = [{"attachment": {"contentType": "text/plain", "url": "Binary/b1"}}]
    assert texts(read(bundle(document(content=elsewhere), binary))) == ["CHF"]


def test_reports_and_compositions_are_documents_too() -> None:
    div = '<div xmlns="http://www.w3.org/1999/xhtml">%s</div>'
    composition = {
        "resourceType": "Composition",
        "id": "c1",
        "status": "final",
        "type": {"text": "Summary"},
        "date": "2014-03-12",
        "author": [{"display": "x"}],
        "title": "Summary",
        "section": [
            {
                "title": "Familie",
                "code": {"coding": [{"system": "http://loinc.org", "code": "10157-6"}]},
                "text": {"status": "generated", "div": div % "<p>Stroke.</p>"},
            },
            {"title": "Goals", "text": {"status": "generated", "div": div % "Walk"}},
        ],
    }
    report = coded(code={"text": "Echo"}, presentedForm=[attachment(b"EF 30 %")])
    short = coded(id="r2", code={"text": "X-ray"}, conclusion="Effusion.")
    found = texts(read(bundle(composition, report, short)))
    assert found[1:] == ["EF 30 %", "Effusion."]
    assert [section.kind for section in sections(found[0])] == ["family history", "other"]


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"class": {"code": "AMB"}}, CareSetting.OUTPATIENT),
        ({"class": {"code": "X"}, "type": [{"coding": [{"code": "99213"}]}]}, "outpatient"),
        ({"class": {"code": "X"}, "type": [{"text": "Hospital admission"}]}, CareSetting.INPATIENT),
        ({"class": {"code": "X"}}, None),
    ],
)
def test_the_setting_is_what_class_or_type_says(changes: dict[str, Any], setting: str) -> None:
    found = read(bundle(document(), {**ENCOUNTER, **changes}))
    assert found.encounters[0].facts.setting == setting


def test_fhir_as_xml_is_named() -> None:
    with pytest.raises(NoteError, match="is FHIR as XML; export it as JSON"):
        read_file(
            b'<DocumentReference xmlns="http://hl7.org/fhir"><id value="d"/></DocumentReference>',
            "f",
        )


def test_what_documents_contain_is_their_own() -> None:
    inside = {**ENCOUNTER, "id": "e"}
    mine: dict[str, Any] = {"context": {"encounter": [{"reference": "#e"}]}}
    later = {**inside, "period": {"start": "2014-05-01"}}
    first, second = read(
        bundle(document(contained=[inside], **mine), document(id="d2", contained=[later], **mine))
    ).encounters
    assert (first.facts.admitted, second.facts.admitted) == (date(2014, 3, 12), date(2014, 5, 1))


def test_relative_references_mean_their_own_server() -> None:
    entries = [
        {"fullUrl": f"https://{host}.example.org/{kind}/{part['id']}", "resource": part}
        for host, day in (("a", "2014-03-12"), ("b", "2014-05-01"))
        for kind, part in (
            ("Encounter", {**ENCOUNTER, "period": {"start": day}}),
            ("DocumentReference", document()),
        )
    ]
    found = read({"resourceType": "Bundle", "type": "collection", "entry": entries}).encounters
    assert [each.external_id.value for each in found] == [
        "https://a.example.org/Encounter/e1",
        "https://b.example.org/Encounter/e1",
    ]
    assert [each.facts.admitted for each in found] == [date(2014, 3, 12), date(2014, 5, 1)]


def test_a_patient_of_another_server_tells_nothing_of_a_document() -> None:
    entries = [
        {"fullUrl": "https://a.example.org/DocumentReference/d1", "resource": document()},
        {"fullUrl": "https://b.example.org/Patient/p1", "resource": PATIENT},
        {"fullUrl": "https://b.example.org/Encounter/e1", "resource": ENCOUNTER},
    ]
    (found,) = read({"resourceType": "Bundle", "type": "collection", "entry": entries}).encounters
    assert found.facts == Facts()
    assert found.external_id.value == "https://a.example.org/Encounter/e1"


def test_documents_that_share_an_identifier_are_told_apart() -> None:
    shared: dict[str, Any] = {"identifier": [{"system": "urn:oid:1.2", "value": "D1"}]}
    (found,) = read(bundle(document(**shared), document(b"AF", id="d2", **shared))).encounters
    assert len({note.external_id for note in found.notes}) == 2


def test_of_documents_that_share_an_identifier_one_may_replace_the_other() -> None:
    shared: dict[str, Any] = {"identifier": [{"system": "urn:oid:1.2", "value": "D1"}]}
    target = {"reference": "DocumentReference/d1"}
    later = document(b"AF", id="d2", relatesTo=[{"code": "replaces", "target": target}], **shared)
    (found,) = read(bundle(document(**shared), later)).encounters
    first, second = found.notes
    assert second.replaces == first.external_id != second.external_id


@pytest.mark.parametrize("by_number_first", [True, False])
def test_an_encounter_that_is_named_by_its_number_is_that_of_the_resource(
    by_number_first: bool,
) -> None:
    number = {"system": "urn:oid:1.3", "value": "V7"}
    by_number = document(b"AF", id="d2", context={"encounter": [{"identifier": number}]})
    documents = [by_number, document()] if by_number_first else [document(), by_number]
    encounter = {**ENCOUNTER, "identifier": [number]}
    (found,) = read(bundle(encounter, *documents)).encounters
    assert len(found.notes) == 2
    assert (found.external_id.value, found.external_id.former) == ("urn:oid:1.3|V7", "Encounter/e1")


@pytest.mark.parametrize("host", ["http://localhost:8080/fhir", "http://127.0.0.1"])
def test_an_address_nobody_else_reaches_names_no_server(host: str) -> None:
    reference = {"encounter": [{"reference": f"{host}/Encounter/1"}]}
    assert read(document(context=reference)).encounters[0].external_id.within == "f.json"
