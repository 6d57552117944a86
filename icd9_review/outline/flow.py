"""Where a text reads on over the end of a line: for showing it, not for judging it.

Of the lines that merely wrap (``wraps``) those are left alone that a reader needs as they stand:
the rows of a table, the lines under and over a rule, and what a heading starts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from icd9_review.outline.sections import sections
from icd9_review.outline.wraps import wrapped_ends

_COLUMNS = re.compile(r"\S(?: {3,}|\t| *\| *)(?=\S)")
"""A gap that only columns have. By judgement: behind a full stop some typists leave two spaces."""


def flowing_ends(text: str) -> tuple[tuple[int, int], ...]:
    """The white space around each line end that may be shown as one space, in order and apart.

    >>> text = "She was seen for a cough that had lasted for three weeks, and\\n  was sent home.\\n"
    >>> [text[start:end] for start, end in flowing_ends(text)]
    ['\\n  ']
    """
    headings = [each for each in sections(text) if each.heading_start < each.heading_end]
    starts = {each.heading_start for each in headings}
    ends = {each.heading_end for each in headings}
    return tuple(
        (start, end)
        for start, end in _blanks(text)
        if start not in ends and not any(at in starts for at in range(start, end + 1))
    )


def _blanks(text: str) -> Iterator[tuple[int, int]]:
    """The white space around the end of each line of prose that wraps."""
    for at in sorted(wrapped_ends(text)):
        line = text[text.rfind("\n", 0, at) + 1 : at]
        until = text.find("\n", at + 1)
        following = text[at + 1 : until if until >= 0 else len(text)]
        if _is_prose(line) and _is_prose(following):
            indent = len(following) - len(following.lstrip())
            yield at - (len(line) - len(line.rstrip())), at + 1 + indent


def _is_prose(line: str) -> bool:
    return any(map(str.isalnum, line)) and _COLUMNS.search(line.strip()) is None
