"""HL7 v2 encoding: character sets, messages and segments of a file, fields, and their escapes.

The library's own ways to split files and to undo escapes write what they stumble over to the
log, so both are done here (version 2.9, chapter 2, sections 2.7 and 2.14 to 2.15).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any

from icd9_review.notes.intake.formats.stamps import known
from icd9_review.notes.intake.plain_text import decode_text

ENVELOPE = {"FHS", "BHS", "BTS", "FTS"}
_MESSAGE = re.compile(r"\s*(?:FHS|BHS|MSH)[^A-Za-z0-9\s]")
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}(?:[^A-Za-z0-9\s]|$)")
_HEADER = re.compile(rb"MSH([^A-Za-z0-9\s])[^\r\n]*")
_CHARSET = 18  # MSH-18
# HL7 table 0211, as Python calls them.
_CHARSETS = {
    "ASCII": "utf-8",  # what is beyond ASCII cannot be ASCII; the rule for text decides
    "": "utf-8",
    **{f"8859/{part}": f"iso8859-{part}" for part in (*range(1, 10), 15)},
    "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
    "UNICODE UTF-16": "utf-16",
    "UTF-8": "utf-8",
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


def decode_hl7(data: bytes, title: str) -> tuple[str, tuple[str, ...]]:
    """The text of a file by the character set of its first message, with what to know of it.

    Where what is declared (MSH-18) and what is there differ, text that is UTF-8 is read as it.
    """
    declared = _declared(data)
    name = _CHARSETS.get(
        declared.upper().replace("ISO 8859-", "8859/").replace("ISO8859-", "8859/")
    )
    if name is None:
        text, notices = decode_text(data, title)
        return text, (*notices, f'"{title}" declares a character set nobody knows (MSH-18).')
    if name == "utf-8" or data.startswith(
        (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    ):
        return decode_text(data, title)
    if not data.isascii() and _is_utf8(data):
        return data.decode(), (
            f'"{title}" declares {declared} (MSH-18) and is UTF-8; check letters with accents.',
        )
    try:
        return data.decode(name), ()
    except (LookupError, UnicodeDecodeError):
        return decode_text(data, title)


def _declared(data: bytes) -> str:
    """MSH-18 of the first message, its first repetition."""
    header = _HEADER.search(data[:10_000])
    if header is None:
        return ""
    fields = header[0].split(header[1])
    value = fields[_CHARSET - 1] if len(fields) >= _CHARSET else b""
    return value.decode("ascii", "replace").split("~")[0].strip()


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def messages(text: str) -> Iterator[str]:
    """Each message with one segment a line; a line that begins none continues the last."""
    parts: list[str] = []
    for line in re.split(r"[\r\n]+", text.strip("\ufeff\x0b\x1c\r\n")):
        line = line.strip("\x0b\x1c")
        if line[:3] in ENVELOPE:
            continue
        if line.startswith("MSH") and parts:
            yield "".join(parts)
            parts = []
        if parts and re.match(r"ADD[^A-Za-z0-9\s]", line):
            parts.append(line[4:])  # an addendum continues the field that was too long
        elif _SEGMENT.match(line):
            parts += ["\r", line] if parts else [line]
        elif parts and line.strip():
            parts += ["\\.br\\", line]
    if parts:
        yield "".join(parts)


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
