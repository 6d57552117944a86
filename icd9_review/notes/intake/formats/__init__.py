"""Files of every format, told by their content; the name is only what people call them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import (
    Document,
    FileFormat,
    FoundEncounter,
    FoundNote,
    merge_facts,
)
from icd9_review.notes.intake.formats.archive import members
from icd9_review.notes.intake.formats.ccda import read_ccda
from icd9_review.notes.intake.formats.fhir import read_fhir
from icd9_review.notes.intake.formats.hl7v2 import decode_hl7, looks_like_hl7, read_hl7
from icd9_review.notes.intake.formats.html import decode_page, is_html, is_xml, read_page
from icd9_review.notes.intake.formats.isolated import extract_isolated
from icd9_review.notes.intake.formats.table import (
    Row,
    Table,
    csv_header,
    read_csv,
    read_jsonl,
    read_xlsx,
)
from icd9_review.notes.intake.gate import Intake, clean_title, read_note
from icd9_review.notes.intake.plain_text import decode_file, decode_text, file_title
from icd9_review.values import NewNote

__all__ = ["UPLOAD_LIMIT", "Document", "FileFormat", "Row", "Table", "read_file"]

UPLOAD_LIMIT = 25 * 1024 * 1024
"""Bytes in one file of any format; plain text has a limit of its own."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PARSERS = {FileFormat.PDF: "pdf", FileFormat.DOCX: "docx", FileFormat.RTF: "rtf"}


def read_file(data: bytes, name: str) -> Document | Table:
    """What a file holds: encounters with their notes, or a table that needs a mapping.

    Raises NoteError naming the file and the way out for everything else.
    """
    title = file_title(name)
    if len(data) > UPLOAD_LIMIT:
        raise NoteError(
            f'"{title}" has {len(data) / 1e6:.1f} MB, the limit is '
            f"{UPLOAD_LIMIT / 1e6:.0f} MB a file; split it."
        )
    format_ = recognise(data, title)
    return _READERS[format_](data, title)


def recognise(data: bytes, title: str) -> FileFormat:
    """The format of a file by its content. Raises NoteError for one that cannot be taken."""
    start = data[:1024].lstrip()
    if b"%PDF-" in data[:1024]:
        return FileFormat.PDF
    if start.startswith(b"{\\rtf"):
        return FileFormat.RTF
    if data.startswith(b"PK"):
        return _recognise_archive(data, title)
    if data.startswith(_OLE):
        raise NoteError(_ole_message(data, title))
    start = start.removeprefix(b"\xef\xbb\xbf")
    if start.startswith((b"<?xml", b"<ClinicalDocument")):
        page = is_html(start.decode("latin-1"))
        return FileFormat.HTML if page else FileFormat.CCDA
    return _recognise_text(data, title)


def _recognise_archive(data: bytes, title: str) -> FileFormat:
    names = members(data)
    if "word/document.xml" in names:
        return FileFormat.DOCX
    if "xl/workbook.xml" in names:
        return FileFormat.XLSX
    what = "a ZIP archive" if names else "a damaged ZIP archive or Office document"
    raise NoteError(
        f'"{title}" is {what}; unpack it and choose the files inside, or save it as .docx or .xlsx.'
    )


def _ole_message(data: bytes, title: str) -> str:
    if _ENCRYPTED in data:
        return f'"{title}" is protected by a password; save it without one, and try again.'
    return (
        f'"{title}" is an Office document of the old kind (.doc, .xls) or an Outlook message; '
        "save it as .docx, .xlsx or plain text."
    )


def _recognise_text(data: bytes, title: str) -> FileFormat:
    try:
        text = decode_text(data, title)[0]
    except NoteError:
        return FileFormat.TEXT  # whose reader says what is wrong with it
    start = text.lstrip("\ufeff \t\r\n")
    if looks_like_hl7(text):
        return FileFormat.HL7
    if re.match(r"\[\s*[{\[\"]", start):
        return FileFormat.FHIR if '"resourceType"' in start else FileFormat.JSONL
    if start.startswith("{") and not start.startswith("{\\"):
        return FileFormat.FHIR if '"resourceType"' in start else FileFormat.JSONL
    if is_html(start):
        return FileFormat.HTML
    if start.startswith("<?xml") or is_xml(start):
        return FileFormat.CCDA
    return FileFormat.CSV if _is_csv(start, title) else FileFormat.TEXT


def _is_csv(text: str, title: str) -> bool:
    """By a header that names what intake needs; prose has commas too, so else by the name."""
    from icd9_review.notes.intake.column_mapping import guess_mapping

    header = csv_header(text)
    guessed = guess_mapping(header)
    named = title.lower().endswith((".csv", ".tsv"))
    return bool(header) and (named or bool(guessed.note and guessed.encounter))


