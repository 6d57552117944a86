"""HL7 v2 encoding: character sets, messages and segments of a file, fields, and their escapes.

The library's own ways to split files and to undo escapes write what they stumble over to the
log, so both are done here (version 2.9, chapter 2, sections 2.7 and 2.14 to 2.15).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from icd9_review.errors import NoteError
from icd9_review.notes.intake.formats.hl7.stamps import known
from icd9_review.notes.intake.plain_text import Encoding, charset_meant, find_encoding

ENVELOPE = {"FHS", "BHS", "BTS", "FTS"}
# Encoding characters follow at once, or the separator is the usual one: a note of a hospital called
# MSH may begin with its name.
BEGINS = r"MSH(?:\||[^A-Za-z0-9\s](?=[^A-Za-z0-9\s]))"
_MESSAGE = re.compile(rf"\s*(?:(?:FHS|BHS)[^A-Za-z0-9\s]|{BEGINS})")
_BEGINNING = re.compile(BEGINS)
_NAME = re.compile(r"[A-Z][A-Z0-9]{2}")
_HEADER = re.compile(rb"MSH([^A-Za-z0-9\s])[^\r\n]*")
_CHARSET = 18  # MSH-18
_START = 1 << 20  # bytes read at a time; the header of the first message stands among the first
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BY_RULE = "by the rule for text"
# HL7 table 0211, as Python calls them.
_CHARSETS = {
    "ASCII": _BY_RULE,  # what is beyond ASCII cannot be ASCII
    "": _BY_RULE,
    **{f"8859/{part}": f"iso8859-{part}" for part in (*range(1, 10), 15)},
    "UNICODE": _BY_RULE,
    "UNICODE UTF-8": _BY_RULE,
    "UNICODE UTF-16": _BY_RULE,  # whose header can be read is not in UTF-16
    "UTF-8": _BY_RULE,
    "GB 18030-2000": "gb18030",
    "KS X 1001": "euc_kr",
    "BIG-5": "big5",
    "CNS 11643-1992": "euc_tw",
    "ISO IR14": "shift_jis",
    "ISO IR87": "iso2022_jp",
    "ISO IR159": "iso2022_jp_1",
}
_BREAKS = re.compile(r"\.(br|sp|ce|sk|fi|nf|in|ti)[ +]*(-?\d{0,3})", re.IGNORECASE)
_HEX = re.compile(r"[Xx]((?:[0-9A-Fa-f]{2})+)")
_CODE = re.compile(r"[CM][0-9A-Fa-f]{4,6}|Z\w{0,20}|[HhNn]")
_MOST_LINES = 20  # that one \.sp\ may leave empty


def looks_like_hl7(text: str) -> bool:
    return _MESSAGE.match(text.lstrip("\ufeff\x0b")) is not None


def begins_message(line: str) -> bool:
    return _BEGINNING.match(line) is not None


def hl7_encoding(stream: BinaryIO, title: str) -> Encoding:
    """The encoding of a file by the character set of its first message (MSH-18).

    Where what is declared and what is there differ, text that is UTF-8 is read as it. Raises
    NoteError for what is not text.
    """
    stream.seek(0)
    start = stream.read(_START)
    declared = _declared(start)
    plain = declared.upper().replace("ISO", "").strip().replace("8859-", "8859/")
    name = _CHARSETS.get(declared.upper()) or _CHARSETS.get(plain)
    if name in (None, _BY_RULE) or start.startswith(_MARKS):
        found = find_encoding(stream, title)
        said = f'"{title}" declares a character set nobody knows (MSH-18); check its letters.'
        return found if name else replace(found, notices=(*found.notices, said))
    if (written := _utf8(stream, title)) is not None:
        said = f'"{title}" declares {declared[:20]} (MSH-18) and is UTF-8; check its letters.'
        return replace(written, notices=(said,))
    return Encoding(charset_meant(name), "replace")


def _utf8(stream: BinaryIO, title: str) -> Encoding | None:
    """UTF-8 where a file has letters of it: in no other encoding would they happen to stand so."""
    try:
        found = find_encoding(stream, title)
    except NoteError:
        return None
    stream.seek(0)
    beyond = any(not piece.isascii() for piece in iter(lambda: stream.read(_START), b""))
    return found if beyond and found.name == "utf-8-sig" else None


def _declared(start: bytes) -> str:
    """MSH-18 of the first message, its first repetition."""
    header = _HEADER.search(start)
    if header is None:
        return ""
    fields = header[0].split(header[1])
    value = fields[_CHARSET - 1] if len(fields) >= _CHARSET else b""
    return value.decode("ascii", "replace").split("~")[0].strip()


def messages(text: str) -> Iterator[str]:
    """Each message with one segment a line; a line that begins none continues the last."""
    parts: list[str] = []
    for line in re.split(r"[\r\n]+", text.strip("\ufeff\x0b\x1c\r\n")):
        line = line.strip("\x0b\x1c")
        if line[:3] in ENVELOPE:
            continue
        if begins_message(line) and parts:
            yield "".join(parts)
            parts = []
        if _begins_segment(line, parts):
            parts += _segment(line) if parts else [line]
        elif parts and line.strip():
            parts += ["\\.br\\", line]
    if parts:
        yield "".join(parts)


def _begins_segment(line: str, parts: list[str]) -> bool:
    """By its name and the field separator of its message: prose has names and colons, too."""
    if _NAME.match(line) is None:
        return False
    return len(line) == 3 or not parts or line[3] == parts[0][3:4]


def _segment(line: str) -> list[str]:
    """An addendum (ADD) continues the field that was too long."""
    return [line[4:]] if line.startswith("ADD") else ["\r", line]


class Message:
    """Fields of a parsed message as text, empty where there is none."""

    def __init__(self, message: Any) -> None:
        self.segments = list(message)
        _, self.field, self.repetition, self.component, self.sub = map(str, message.separators[:5])
        self.escape = str(message.esc)

    def first(self, name: str) -> Any | None:
        return next((each for each in self.segments if segment_name(each) == name), None)

    def raw(self, segment: Any | None, number: int) -> str:
        """A field whole as it came; empty for HL7's null, two quotation marks."""
        if segment is None or len(segment) <= number:
            return ""
        whole = str(segment[number])
        return "" if whole.strip() == '""' else whole

    def value(self, segment: Any | None, number: int, component: int = 1) -> str:
        """A component of the first repetition, counted from 1, without what means not known."""
        first = self.raw(segment, number).split(self.repetition)[0]
        parts = first.split(self.component)
        return known(self.plain(parts[component - 1])) if len(parts) >= component else ""

    def repetitions(self, segment: Any | None, number: int) -> list[str]:
        """The repetitions of a field as they came; none where there is nothing."""
        whole = self.raw(segment, number)
        return (
            [part for part in whole.split(self.repetition) if part.strip() != '""'] if whole else []
        )

    def components(self, repetition: str) -> list[str]:
        """The components of a repetition; an ampersand that nobody escaped stays."""
        return [self._given(part) for part in repetition.split(self.component)]

    def _given(self, part: str) -> str:
        return "" if part.strip() == '""' else self.plain(part)

    def plain(self, text: str) -> str:
        """Escapes undone; those that only format are dropped, unknown ones stay."""
        if self.escape not in text:
            return text
        mark = re.escape(self.escape)
        bytes_ = re.compile(f"(?:{mark}[Xx](?:[0-9A-Fa-f]{{2}})+{mark})+")
        joined = bytes_.sub(lambda run: self._bytes(run[0]), text)
        return re.sub(f"{mark}([^{mark}\r\n]{{0,80}}){mark}", self._unescape, joined)

    def _bytes(self, run: str) -> str:
        """The characters of hexadecimal escapes that follow each other: one may take several."""
        data = bytes.fromhex("".join(_HEX.findall(run)))
        try:
            text = data.decode()
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
        return (
            text.replace("\r\n", "\n")
            .replace("\r", "\n")
            .replace(self.escape, f"{self.escape}E{self.escape}")
        )

    def _unescape(self, found: re.Match[str]) -> str:
        code = found[1]
        marks = {
            "F": self.field,
            "S": self.component,
            "T": self.sub,
            "R": self.repetition,
            "E": self.escape,
            "P": "#",
        }
        if code.upper() in marks:
            return marks[code.upper()]
        if layout := _BREAKS.fullmatch(code):
            return _line_break(layout[1].lower(), layout[2])
        return "" if _CODE.fullmatch(code) else found[0]


def _line_break(command: str, count: str) -> str:
    if command in ("br", "ce"):
        return "\n"
    if command == "sp":
        return "\n" * min(max(int(count or 1) if count != "-" else 1, 1), _MOST_LINES)
    return " " if command == "sk" else ""


def segment_name(segment: Any) -> str:
    return str(segment[0])
