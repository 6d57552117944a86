"""Where sentences of a note start, as far as a cue may reach.

A list item, a paragraph and what a semicolon parts are sentences of their own. A line that
merely wraps is not. Some transcriptions write a comma where a line ended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from icd9_review.outline.wraps import wrapped_ends

_SHORT = (
    "dr mr mrs ms prof st vs eg ie approx fig pt pts hx dx tx rx sx wt ht temp resp ext abd neg "
    "pos yr yrs mo wk hr hrs min sec mg ml cm mm dept no inc jr sr al etc prn bid tid qid"
)
_ABBREVIATIONS = frozenset(_SHORT.split())
_ENDS_TOO = frozenset({"no", "pt", "mg", "ml", "cm", "mm"})
_BREAK = re.compile(
    r"""
    [.!](?=["')\]*]{0,2}(?:\s|,|\Z))            # the end of a sentence
    | (?<=[\w)])\?(?=\s+[A-Z]|\s*\n|,|\s*\Z)    # a question; " ? pneumonia" is a cue instead
    | ;
    | \n(?=[ \t]*(?:\n|[-*•+>]|\#(?!\d)|\d{1,2}[.)](?!\d)))  # a list item, an empty line
    | \n(?=[ \t]*(?:\d{1,2}\s|\#|[A-Z]))  # a line, where it is not a wrapped one
    | ,(?=[A-Z][\w ]|\d{1,2}[.)]\s|[ ]?,|[-*•])         # a comma that stands for a line break
    | (?<=[\s,])(?=\d{1,2}[.)][ ]{1,3}[A-Za-z])         # the next item of a list in one line
    | \s[*•](?=\s)
    """,
    re.VERBOSE,
)
_LAST_WORD = re.compile(r"\w+\Z")
_LONGEST_WORD = 12  # characters looked back for an abbreviation; the longest, "approx", has six
_LOWER_FOLLOWS = re.compile(r"\s+[a-z]")
_NUMBER_FOLLOWS = re.compile(r"\s+#?\d+\b(?![.)])")  # "No. 5", but "No. 2. Diabetes"


def sentence_starts(text: str) -> tuple[int, ...]:
    """Offsets where sentences start, ascending, the first being 0; each ends at the next.

    >>> text = "Seen by Dr. Lee for cough. No fever; mild wheeze."
    >>> [text[start:].split()[0] for start in sentence_starts(text)]
    ['Seen', 'No', 'mild']
    """
    return tuple(_starts(text))


def _starts(text: str) -> Iterator[int]:
    wrapped = wrapped_ends(text)
    last = 0
    yield last
    for match in _BREAK.finditer(text):
        if last < match.end() < len(text) and not (
            match.start() in wrapped or (match[0] == "." and _is_abbreviation(text, match.start()))
        ):
            last = match.end()
            yield last


def _is_abbreviation(text: str, dot: int) -> bool:
    """Whether the full stop belongs to a word: "Dr. Who", "p.r.n. for pain", "E. coli"."""
    word = _LAST_WORD.search(text[max(0, dot - _LONGEST_WORD) : dot])
    if word is None:
        return False
    short = word[0].lower()
    if short in _ABBREVIATIONS:
        if short == "no" and _NUMBER_FOLLOWS.match(text, dot + 1):
            return True
        return short not in _ENDS_TOO or bool(_LOWER_FOLLOWS.match(text, dot + 1))
    return len(short) == 1 and short.isalpha() and bool(_LOWER_FOLLOWS.match(text, dot + 1))
