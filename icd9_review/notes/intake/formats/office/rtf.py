"""The text of a rich text file (striprtf)."""

from __future__ import annotations

import re
import struct
from typing import Any

from icd9_review.errors import NoteError
from icd9_review.notes.intake.formats.office.rtf_groups import read_groups

# The cells of a table's row end in a bar each: spaces make them readable.
_CELL = re.compile(r"(?<=\S)\|(?=\S)")
_CHARSETS = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}  # \ansi is Windows-1252
_CHARSET = re.compile(r"\\(mac|pca|pc)(?![a-z])")
_BEYOND = re.compile(r"[^\x00-\x7f]")
_SOFT_HYPHEN = "\N{SOFT HYPHEN}"  # where a word may be broken, and is not
_HEAD = 200  # characters of a document in which its character set stands


def as_written(text: str) -> bytes:
    """Rich text that came as characters, in the ASCII it is made of: others become ``\\u``.

    >>> as_written("{\\\\rtf1 38°}")
    b'{\\\\rtf1 38{\\\\uc1\\\\u176?}}'
    """
    return _BEYOND.sub(_escape, text).encode("ascii")


def _escape(found: re.Match[str]) -> str:
    data = found[0].encode("utf-16-le", "surrogatepass")
    units = struct.unpack(f"<{len(data) // 2}h", data)
    return "{\\uc1" + "".join(f"\\u{unit}?" for unit in units) + "}"


def extract(data: bytes) -> dict[str, Any]:
    """``text`` and ``notices``; see ``isolated``.

    RTF is ASCII with escapes for the rest; bytes beyond it are left to its code page. A file
    may hold several documents one after the other: all of them are read.
    """
    found = read_groups(data.decode("latin-1"))
    texts = [text for document in found.documents if (text := _text(document)).strip()]
    notices = [] if found.closed else ["breaks off before its end; compare it with the original"]
    notices += found.notices
    if len(texts) > 1:
        notices.append(f"holds {len(texts)} documents; they are read one after the other")
    if len(texts) == 1:
        return {"text": texts[0], "notices": notices}
    return {"text": "\n\n".join(text.strip("\n") for text in texts), "notices": notices}


def _text(document: str) -> str:
    from striprtf.striprtf import rtf_to_text

    charset = _CHARSET.search(document[:_HEAD])
    encoding = _CHARSETS[charset[1]] if charset else "cp1252"
    try:
        text: str = rtf_to_text(  # type: ignore[no-untyped-call]
            document, encoding=encoding, errors="replace"
        )
    except (ValueError, LookupError, IndexError, TypeError, OverflowError):
        raise NoteError(
            "is damaged rich text; open it and save it again, or paste the text of the note."
        ) from None
    return _CELL.sub(" | ", _join_surrogates(text)).replace(_SOFT_HYPHEN, "")


def _join_surrogates(text: str) -> str:
    """``\\u`` gives UTF-16 units: two of them make one character beyond the basic plane."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
