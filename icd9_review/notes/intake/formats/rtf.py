"""The text of a rich text document (striprtf)."""

from __future__ import annotations

import re
from typing import Any

from icd9_review.errors import NoteError

# The cells of a table's row end in a bar each: spaces make them readable.
_CELL = re.compile(r"(?<=\S)\|(?=\S)")

_ASIDE = re.compile(rb"\\(?:header|footer|footnote)[lrf]?(?![a-z])")


def extract(data: bytes) -> dict[str, Any]:
    """``text`` and ``notices``; see ``isolated``.

    RTF is ASCII with escapes for the rest; bytes beyond it are left to its code page.
    """
    from striprtf.striprtf import rtf_to_text

    try:
        text: str = rtf_to_text(  # type: ignore[no-untyped-call]
            data.decode("latin-1"), errors="replace"
        )
    except (ValueError, LookupError, IndexError, TypeError, OverflowError):
        raise NoteError(
            "is damaged rich text; open it and save it again, or paste the text of the note."
        ) from None
    notices = [] if _closed(data) else ["breaks off before its end; compare it with the original"]
    if _ASIDE.search(data):
        notices.append("has headers, footers or footnotes; they are left out")
    return {"text": _CELL.sub(" | ", _join_surrogates(text)), "notices": notices}


def _closed(data: bytes) -> bool:
    """Whether the file ends with the brace that closes the document."""
    return data.rstrip(b"\0\r\n\t ").endswith(b"}")


def _join_surrogates(text: str) -> str:
    """``\\u`` gives UTF-16 units: two of them make one character beyond the basic plane."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
