"""Every file is taken for what its content says, or refused by name with a way out."""

from __future__ import annotations

import base64
import gzip
import io
import json
import subprocess
import sys
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import Document, FileFormat
from icd9_review.notes.intake.formats.tables.table import Table
from icd9_review.notes.intake.limits import PAGE
from icd9_review.notes.intake.reading import read_here as read_file
from tests.notes.intake.formats.made import MDM, ORU, SECTIONS, cda, parquet, pdf, word, workbook

NOTE = "Congestive heart failure."
CSV = b"encounter_id,note\n1,CHF\n2,COPD\n"
RESOURCE = json.dumps(
    {
        "resourceType": "DocumentReference",
        "status": "current",
        "content": [{"attachment": {"data": base64.b64encode(NOTE.encode()).decode()}}],
    }
)
FILES = {
    FileFormat.TEXT: NOTE.encode(),
    FileFormat.PDF: pdf([NOTE]),
    FileFormat.DOCX: word([NOTE]),
    FileFormat.RTF: rb"{\rtf1\ansi " + NOTE.encode() + b"}",
    FileFormat.HTML: f"<html><body><p>{NOTE}</p></body></html>".encode(),
    FileFormat.HL7: MDM.encode(),
    FileFormat.FHIR: RESOURCE.encode(),
    FileFormat.CCDA: cda(SECTIONS),
    FileFormat.HTML: b"<html><body><p>" + NOTE.encode() + b"</p></body></html>",
    FileFormat.CSV: CSV,
    FileFormat.XLSX: workbook([["encounter_id", "note"], [1, NOTE]]),
    FileFormat.PARQUET: parquet([{"encounter_id": 1, "note": NOTE}]),
    FileFormat.JSONL: b'{"encounter_id": 1, "note": "CHF"}\n{"encounter_id": 2}\n',
}


@pytest.mark.parametrize("name", ["note.txt", "note.pdf", "note.docx", "note", "note.csv.exe"])
@pytest.mark.parametrize("expected", FileFormat)
def test_the_content_decides_whatever_the_name(expected: FileFormat, name: str) -> None:
    found = read_file(FILES[expected], name)
    assert found.format is expected
    assert found.title == name


@pytest.mark.parametrize(
    "expected",
    [
        FileFormat.TEXT,
        FileFormat.PDF,
        FileFormat.DOCX,
        FileFormat.RTF,
        FileFormat.HTML,
        FileFormat.FHIR,
    ],
)
def test_the_text_of_a_note_is_that_of_its_file(expected: FileFormat) -> None:
    found = read_file(FILES[expected], "note")
    assert isinstance(found, Document)
    (encounter,) = found.encounters
    assert [note.intake.note.text for note in encounter.notes] == [NOTE]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xef\xbb\xbf" + FILES[FileFormat.RTF], FileFormat.RTF),
        (RESOURCE.encode("utf-16"), FileFormat.FHIR),
        (f"Subject: x\nHPI: {NOTE}".encode(), FileFormat.TEXT),
        (b"ACGT" * 40, FileFormat.TEXT),
    ],
)
def test_marks_and_encodings_do_not_hide_a_format(data: bytes, expected: FileFormat) -> None:
    found = read_file(data, "note.txt")
    assert isinstance(found, Document)
    assert found.format is expected


def test_a_note_with_commas_is_no_table() -> None:
    text = b"Discharge summary, Dr. A\nCHF, AF, on Coumadin\nFollow up, two weeks\n"
    assert read_file(text, "note.txt").format is FileFormat.TEXT


def test_a_table_by_another_delimiter_named_csv_is_a_table() -> None:
    found = read_file(b"id;note\n1;CHF, AF\n2;COPD\n", "notes.csv")
    assert isinstance(found, Table)
    assert found.columns == ("id", "note")
    assert [row.cells for row in found.rows] == [("1", "CHF, AF"), ("2", "COPD")]


def test_text_named_csv_that_is_no_table_is_a_note() -> None:
    assert read_file(NOTE.encode(), "note.csv").format is FileFormat.TEXT


def test_a_bulk_export_of_resources_a_line_is_fhir() -> None:
    found = read_file(f"{RESOURCE}\n{RESOURCE}\n".encode(), "export.ndjson")
    assert isinstance(found, Document)
    assert len(found.encounters) == 2


