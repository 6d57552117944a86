"""C-CDA documents (HL7 CDA R2): the titled sections as one note, the header as facts."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import (
    Facts,
    FoundEncounter,
    FoundNote,
    Notice,
    age_on,
    tell,
)
from icd9_review.notes.intake.formats.base64_text import looks_like_base64
from icd9_review.notes.intake.formats.hl7.stamps import day_of, known, sex_of
from icd9_review.notes.intake.formats.hl7.visits import setting_of_visit
from icd9_review.notes.intake.formats.structured.ccda_particulars import billed, with_particulars
from icd9_review.notes.intake.formats.structured.ccda_sections import HL7, read_sections
from icd9_review.notes.intake.formats.structured.markup import first_name, parse_xml
from icd9_review.notes.intake.formats.structured.narrative import narrative
from icd9_review.notes.intake.gate import Intake, clean_title, read_note
from icd9_review.notes.intake.identifiers import UNNAMED, Identifier

Attachment = Callable[[bytes, str], Intake]
"""Reads an embedded file of a leaf format under a title."""

_V3 = "{urn:hl7-org:v3}"
_PIECES = {"section", "component", "structuredBody", "nonXMLBody"}
_HEAD = 20_000  # bytes, in which comments may stand before the first element
_DECLARATION = re.compile(rb"\A\s*<\?xml[^>]*\?>")
_WRAPPER = (
    b'<component xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc" '
    b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:voc="urn:hl7-org:v3/voc">'
)
_REPLACED = "h:relatedDocument[@typeCode='RPLC']/h:parentDocument/h:id"
_VISIT = "h:componentOf/h:encompassingEncounter"
_EMBEDDED_LIMIT = 25 * 1024 * 1024  # bytes: what a file of its own may have


def read_ccda(
    data: bytes, title: str, attachment: Attachment
) -> tuple[FoundEncounter, tuple[str, ...]]:
    """One encounter with one note, and notices. Raises NoteError for XML that is no CDA.

    A piece of a document (a section, a body) is read without facts.
    """
    if _is_piece(data):
        return _piece(parse_xml(_wrapped(data), title), title, attachment)
    root = parse_xml(data, title)
    if root.tag != f"{_V3}ClinicalDocument":
        raise NoteError(_other_xml(root, title))
    name = clean_title(_text(root, "h:title") or title)
    intake, notices = _body(root.find("h:component", HL7), name, title, attachment)
    note = FoundNote(
        with_particulars(intake, root),
        external_id=_identifier(root, "h:setId", title) or _identifier(root, "h:id", title),
        replaces=_identifier(root, _REPLACED, title),
    )
    encounter = FoundEncounter((note,), _facts(root), _identifier(root, f"{_VISIT}/h:id", title))
    return encounter, tell(title, notices)


def _piece(root: Any, title: str, attachment: Attachment) -> tuple[FoundEncounter, tuple[str, ...]]:
    """The sections of a document that was cut up: whatever stands around them is looked through."""
    intake, notices = _body(root, clean_title(title), title, attachment)
    partial = Notice("is a piece of a C-CDA document; it has no facts of the encounter")
    return FoundEncounter((FoundNote(intake),)), tell(title, [partial, *notices])


def _is_piece(data: bytes) -> bool:
    return first_name(data[:_HEAD].decode("utf-8", "replace")) in _PIECES


def _wrapped(data: bytes) -> bytes:
    """A piece with what its document declared: addresses of names, and one root."""
    return _WRAPPER + _DECLARATION.sub(b"", data.removeprefix(codecs.BOM_UTF8)) + b"</component>"


def _other_xml(root: Any, title: str) -> str:
    """What XML is that is no CDA, and the way out."""
    if "hl7.org/fhir" in root.tag:
        return f'"{title}" is FHIR as XML; export it as JSON.'
    if root.tag == "ClinicalDocument":
        return (
            f'"{title}" is a C-CDA document without its namespace (xmlns="urn:hl7-org:v3"); '
            "export it again."
        )
    return (
        f'"{title}" is XML and not a C-CDA document; export it as C-CDA, '
        "or paste the text of the note."
    )


def _body(
    component: Any, name: str, title: str, attachment: Attachment
) -> tuple[Intake, list[Notice]]:
    if component is None:
        raise NoteError(f'"{title}" has no body; export it again, or paste the text of the note.')
    whole = component.find(".//h:nonXMLBody/h:text", HL7)
    if whole is not None:
        return _embedded(whole, name, title, attachment)
    found = read_sections(_outermost(component))
    if not found.text.strip():
        raise NoteError(f'"{title}" has no section with text; paste the text of the note.')
    return read_note(found.text, name), found.notices


def _outermost(component: Any) -> list[Any]:
    """The sections that stand in no other."""
    return [
        section
        for section in component.iter(f"{_V3}section")
        if next(section.iterancestors(f"{_V3}section"), None) is None
    ]


def _embedded(
    element: Any, name: str, title: str, attachment: Attachment
) -> tuple[Intake, list[Notice]]:
    if (element.get("representation") or "").upper() != "B64":
        return _written(element, name, title, attachment)
    data = _decoded("".join(element.itertext()), str(element.get("compression") or ""), title)
    if not data.strip():
        raise NoteError(f'"{title}" embeds an empty file; export it again, or paste the text.')
    return _read_by(attachment, data, name, title), []


def _read_by(attachment: Attachment, data: bytes, name: str, title: str) -> Intake:
    try:
        return attachment(data, name)
    except NoteError as error:
        raise NoteError(f'"{title}" embeds a file that cannot be read: {error}') from None


def _written(
    element: Any, name: str, title: str, attachment: Attachment
) -> tuple[Intake, list[Notice]]:
    """Text with markup of CDA; without, its line ends count, and it may be of another format."""
    words = str(element.text or "").strip()
    if words and not len(element):
        data = base64.b64decode(words) if looks_like_base64(words) else words.encode()
        return _read_by(attachment, data, name, title), []
    reference = element.find("h:reference", HL7)
    told = narrative(element)
    if not told.text.strip() and reference is not None:
        target = clean_title(str(reference.get("value") or "another file"))
        raise NoteError(
            f'"{title}" is a C-CDA document whose text stands in another file, "{target}"; '
            "take in that file, or export the document with its text."
        )
    if not told.text.strip():
        raise NoteError(f'"{title}" has a body without text; paste the text of the note.')
    return read_note(told.text, name), [Notice(words) for words in told.notices]


def _decoded(coded: str, compression: str, title: str) -> bytes:
    """Base64, and what the document says it was compressed by (CDA's CompressionAlgorithm)."""
    try:
        data = base64.b64decode("".join(coded.split()), validate=True)
        if not compression:
            return data
        if compression not in ("DF", "GZ", "ZL"):
            raise NoteError(
                f'"{title}" embeds a file compressed as {compression[:10]}; '
                "export it without compression."
            )
        opener = zlib.decompressobj({"DF": -15, "GZ": 31, "ZL": 15}[compression])
        opened = opener.decompress(data, _EMBEDDED_LIMIT + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise NoteError(f'"{title}" embeds a file that is not base64; export it again.') from None
    if len(opened) > _EMBEDDED_LIMIT:
        raise NoteError(f'"{title}" embeds a file over the limit; send it by itself.')
    return opened


def _facts(root: Any) -> Facts:
    admitted = day_of(_value(root, f"{_VISIT}/h:effectiveTime/h:low"))
    if admitted is None:
        admitted = day_of(_value(root, f"{_VISIT}/h:effectiveTime"))
    patient = "h:recordTarget/h:patientRole/h:patient"
    birth = day_of(_value(root, f"{patient}/h:birthTime"))
    coded = list(_coded(root))
    return Facts(
        setting=setting_of_visit(
            [known(each.get("code")) for each in coded],
            [str(each.get("displayName") or "") for each in coded]
            + [_text(root, f"{_VISIT}/h:code/h:originalText")],
        ),
        age=age_on(birth, admitted or day_of(_value(root, "h:effectiveTime"))),
        sex=sex_of(_value(root, f"{patient}/h:administrativeGenderCode", "code")),
        admitted=admitted,
        discharged=day_of(_value(root, f"{_VISIT}/h:effectiveTime/h:high")),
        **billed(root),
    )


def _coded(root: Any) -> Iterator[Any]:
    """The code of the encounter and its translations."""
    for path in (f"{_VISIT}/h:code", f"{_VISIT}/h:code/h:translation"):
        yield from root.findall(path, HL7)


def _text(element: Any, path: str) -> str:
    found = element.find(path, HL7)
    return "" if found is None else " ".join("".join(found.itertext()).split())


def _value(element: Any, path: str, attribute: str = "value") -> str:
    found = element.find(path, HL7)
    return "" if found is None else str(found.get(attribute) or "")


def _identifier(root: Any, path: str, title: str) -> Identifier:
    """Root and extension of an id; empty where either stands for "not known".

    The root says who gave it out; an extension alone counts within the file.
    """
    found = root.find(path, HL7)
    if found is None or found.get("nullFlavor"):
        return UNNAMED
    whole, part = str(found.get("root") or ""), str(found.get("extension") or "")
    if (part and not known(part)) or not (whole or part):
        return UNNAMED
    return Identifier(f"{whole}^{part}", within="" if whole else title)
