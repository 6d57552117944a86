"""A file in base64 that is too long for one OBX segment, and goes on in those behind it."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from icd9_review.errors import NoteError
from icd9_review.notes.intake.formats.base64_text import begins_file, is_base64

_PDF = "JVBERi"  # what a PDF begins with, in base64
_TAIL = 1368
"""Characters of the 1,024 bytes at its end in which a PDF says so (ISO 32000-1, H.3.4.4)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Base64 of one segment; ``name`` is what was observed (OBX-3), ``kind`` that of the data.

    ``in_text`` says that the segment is one for text, where ``prose`` may be words of the report.
    """

    text: str
    name: str = ""
    kind: str = ""
    place: str = ""
    in_text: bool = False
    prose: bool = False


class SplitFile:
    """The pieces of one file as they come."""

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self._length = 0
        self._tail = ""

    @property
    def place(self) -> str:
        """Where the file began; empty where none has."""
        return self._pieces[0].place if self._pieces else ""

    def begin(self, piece: Piece) -> bool:
        """Whether this is the beginning of a file, of which there may be more."""
        if not begins_file(piece.text):
            return False
        self._pieces, self._length, self._tail = [], 0, ""
        self._add(piece)
        return True

    def go_on(self, piece: Piece) -> bool:
        """Whether this belongs to a file that has begun and is not at its end."""
        if not self._pieces or begins_file(piece.text) or not is_base64(piece.text):
            return False
        first = self._pieces[0]
        same = piece.name in ("", first.name) and piece.kind in ("", first.kind)
        if not same or piece.in_text != first.in_text or self._ended():
            return False
        if piece.prose and self._length % 4 == 0:  # the file may be whole, and then it is
            return False
        self._add(piece)
        return True

    def _add(self, piece: Piece) -> None:
        self._pieces.append(piece)
        self._length += len(piece.text)
        self._tail = (self._tail + piece.text)[-_TAIL:]

    def decode(self) -> bytes:
        """The bytes of the file. Raises NoteError where they are no base64."""
        texts = [piece.text for piece in self._pieces]
        try:
            if all(len(text) % 4 == 0 for text in texts):  # each may be padded by itself
                return b"".join(base64.b64decode(text, validate=True) for text in texts)
            return base64.b64decode("".join(texts), validate=True)
        except (binascii.Error, ValueError):
            raise NoteError("an attachment is not base64; it is left out") from None

    def close(self) -> None:
        self._pieces = []

    def _ended(self) -> bool:
        """By the end of a PDF, whose pieces may be padded one by one; else by the padding."""
        if not self._pieces[0].text.startswith(_PDF):
            return self._tail.endswith("=")
        begun = (len(self._tail) - self._length) % 4  # characters of bytes that begin before it
        whole = self._tail[begun : begun + (len(self._tail) - begun) // 4 * 4]
        return b"%%EOF" in base64.b64decode(whole)