def _text(data: bytes, title: str) -> Document:
    return _document(title, FileFormat.TEXT, decode_file(data, title))


def _parsed(format_: FileFormat) -> Callable[[bytes, str], Document]:
    """The reader of a format that is parsed in a child."""

    def read(data: bytes, title: str) -> Document:
        found = extract_isolated(_PARSERS[format_], data, title)
        notices = tuple(f'"{title}" {notice}.' for notice in found["notices"])
        intake = read_note(found["text"], title)
        return _document(title, format_, Intake(intake.note, notices + intake.notices))

    return read


def _hl7(data: bytes, title: str) -> Document:
    text, notices = decode_hl7(data, title)
    found, told = read_hl7(text, title, _attachment)
    return Document(title, FileFormat.HL7, _join(found, FileFormat.HL7), (*notices, *told))


def _ccda(data: bytes, title: str) -> Document:
    found, told = read_ccda(data, title, _attachment)
    return Document(title, FileFormat.CCDA, _join((found,), FileFormat.CCDA), told)


def _html(data: bytes, title: str) -> Document:
    text, notices = decode_page(data, title)
    found, told = read_page(text, title)
    return Document(title, FileFormat.HTML, found, (*notices, *told))


def _fhir(data: bytes, title: str) -> Document:
    text, notices = decode_text(data, title)
    encounters, told = read_fhir(_resources(text, title), title, _attachment)
    return Document(title, FileFormat.FHIR, _join(encounters, FileFormat.FHIR), notices + told)


def _resources(text: str, title: str) -> list[object]:
    """One resource, or one a line as bulk exports write them."""
    try:
        return [json.loads(text)]
    except RecursionError:
        raise NoteError(f'"{title}" is nested too deeply; export it again.') from None
    except ValueError:
        pass
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        raise NoteError(f'"{title}" is not well-formed JSON; export it again.') from None


def _jsonl(data: bytes, title: str) -> Table:
    text, notices = decode_text(data, title)
    table = read_jsonl(text, title)
    return replace(table, notices=(*notices, *table.notices))


def _csv(data: bytes, title: str) -> Table:
    text, notices = decode_text(data, title)
    table = read_csv(text, title)
    return replace(table, notices=(*notices, *table.notices))


_READERS: dict[FileFormat, Callable[[bytes, str], Document | Table]] = {
    FileFormat.TEXT: _text,
    FileFormat.PDF: _parsed(FileFormat.PDF),
    FileFormat.DOCX: _parsed(FileFormat.DOCX),
    FileFormat.RTF: _parsed(FileFormat.RTF),
    FileFormat.HTML: _html,
    FileFormat.HL7: _hl7,
    FileFormat.FHIR: _fhir,
    FileFormat.CCDA: _ccda,
    FileFormat.CSV: _csv,
    FileFormat.XLSX: read_xlsx,
    FileFormat.JSONL: _jsonl,
}


_EMBEDDED = {*_PARSERS, FileFormat.HTML, FileFormat.CCDA}


def _attachment(data: bytes, title: str) -> Intake:
    """The note in a file embedded in a message: text, HTML, C-CDA, PDF, Word or rich text."""
    if len(data) > UPLOAD_LIMIT:
        raise NoteError(f'"{title}" embeds a file over the limit; send it by itself.')
    format_ = recognise(data, title)
    if format_ in _EMBEDDED:
        document = _READERS[format_](data, title)
        if isinstance(document, Document):
            intake = document.encounters[0].notes[0].intake
            notices = dict.fromkeys((*document.notices, *intake.notices))
            return Intake(NewNote(intake.note.text, clean_title(title)), tuple(notices))
    return decode_file(data, title)


def _document(title: str, format_: FileFormat, intake: Intake) -> Document:
    return Document(title, format_, (FoundEncounter((FoundNote(intake),)),))


def _join(found: tuple[FoundEncounter, ...], source: str) -> tuple[FoundEncounter, ...]:
    """What several messages or documents say of one encounter, together."""
    groups: dict[str, list[FoundEncounter]] = {}
    for number, each in enumerate(found):
        groups.setdefault(each.external_id or f"\0{number}", []).append(each)
    return tuple(
        FoundEncounter(
            tuple(note for each in group for note in each.notes),
            merge_facts(each.facts for each in group),
            group[0].external_id,
            tuple(dict.fromkeys(code for each in group for code in each.codes)),
            group[0].place,
            source,
        )
        for group in groups.values()
    )