@pytest.mark.parametrize(
    ("data", "named", "way_out"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "old kind", "save it as"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "password",
            "save it without one",
        ),
        (b"PK\x03\x04" + bytes(40), "damaged ZIP", "save it as"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG", "paste"),
        (gzip.compress(b"CHF"), "gzip", "paste"),
        (b"{\n", "not JSON", ""),
        (base64.b64encode(b"Seen for gout in 2014. " * 9), "base64", "decode it"),
        (b"MIME-Version: 1.0\nContent-Type: text/html\n\n<p>a</p><p>b</p>", "mail", "save its"),
        (b"From: a\nSubject: b\n c\nMIME-Version: 1.0\n\nCHF", "mail", "save its text"),
        (b"From: a\nDate: Wed, 12 Mar 2014 10:00:00 +0100\n\nCHF", "mail", "save its text"),
        (b"Received: from x\n by y\nFrom: a\nTo: b\n\nCHF", "mail", "save its text"),
        (b'{"resourceType": "Bundle", ', "not well-formed JSON", "export it again"),
        (b"<?xml version='1.0'?><note>CHF</note>", "not a C-CDA document", "paste"),
        (b"<?xml version='1.0'?><note>CHF", "not well-formed", "export it again"),
    ],
)
def test_what_cannot_be_taken_is_named_with_a_way_out(
    data: bytes, named: str, way_out: str
) -> None:
    if data == b"{\n":
        found = read_file(data, "scan.txt")
        assert isinstance(found, Table)
        assert found.problems == ((1, "it is not well-formed JSON; export it again"),)
        return
    with pytest.raises(NoteError, match=r'^"scan\.txt" ') as refusal:
        read_file(data, "scan.txt")
    assert named in str(refusal.value)
    assert way_out in str(refusal.value)


@pytest.mark.parametrize(
    "text", ["From: Dr. Roe\nDate: 3/12/2014\n\nCHF", "HPI: cough\nFrom: clinic\nTo: ward\n"]
)
def test_a_letter_is_no_mail_unless_its_name_says_so(text: str) -> None:
    found = read_file(text.encode(), "letter.txt")
    assert isinstance(found, Document)
    assert found.encounters[0].notes[0].intake.note.text == text
    with pytest.raises(NoteError, match="a message by mail"):
        read_file(text.encode(), "letter.eml")


def test_an_archive_of_files_is_not_a_document() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", NOTE)
    with pytest.raises(NoteError, match="is a ZIP archive; unpack it"):
        read_file(buffer.getvalue(), "notes.zip")


def test_a_file_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(NoteError, match=r'^"big\.pdf" has 26\.2 MB, the limit is 26 MB'):
        read_file(b"%PDF-" + bytes(PAGE.whole), "big.pdf")


def test_json_nested_without_end_is_refused() -> None:
    data = b'{"resourceType": ' + b"[" * 200_000
    with pytest.raises(NoteError, match=r'^"deep\.json" '):
        read_file(data, "deep.json")


@pytest.mark.parametrize("expected", FileFormat)
@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_a_file_that_breaks_off_is_read_or_refused_by_name(
    expected: FileFormat, share: float
) -> None:
    data = FILES[expected]
    try:
        read_file(data[: int(len(data) * share)], "cut")
    except NoteError as refusal:
        assert str(refusal).startswith(('"cut" ', '"Discharge'))  # noqa: PT017
        assert len(str(refusal).splitlines()) == 1  # noqa: PT017


starts = st.sampled_from(
    [
        b"",
        b"PAR1",
        b"MSH|^~\\&|",
        b"<?xml ",
        b"<ClinicalDocument ",
        b"{",
        b"PK\x03\x04",
        b"a,note\n",
        b"[",
    ]
)


@given(starts, st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_one_line(start: bytes, data: bytes) -> None:
    try:
        read_file(start + data, "x.csv")
    except NoteError as refusal:
        assert len(str(refusal).splitlines()) == 1  # noqa: PT017


@given(st.data())
def test_a_message_with_changed_bytes_is_read_or_refused(data: st.DataObject) -> None:
    message = bytearray((MDM + ORU).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        message[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_file(bytes(message), "m.hl7")
    except NoteError as refusal:
        assert "Congestive" not in str(refusal)  # noqa: PT017


def test_the_libraries_are_loaded_when_a_file_needs_them_and_not_before() -> None:
    program = (
        "import sys, icd9_review.notes.intake.formats, icd9_review.notes.intake.column_mapping\n"
        "heavy = {'lxml', 'docx', 'openpyxl', 'hl7', 'fhir', 'pypdfium2', 'striprtf', 'pandas'}\n"
        "print(sorted(heavy & {name.partition('.')[0] for name in sys.modules}))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
