"""What a code is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Which volume of ICD-9-CM a code belongs to; ``(kind, code)`` is the key."""

    DIAGNOSIS = "diagnosis"
    PROCEDURE = "procedure"


CodeKey = tuple[Kind, str]
"""A code: its kind and its dotted form."""


@dataclass(frozen=True, slots=True)
class OwnCode:
    """What a code is to one person: a favourite, called by words of their own, or both.

    ``words`` are phrases apart by commas, empty for none.
    """

    kind: Kind
    code: str
    favourite: bool = False
    words: str = ""
