"""The two tabular lists, of diseases and of procedures: how each is set."""

from __future__ import annotations

import re
from dataclasses import dataclass

from icd9_review.codes.lists import SourceName

Announced = tuple[tuple[str, re.Pattern[str]], ...]

_INCLUDES = ("includes", re.compile(r"Includes?:+\s*"))
_EXCLUDES = ("excludes", re.compile(r"Excludes?(?::+|(?= ))\s*"))
_NOTES = ("notes", re.compile(r"Note:?\s+(?=\S)|Note:$"))


@dataclass(frozen=True, slots=True)
class TabularBook:
    """One of the lists: the words it opens with, its headings, and the first words of its notes.

    ``terms`` is where the terms of a code begin and go on, in twips, where a term may stand
    behind a note as well; None where what follows a note always belongs to it.
    """

    name: SourceName
    opening: str
    code: re.Pattern[str]
    range: re.Pattern[str]
    announced: Announced
    terms: tuple[int, int] | None = None


DISEASES = TabularBook(
    SourceName.TABULAR,
    "CLASSIFICATION OF DISEASES AND INJURIES",
    re.compile(
        r"(?P<heading>[0-9]{3}(?:\.[0-9]{1,2})?|V[0-9]{2}(?:\.[0-9]{1,2})?|E[0-9]{3}(?:\.[0-9])?)"
        r"(?:[ ]?\t|(?=[A-Z]))\s*(?P<title>\S.*)",
        re.DOTALL,
    ),
    re.compile(
        r"(?:[0-9]{1,2}\.\s+)?(?P<title>[A-Z][A-Z0-9 ,;'/()&-]*?)\s*"
        r"\((?P<heading>[VE]?[0-9]{2,3}(?:-[VE]?[0-9]{2,3})?)\)",
    ),
    (
        _INCLUDES,
        _EXCLUDES,
        ("code_first", re.compile(r"(?=Code (?:first|also)|Code, )")),
        ("use_additional", re.compile(r"(?=Use additional|Use E code)")),
        _NOTES,
        (
            "notes",
            re.compile(r"(?=The following |Requires |Fifth-digit |[0-9]\t|\([a-z]{1,2}\)\s)"),
        ),
    ),
)
PROCEDURES = TabularBook(
    SourceName.PROCEDURES,
    "CLASSIFICATION OF PROCEDURES",
    re.compile(
        r"(?P<heading>[0-9]{2}(?:\.[0-9]{1,2})?)(?:[ ]?\t|(?=[A-Z]))\s*(?P<title>\S.*)", re.DOTALL
    ),
    re.compile(
        r"[0-9]{1,2}[A-Z]?\.\s*(?P<title>[A-Z][A-Z0-9 ,;'/()&-]*?)\s*"
        r"\((?P<heading>[0-9]{2}(?:-[0-9]{2})?)\)",
    ),
    (
        ("includes", re.compile(r"Includes?(?::+|(?= ))\s*")),
        _EXCLUDES,
        ("code_also", re.compile(r"Code also\s*(?::\s*)?")),
        ("code_first", re.compile(r"(?=Code first)")),
        ("use_additional", re.compile(r"(?=Use additional|Requires additional)")),
        _NOTES,
        ("notes", re.compile(r"(?=The following |Requires the |[0-9]\t)")),
    ),
    terms=(1620, 2340),
)
TABULAR_BOOKS = (DISEASES, PROCEDURES)
