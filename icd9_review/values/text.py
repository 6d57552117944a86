"""Places in a note, and what the words around one say of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Assertion(StrEnum):
    """What the words around a span say about it.

    FAMILY is a relative by blood, whose condition has a code of family history; OTHER_PERSON is
    anybody else (i2b2/VA 2010: associated with someone else), whose condition has none.
    """

    PRESENT = "present"
    NEGATED = "negated"
    FAMILY = "family"
    OTHER_PERSON = "another person"
    HISTORICAL = "historical"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Span:
    """``text[start:end]`` of a stored note."""

    note_id: str
    start: int
    end: int
