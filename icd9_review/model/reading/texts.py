"""Which texts a model can take, said without loading one."""

from __future__ import annotations

import re

from icd9_review.errors import NoteError

_SURROGATE = re.compile("[\ud800-\udfff]")


def check_text(text: str) -> str:
    """The text as it is; raises NoteError for an empty one and for half a surrogate pair."""
    if not text or text.isspace():
        raise NoteError("the text is empty; give the text of a note")
    if half := _SURROGATE.search(text):
        raise NoteError(
            f"the text holds half a surrogate pair at position {half.start() + 1:,}; "
            "replace it, for example by U+FFFD"
        )
    return text
