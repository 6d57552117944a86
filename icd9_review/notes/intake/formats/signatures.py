"""How the format of a file is told: by its content, and by its name only where that says more."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

from icd9_review.errors import NoteError
from icd9_review.notes.intake.column_mapping import guess_mapping
from icd9_review.notes.intake.formats.hl7.messages import looks_like_hl7
from icd9_review.notes.intake.formats.json_text import RepeatedName, decode_json
from icd9_review.notes.intake.formats.office.archive import members
from icd9_review.notes.intake.formats.sizes import check_json
from icd9_review.notes.intake.formats.structured import html
from icd9_review.notes.intake.formats.tables.header import find_header, header_cells
from icd9_review.notes.intake.formats.tables.parquet import MAGIC
from icd9_review.notes.intake.limits import limits_in_force
from icd9_review.notes.intake.plain_text import find_encoding

_START = 1024
"""Bytes in which a signature must stand: some stand before that of a PDF (ISO 32000-1, H.3.4.1)."""

_BEGINNING = 100_000  # characters that are looked at, and may stand in the header of a table
_BEFORE = b"\xef\xbb\xbf \t\r\n"  # a mark of UTF-8, and what is invisible
_MOST_HEADERS = 4_000  # characters in which the headers of a message by mail say that it is one
_HEADER = re.compile(r"([\w-]{1,60}):(.*)|[ \t]+\S.*")
_OF_SERVERS = {"received", "message-id", "return-path"}
_SENT = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? (?:[+-]\d{4}|[A-Z]{2,3})\b")
"""A date as RFC 5322, section 3.3, has it."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Look:
    """The beginning of a file, and more of it where a signature needs that."""

    stream: BinaryIO
    title: str

    @cached_property
    def start(self) -> bytes:
        self.stream.seek(0)
        return self.stream.read(_START)

    @cached_property
    def members(self) -> frozenset[str]:
        """The names in an archive."""
        return members(self.stream) if self.start.startswith(b"PK") else frozenset()

    @cached_property
    def text(self) -> str:
        """The first characters of a text; none where it is not one."""
        try:
            encoding = find_encoding(self.stream, self.title)
        except NoteError:
            return ""  # the reader of plain text says what is wrong
        self.stream.seek(0)
        wrapper = io.TextIOWrapper(self.stream, encoding.name, encoding.errors)
        try:
            return wrapper.read(_BEGINNING).lstrip("\ufeff \t\r\n")
        finally:
            wrapper.detach()

    def holds(self, words: bytes) -> bool:
        """Whether bytes stand anywhere in the file."""
        self.stream.seek(0)
        tail = b""
        while piece := self.stream.read(1 << 20):
            if words in tail + piece:
                return True
            tail = piece[-len(words) :]
        return False

    @cached_property
    def json(self) -> object:
        """The value of a file that is JSON as a whole; None where it is none, or is too large."""
        self.stream.seek(0)
        data = self.stream.read(limits_in_force().whole + 1)
        if len(data) > limits_in_force().whole:
            return None
        try:
            text = data.decode("utf-8-sig")
            check_json(text)
            return decode_json(text)
        except (RepeatedName, NoteError):
            return {}  # JSON all the same: its reader says what is wrong with it
        except ValueError:
            return None


def is_pdf(look: Look) -> bool:
    return b"%PDF-" in look.start


def is_rtf(look: Look) -> bool:
    return look.start.lstrip(_BEFORE).startswith(b"{\\rtf")


def is_word(look: Look) -> bool:
    return "word/document.xml" in look.members


def is_workbook(look: Look) -> bool:
    return "xl/workbook.xml" in look.members


def is_parquet(look: Look) -> bool:
    return look.start.startswith(MAGIC)


def is_hl7(look: Look) -> bool:
    return looks_like_hl7(look.text)


def looks_like_html(look: Look) -> bool:
    """A page, or a piece of one; the cells of a table and the strings of JSON may be such, too."""
    if look.text.startswith(("{", "[")) or _is_mail(look) or not html.is_html(look.text):
        return False
    return look.text.startswith("<") or not is_table(look)


def looks_like_xml(look: Look) -> bool:
    start = look.start.lstrip(_BEFORE)
    return start.startswith(b"<?xml") or look.text.startswith("<?xml") or html.is_xml(look.text)


def is_fhir(look: Look) -> bool:
    return look.text.startswith(("{", "[")) and (
        ('"resourceType"' in look.text or look.holds(b'"resourceType"'))
        and (look.text[0] == "{" or look.json is not None)
    )


def is_json(look: Look) -> bool:
    """An object, or a list that is JSON to its end: notes of MIMIC begin with brackets, too."""
    return look.text.startswith("{") or (
        look.text.startswith("[")
        and (look.json is not None or re.match(r"\[\s*\{\s*\"", look.text) is not None)
    )


def is_table(look: Look) -> bool:
    """By a header that names what intake needs; prose has commas too, so else by its name."""
    named = look.title.lower().endswith((".csv", ".tsv"))
    header = header_cells(look.text)
    guessed = guess_mapping(header)
    if len(header) > 1:
        by_name = named and (find_header(look.text).followed or bool(guessed.note))
        return bool(guessed.note and guessed.encounter) or by_name
    return named and bool(guessed.note)


def refuse_unreadable(look: Look) -> None:
    """Say what a file is that no reader takes. Raises NoteError."""
    if look.start.startswith(b"PK"):
        what = "a ZIP archive" if look.members else "a damaged ZIP archive or Office document"
        raise NoteError(
            f'"{look.title}" is {what}; unpack it and choose the files inside, or save it as '
            ".docx or .xlsx."
        )
    if _is_mail(look):
        raise NoteError(
            f'"{look.title}" is a message by mail or a saved page (.eml, .mht); save its text, or '
            "the files in it."
        )
    if look.start.startswith(_OLE):
        if look.holds(_ENCRYPTED):
            raise NoteError(
                f'"{look.title}" is protected by a password; save it without one, and try again.'
            )
        raise NoteError(
            f'"{look.title}" is an Office document of the old kind (.doc, .xls) or an Outlook '
            "message; save it as .docx, .xlsx or plain text."
        )


def _is_mail(look: Look) -> bool:
    """Whether the headers of a message by mail, or of a saved page (.mht), come first.

    Letters have lines "From:" and "Date:" too: without MIME-Version it is one where a mail server
    has left its mark, the date is written as mail writes it, or the name of the file says so.
    """
    headers: dict[str, str] = {}
    for line in look.text[:_MOST_HEADERS].splitlines():
        header = _HEADER.fullmatch(line)
        if header is None:
            break
        headers.setdefault((header[1] or "").lower(), header[2] or "")
    named = look.title.lower().endswith(".eml")
    sent = named or headers.keys() & _OF_SERVERS or _SENT.search(headers.get("date", ""))
    return "mime-version" in headers or bool("from" in headers and sent)
