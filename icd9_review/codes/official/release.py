"""Official releases as a hospital downloads them, recognised by what they hold.

Taken are the lists of the Medicare Code Editor 32 and of the codes exempt from present on
admission, both separated by tabs, CMS's lists of complications and comorbidities (IPPS tables 6I
and 6J) as text or workbook, CDC's tabular list and alphabetic indexes of diseases and of
external causes, its table of drugs and chemicals, and CMS's tabular list and index of procedures,
as RTF or as the zip it comes in. A file is taken whole or refused; nothing is guessed.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from hashlib import sha256
from itertools import islice
from pathlib import Path

from icd9_review.codes.lists import ListOrigin, Provenance, Release, SourceName
from icd9_review.codes.official import complications, drugs, index, rtf, tabular, tabular_books
from icd9_review.codes.official.code_lists import (
    MCE_HEADER,
    POA_HEADER,
    read_mce,
    read_poa_exempt,
)
from icd9_review.errors import CodeListError

_LARGEST = 64 * 1024 * 1024  # the releases have 0.1 to 19 MB
_EXPECTED = (
    "expected is the list of MCE version 32 or of POA exempt codes (text separated by tabs), "
    "the list of MCCs or CCs (IPPS table 6I or 6J, text or workbook), "
    "the tabular list of diseases or of procedures, the index of diseases, external causes or "
    "procedures, or the table of drugs and chemicals (RTF, or the zip with it)"
)
_TITLE = re.compile(rb"\{\\title ([A-Za-z0-9 ().,-]{1,80})\}")
_HEAD = 200_000  # bytes of an RTF in which its title stands
_YEAR = re.compile(r"FY[_ -]?(20[01][0-9])", re.IGNORECASE)


def read_release(path: Path) -> Release:
    """The release in a file.

    Raises CodeListError, naming the file, for one that cannot be read, is too large, cut
    off or damaged, or is none of the releases.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise CodeListError(f"it has more than {_LARGEST // 1024 // 1024} MB")
        data = path.read_bytes()
        if complications.is_excel(data):
            return _read_workbook(data, sha256(data).hexdigest(), path.name)
        content = _unpacked(data) if data.startswith(b"PK") else data
        read = _read_rtf if content.startswith(rtf.START) else _read_table
        return read(content, sha256(data).hexdigest(), path.name)
    except CodeListError as error:
        raise CodeListError(f"{path.name}: {error}. Nothing was imported; {_EXPECTED}.") from None
    except OSError as error:
        raise CodeListError(f"{path} cannot be read: {error.strerror}") from None


def _unpacked(data: bytes) -> bytes:
    """The one RTF of a zip; what it says about its size is not believed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".rtf")]
            if len(names) != 1:
                raise CodeListError(f"the zip holds {len(names)} RTF files in place of one")
            with archive.open(names[0]) as member:
                content = member.read(_LARGEST + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
        raise CodeListError("the zip is cut off, damaged or encrypted") from None
    if not content.startswith(rtf.START):
        raise CodeListError(f"the {names[0][:40]!r} of the zip holds no RTF")
    if len(content) > _LARGEST:
        raise CodeListError(f"the zip unpacks to more than {_LARGEST // 1024 // 1024} MB")
    return content


def _read_rtf(content: bytes, digest: str, _: str) -> Release:
    paragraphs = rtf.read_paragraphs(content)
    first = next(islice(paragraphs, 1), None)
    opening = "" if first is None else " ".join(first.text.split())
    found = _TITLE.search(content[:_HEAD])
    version = found[1].decode("ascii") if found else "without a title"
    provenance = Provenance(ListOrigin.OFFICIAL, version, digest)
    for listed in tabular_books.TABULAR_BOOKS:
        if opening == listed.opening:
            notes = tabular.read_tabular(paragraphs, listed)
            return Release(listed.name, provenance, tabular=notes)
    for book in index.INDEXES:
        if opening == book.opening:
            entries = index.read_index(paragraphs, book.kind)
            return Release(book.name, provenance, index=entries)
    if opening == drugs.DRUGS_OPENING:
        return Release(SourceName.DRUGS, provenance, drugs=drugs.read_drugs(paragraphs))
    raise CodeListError("this RTF begins with no title of these")


def _read_workbook(data: bytes, digest: str, name: str) -> Release:
    found = complications.read_complications(complications.workbook_rows(data), digest, name)
    if found is None:
        raise CodeListError("this workbook begins with no title of these")
    return found


def _read_table(content: bytes, digest: str, name: str) -> Release:
    if b"\0" in content:
        raise CodeListError("it is no text in ASCII, UTF-8 or Windows-1252 (is it UTF-16?)")
    # Only codes are kept, which are ASCII; titles may be in any of the three.
    lines = content.removeprefix(b"\xef\xbb\xbf").decode("cp1252", errors="replace").splitlines()
    if listed := complications.read_complications(complications.text_rows(lines), digest, name):
        return listed
    header, *rows = ([cell.strip() for cell in line.split("\t")] for line in lines or [""])
    if tuple(header) == MCE_HEADER:
        provenance = Provenance(ListOrigin.OFFICIAL, "MCE version 32", digest)
        return Release(SourceName.MCE, provenance, read_mce(rows))
    if tuple(header) == POA_HEADER:
        year = _YEAR.search(name)
        version = f"POA exempt list, {f'FY{year[1]}' if year else 'year not stated'}"
        provenance = Provenance(ListOrigin.OFFICIAL, version, digest)
        return Release(SourceName.POA, provenance, read_poa_exempt(rows))
    raise CodeListError("its first line is the header of no known list")
