"""From the bytes of a text file to a note, by a fixed rule instead of guesses.

A byte-order mark decides (UTF-8, UTF-16); else it is UTF-8 if it decodes as UTF-8;
else Windows-1252, or Latin-1 where the five bytes that Windows-1252 leaves undefined
occur. The last two decode anything, so a notice says so, and text with too many
bytes beyond ASCII to be Western European is refused instead of let in as nonsense.
The name of the file decides nothing: its content is looked at.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from icd9_review.errors import NoteError
from icd9_review.notes.intake.gate import Intake, clean_title, read_note

FILE_LIMIT = 1_000_000
"""Bytes in one file of plain text."""

_SIGNATURES = {
    b"PK\x03\x04": "a ZIP archive or an Office document (.docx, .xlsx, .odt)",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an Office document (.doc, .xls) or an Outlook message",
    b"%PDF-": "a PDF",
    b"{\\rtf": "a rich text document (.rtf)",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    codecs.BOM_UTF32_LE: "text in UTF-32",
    codecs.BOM_UTF32_BE: "text in UTF-32",
}
_PICTURES = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF87a": "a GIF image",
    b"GIF89a": "a GIF image",
    b"II*\x00": "a TIFF image",
    b"MM\x00*": "a TIFF image",
}
_CONTROLS = bytes((*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F))
_HIGH = bytes(range(0x80, 0x100))
_PIECE = 1 << 20  # bytes read at a time: a file taken in by the command may be larger than memory
# A stray NUL is replaced; more than a few in a short text, or one in twenty, is binary.
_FEW_CONTROLS = 4
_CONTROL_SHARE = 0.05  # of the characters; by judgement
_BEYOND_ASCII_SHARE = 0.30  # of the bytes; by judgement: text in Western letters has far fewer


def decode_file(data: bytes, name: str) -> Intake:
    """Read an uploaded text file as a note, titled by the last part of its name.

    Raises NoteError for what is larger than FILE_LIMIT, is not plain text, or is
    refused by ``read_note``.

    >>> decode_file(b"Chest pain.", "visit.txt").note.text
    'Chest pain.'
    """
    title = file_title(name)
    if len(data) > FILE_LIMIT:
        raise NoteError(
            f'"{title}" has {len(data) / 1e6:.1f} MB ({len(data):,} bytes), the limit is '
            f"{FILE_LIMIT / 1e6:.0f} MB ({FILE_LIMIT:,} bytes) a file; "
            "split it into several notes of the same encounter."
        )
    _refuse_known_formats(data, title)
    text, notices = decode_text(data, title)
    intake = read_note(text, title)
    return Intake(intake.note, notices + intake.notices)


def file_title(name: str) -> str:
    """The last part of a file's name, as a title of one line."""
    return clean_title(name.replace("\\", "/").rpartition("/")[2])


def charset_meant(declared: str) -> str:
    """The encoding that a declaration means, as Python calls it.

    What is declared as ISO 8859-1 or ASCII is written in Windows-1252, which adds dashes and
    quotation marks to it (WHATWG Encoding Standard, section 4.2). Raises LookupError for a name
    nobody knows.
    """
    name = codecs.lookup(declared).name
    return "cp1252" if name in ("iso8859-1", "ascii") else name


def decode_text(data: bytes, title: str) -> tuple[str, tuple[str, ...]]:
    """The text of a file by the rule above, with what people should know of it.

    Raises NoteError for what is not text.
    """
    encoding = find_encoding(io.BytesIO(data), title)
    return data.decode(encoding.name, encoding.errors), encoding.notices


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes of a text are to be decoded, and what people should know of it."""

    name: str
    errors: str = "strict"
    notices: tuple[str, ...] = ()


def find_encoding(stream: BinaryIO, title: str) -> Encoding:
    """The encoding of a file by the rule above, which is read through once, a piece at a time.

    Raises NoteError for what is not text.
    """
    stream.seek(0)
    if stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        found = Encoding("utf-16", "surrogatepass")
        problem = _try(stream, found)
        if problem is not None:
            raise NoteError(
                f'"{title}" is UTF-16 text that breaks off at byte {problem + 1:,}; '
                "save it again as plain text (UTF-8)."
            )
    else:
        found = Encoding("utf-8-sig")
        if _try(stream, found) is not None:
            found = _western(stream, title)
    _refuse_binary(stream, found, title)
    return found


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    return iter(lambda: stream.read(_PIECE), b"")


def _try(stream: BinaryIO, encoding: Encoding) -> int | None:
    """Where the bytes cease to be of this encoding, counted from 0; None where they all are."""
    decoder = codecs.getincrementaldecoder(encoding.name)(encoding.errors)
    position = pending = 0
    try:
        for piece in _pieces(stream):
            pending = len(decoder.getstate()[0])
            decoder.decode(piece)
            position += len(piece)
        pending = len(decoder.getstate()[0])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return position - pending + error.start
    # That of utf-8-sig goes on waiting for the rest of a mark that breaks off.
    return position - pending if decoder.getstate()[0] else None


def _western(stream: BinaryIO, title: str) -> Encoding:
    size = high = 0
    for piece in _pieces(stream):
        size += len(piece)
        high += len(piece) - len(piece.translate(None, _HIGH))
    if high > _BEYOND_ASCII_SHARE * size:
        raise NoteError(
            f'"{title}" is neither UTF-8 nor text in a Western European encoding; '
            "save it as plain text (UTF-8)."
        )
    name, called = ("cp1252", "Windows-1252")
    if _try(stream, Encoding(name)) is not None:
        name, called = ("latin-1", "Latin-1")
    told = f'"{title}" is not UTF-8; read as {called}. Check letters with accents.'
    return Encoding(name, notices=(told,))


def _refuse_known_formats(data: bytes, title: str) -> None:
    for signature, format_ in (*_SIGNATURES.items(), *_PICTURES.items()):
        if data.startswith(signature):
            saved = "" if signature in _PICTURES else "save it as plain text (UTF-8) or "
            raise NoteError(
                f'"{title}" is {format_}, whatever its name; {saved}paste the text of the note.'
            )


def _refuse_binary(stream: BinaryIO, encoding: Encoding, title: str) -> None:
    """By the share of control characters among all code points."""
    decoder = codecs.getincrementaldecoder(encoding.name)(encoding.errors)
    characters = controls = 0
    for piece in _pieces(stream):
        text = decoder.decode(piece)
        characters += len(text)
        # A control character is one byte of UTF-8 and of the single-byte encodings, and no part of
        # any other character.
        written = text.encode("utf-8", "surrogatepass")
        controls += len(written) - len(written.translate(None, _CONTROLS))
    if controls > max(_FEW_CONTROLS, _CONTROL_SHARE * characters):
        raise NoteError(
            f'"{title}" holds binary data, not text; save it as plain text (UTF-8) '
            "or paste the text of the note."
        )
