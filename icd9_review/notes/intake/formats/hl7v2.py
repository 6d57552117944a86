"""HL7 v2 messages (ORU, MDM): the texts of OBX-5 as notes, PV1 and PID as facts.

One note for each OBR group of a result message, one for each document message. Of the
patient only birth date (as an age) and sex are read.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import Facts, FoundEncounter, FoundNote, age_on
from icd9_review.notes.intake.formats.ccda import Attachment
from icd9_review.notes.intake.formats.stamps import day_of, setting_of, sex_of
from icd9_review.notes.intake.gate import Intake, read_note

_MESSAGE = re.compile(r"\s*(?:FHS|BHS|MSH)[^A-Za-z0-9\s]")
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}(?:[^A-Za-z0-9\s]|$)")
_ENVELOPE = {"FHS", "BHS", "BTS", "FTS"}
_WITHDRAWN = {"D", "W", "X"}
_ICD9 = re.compile(r"(?:V\d|E\d|\d)\d{2}\.?\d{0,2}|V\d{2}\.?\d{0,2}")
_TYPES = {  # HL7 table 0270
    "AR": "Autopsy report",
    "CD": "Cardiodiagnostics",
    "CN": "Consultation",
    "DI": "Diagnostic imaging",
    "DS": "Discharge summary",
    "ED": "Emergency department report",
    "HP": "History and physical examination",
    "OP": "Operative report",
    "PC": "Psychiatric consultation",
    "PH": "Psychiatric history and physical examination",
    "PN": "Procedure note",
    "PR": "Progress note",
    "SP": "Surgical pathology",
    "TS": "Transfer summary",
}


def looks_like_hl7(text: str) -> bool:
    return _MESSAGE.match(text.lstrip("\ufeff\x0b")) is not None


def read_hl7(text: str, title: str, attachment: Attachment) -> tuple[FoundEncounter, ...]:
    """An encounter for each message with a text. Raises NoteError where none has one.

    The library's own ways to split files and to undo escapes write what they stumble
    over to the log, so both are done here.
    """
    import hl7  # type: ignore[import-untyped]

    found = []
    for number, raw in enumerate(_messages(text), start=1):
        try:
            message = _Message(hl7.parse(raw))
        except (hl7.HL7Exception, ValueError, IndexError, KeyError, AttributeError):
            raise NoteError(
                f'"{title}" is HL7 v2 with a message that cannot be read (number {number}); '
                "export it again, or paste the text of the note."
            ) from None
        if notes := tuple(_notes(message, title, attachment)):
            found.append(_encounter(message, notes, f"message {number}"))
    if not found:
        raise NoteError(
            f'"{title}" is HL7 v2 without a text in OBX-5; send an ORU or MDM message with one.'
        )
    return tuple(found)


class _Message:
    """Fields of a parsed message as text, empty where there is none."""

    def __init__(self, message: Any) -> None:
        self.segments = list(message)
        _, self.field, self.repetition, self.component, self.sub = map(str, message.separators[:5])
        self.escape = str(message.esc)

    def first(self, name: str) -> Any | None:
        return next((each for each in self.segments if _name(each) == name), None)

    def value(self, segment: Any | None, number: int, component: int = 0) -> str:
        """A field whole as it came, or one of its components, counted from 1."""
        if segment is None or len(segment) <= number:
            return ""
        whole = str(segment[number])
        if not component:
            return whole
        parts = whole.split(self.repetition)[0].split(self.component)
        return self.plain(parts[component - 1]) if len(parts) >= component else ""

    def plain(self, text: str) -> str:
        """Escapes undone (version 2.5.1, 2.7); those that only format are dropped."""
        mark = re.escape(self.escape)
        return re.sub(f"{mark}([^{mark}\r\n]{{0,80}}){mark}", self._unescape, text)

    def _unescape(self, found: re.Match[str]) -> str:
        code = found[1]
        marks = {
            "F": self.field,
            "S": self.component,
            "T": self.sub,
            "R": self.repetition,
            "E": self.escape,
        }
        if code in marks:
            return marks[code]
        if code[:3] in (".br", ".sp", ".ce"):
            return "\n"
        if re.fullmatch("X(?:[0-9A-Fa-f]{2})+", code):
            return bytes.fromhex(code[1:]).decode("utf-8", "replace").replace("\r", "\n")
        return "" if code in ("H", "N") or code.startswith((".", "C", "M", "Z")) else found[0]


def _name(segment: Any) -> str:
    return str(segment[0])


def _messages(text: str) -> Iterator[str]:
    """Each message with one segment a line; a line that begins none continues the last."""
    parts: list[str] = []
    for line in re.split(r"[\r\n]+", text.strip("\ufeff\x0b\x1c\r\n")):
        line = line.strip("\x0b\x1c")
        if line[:3] in _ENVELOPE:
            continue
        if line.startswith("MSH") and parts:
            yield "".join(parts)
            parts = []
        if _SEGMENT.match(line):
            parts += ["\r", line] if parts else [line]
        elif parts and line.strip():
            parts += ["\\.br\\", line]
    if parts:
        yield "".join(parts)


def _notes(message: _Message, title: str, attachment: Attachment) -> Iterator[FoundNote]:
    document = message.first("TXA")
    groups = _groups(message, whole=document is not None)
    fillers = Counter(message.value(request, 3) for request, results in groups if results)
    for request, results in groups:
        name = _title(message, document, request) or title
        lines: list[str] = []
        embedded: list[Intake] = []
        for result in results:
            if message.value(result, 11) in _WITHDRAWN:
                continue
            if message.value(result, 2) == "ED":
                embedded.append(attachment(_embedded(message, result, title), name))
            else:
                lines += _lines(message, result)
        identifier = message.value(document, 12) or message.value(request, 3)
        if not document and identifier and fillers[identifier] > 1:
            # One accession number over several reports: each is a note of its own.
            identifier += f"/{message.value(request, 1)}/{message.value(request, 4, 1)}"
        parent = message.value(document, 13)
        replaces = parent if message.value(message.first("MSH"), 9, 2) in ("T09", "T10") else ""
        if any(line.strip() for line in lines):
            yield FoundNote(read_note("\n".join(lines), name), identifier, replaces)
        for number, intake in enumerate(embedded, start=1):
            yield FoundNote(intake, identifier and f"{identifier}/{number}", replaces)


def _groups(message: _Message, *, whole: bool) -> list[tuple[Any | None, list[Any]]]:
    """The OBX segments after each OBR, or all of a document together."""
    groups: list[tuple[Any | None, list[Any]]] = [(None, [])]
    for segment in message.segments:
        if _name(segment) == "OBR" and not whole:
            groups.append((segment, []))
        elif _name(segment) == "OBX":
            groups[-1][1].append(segment)
    return groups


def _lines(message: _Message, result: Any) -> list[str]:
    """Text as it is; a value with its name, unit and flag in one line."""
    kind = message.value(result, 2)
    if kind in ("RP", ""):
        return []
    values = [message.plain(part) for part in message.value(result, 5).split(message.repetition)]
    if kind in ("TX", "FT", "ST") and not message.value(result, 6):
        return "\n".join(values).split("\n")
    name = message.value(result, 3, 2) or message.value(result, 3, 1)
    if kind in ("CE", "CWE", "CNE"):
        values = [part.split(message.component)[1:2] for part in values]  # type: ignore[misc]
        values = [part[0] for part in values if part]
    told = (", ".join(values), message.value(result, 6, 1), message.value(result, 8, 1))
    return [f"{name}: {' '.join(filter(None, told))}"]


def _embedded(message: _Message, result: Any, title: str) -> bytes:
    """The file in an OBX of type ED: source^type^subtype^encoding^data."""
    parts = message.value(result, 5).split(message.component)
    data = parts[4] if len(parts) > 4 else ""
    if len(parts) > 3 and parts[3].lower() == "base64":
        try:
            return base64.b64decode(message.plain(data))
        except (binascii.Error, ValueError):
            raise NoteError(
                f'"{title}" embeds a file that is not base64; export it again.'
            ) from None
    return message.plain(data).encode()


def _title(message: _Message, document: Any | None, request: Any | None) -> str:
    code = message.value(document, 2, 1)
    named = message.value(document, 2, 2) or _TYPES.get(code.upper(), code)
    return named or message.value(request, 4, 2) or message.value(request, 4, 1)


def _encounter(message: _Message, notes: tuple[FoundNote, ...], place: str) -> FoundEncounter:
    visit, patient = message.first("PV1"), message.first("PID")
    admitted = day_of(message.value(visit, 44))
    days: Iterable[str] = (
        message.value(message.first("OBR"), 7),
        message.value(message.first("TXA"), 4),
        message.value(message.first("MSH"), 7),
    )
    seen = admitted or next((day for stamp in days if (day := day_of(stamp))), None)
    facts = Facts(
        setting=setting_of(message.value(visit, 2, 1)),
        age=age_on(day_of(message.value(patient, 7)), seen),
        sex=sex_of(message.value(patient, 8, 1)),
        admitted=admitted,
        discharged=day_of(message.value(visit, 45)),
    )
    identifier = _identifier(message, visit, 19) or _identifier(message, patient, 18)
    return FoundEncounter(notes, facts, identifier, _codes(message), place)


def _identifier(message: _Message, segment: Any | None, number: int) -> str:
    """Number and who gave it out (CX.1, CX.4): the number alone may exist twice."""
    parts = (message.value(segment, number, 1), message.value(segment, number, 4))
    return "^".join(parts) if parts[0] else ""


def _codes(message: _Message) -> tuple[str, ...]:
    """ICD-9-CM diagnoses of DG1, in their order."""
    found = []
    for segment in message.segments:
        if _name(segment) == "DG1":
            system = message.value(segment, 3, 3) or message.value(segment, 2)
            code = message.value(segment, 3, 1).upper()
            nine = re.search("I(CD)?-?9", system.upper()) is not None
            if nine and _ICD9.fullmatch(code):
                found.append(code)
    return tuple(dict.fromkeys(found))
