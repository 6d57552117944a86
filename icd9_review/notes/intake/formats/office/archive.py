"""Office documents are ZIP archives of XML: bounds that hold before anything is unpacked.

The sizes an archive declares are enough: Python's zipfile gives no more bytes of a
member than declared, and the memory of the process that unpacks is bounded too.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import BinaryIO

from icd9_review.errors import NoteError

MEMBERS = 5_000  # of an archive; by judgement: a document has some dozens, a workbook some hundreds
UNPACKED = 200_000_000
"""Bytes of all members together."""

_BROKEN = (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError, zlib.error)
_DAMAGED = "is a damaged Office document; open it and save it again, or paste the text."
_XML = (".xml", ".rels", ".vml")
_DECLARATIONS = tuple(
    name.encode(encoding)
    for name in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


def check_archive(data: bytes) -> None:
    """Refuse a bomb, an encrypted member and XML with declarations; see ``isolated``.

    Office Open XML forbids document type declarations (ECMA-376 part 2, 8.1.4), which
    entities that expand without end or name other files would need.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_sizes(archive.infolist())
            for member in archive.infolist():
                if member.filename.lower().endswith(_XML):
                    _check_xml(archive.read(member))
    except _BROKEN:
        raise NoteError(_DAMAGED) from None
    except RuntimeError:  # what zipfile raises for a member that needs a password
        raise NoteError("is protected by a password; save it without one, and try again.") from None


def members(stream: BinaryIO) -> frozenset[str]:
    """The names in an archive; none for one that cannot be opened."""
    try:
        with zipfile.ZipFile(stream) as archive:
            return frozenset(archive.namelist())
    except _BROKEN:
        return frozenset()


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    if len(members) > MEMBERS or unpacked > UNPACKED:
        raise NoteError(
            f"unpacks to {len(members):,} files with {unpacked / 1e6:,.0f} MB, the limits are "
            f"{MEMBERS:,} and {UNPACKED / 1e6:.0f} MB; take pictures out of it, or paste the text."
        )


def _check_xml(content: bytes) -> None:
    if any(declaration in content for declaration in _DECLARATIONS):
        raise NoteError(
            "has XML with a document type declaration, which no Office program writes; "
            "open it and save it again, or paste the text of the note."
        )
