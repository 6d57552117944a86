"""Places in a note, and what the words around one say of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Assertion(StrEnum):
    """What the words around a span say about it."""

    PRESENT = "present"
    NEGATED = "negated"
    FAMILY = "family"
    HISTORICAL = "historical"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Span:
    """``text[start:end]`` of a stored note."""

    note_id: str
    start: int
    end: int
