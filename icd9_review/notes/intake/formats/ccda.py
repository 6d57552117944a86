"""C-CDA documents (HL7 CDA R2): the titled sections as one note, the header as facts."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from typing import Any

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import Facts, FoundEncounter, FoundNote, age_on
from icd9_review.notes.intake.formats.markup import narrative, parse_xml
from icd9_review.notes.intake.formats.stamps import day_of, setting_of, sex_of
from icd9_review.notes.intake.gate import Intake, clean_title, read_note

_HL7 = {"h": "urn:hl7-org:v3"}

Attachment = Callable[[bytes, str], Intake]
"""Reads an embedded file of a leaf format under a title."""


def read_ccda(data: bytes, title: str, attachment: Attachment) -> FoundEncounter:
    """One encounter with one note. Raises NoteError for XML that is no CDA document."""
    root = parse_xml(data, title)
    if root.tag != "{urn:hl7-org:v3}ClinicalDocument":
        raise NoteError(
            f'"{title}" is XML and not a C-CDA document; export it as C-CDA, '
            "or paste the text of the note."
        )
    name = clean_title(_text(root, "h:title") or title)
    note = FoundNote(
        _body(root, name, title, attachment),
        external_id=_identifier(root, "h:setId") or _identifier(root, "h:id"),
        replaces=_identifier(root, "h:relatedDocument[@typeCode='RPLC']/h:parentDocument/h:id"),
    )
    visit = "h:componentOf/h:encompassingEncounter"
    return FoundEncounter((note,), _facts(root, visit), _identifier(root, f"{visit}/h:id"))


def _body(root: Any, name: str, title: str, attachment: Attachment) -> Intake:
    whole = root.find("h:component/h:nonXMLBody/h:text", _HL7)
    if whole is not None:
        return _embedded(whole, name, title, attachment)
    sections = root.findall("h:component/h:structuredBody/h:component/h:section", _HL7)
    text = "\n\n".join(part for section in sections for part in _section(section))
    if not text.strip():
        raise NoteError(f'"{title}" has no section with text; paste the text of the note.')
    return read_note(text, name)


def _section(section: Any) -> Iterator[str]:
    """Title and narrative of a section, then of the sections inside it."""
    heading = _text(section, "h:title").rstrip(":")
    element = section.find("h:text", _HL7)
    words = narrative(element) if element is not None else ""
    if heading or words:
        yield "\n".join(filter(None, (f"{heading}:" if heading else "", words)))
    for inner in section.findall("h:component/h:section", _HL7):
        yield from _section(inner)


def _embedded(element: Any, name: str, title: str, attachment: Attachment) -> Intake:
    if element.get("representation") != "B64":
        return read_note(narrative(element), name)
    try:
        data = base64.b64decode("".join(element.itertext()))
    except (binascii.Error, ValueError):
        raise NoteError(f'"{title}" embeds a file that is not base64; export it again.') from None
    return attachment(data, name)


def _facts(root: Any, visit: str) -> Facts:
    admitted = day_of(_value(root, f"{visit}/h:effectiveTime/h:low"))
    if admitted is None:
        admitted = day_of(_value(root, f"{visit}/h:effectiveTime"))
    patient = "h:recordTarget/h:patientRole/h:patient"
    birth = day_of(_value(root, f"{patient}/h:birthTime"))
    return Facts(
        setting=setting_of(_value(root, f"{visit}/h:code", "code")),
        age=age_on(birth, admitted or day_of(_value(root, "h:effectiveTime"))),
        sex=sex_of(_value(root, f"{patient}/h:administrativeGenderCode", "code")),
        admitted=admitted,
        discharged=day_of(_value(root, f"{visit}/h:effectiveTime/h:high")),
    )


def _text(element: Any, path: str) -> str:
    found = element.find(path, _HL7)
    return "" if found is None else " ".join("".join(found.itertext()).split())


def _value(element: Any, path: str, attribute: str = "value") -> str:
    found = element.find(path, _HL7)
    return "" if found is None else str(found.get(attribute) or "")


def _identifier(root: Any, path: str) -> str:
    found = root.find(path, _HL7)
    parts = ("", "") if found is None else (found.get("root") or "", found.get("extension") or "")
    return "^".join(parts) if any(parts) else ""
