"""What a code is."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Which volume of ICD-9-CM a code belongs to; ``(kind, code)`` is the key."""

    DIAGNOSIS = "diagnosis"
    PROCEDURE = "procedure"


CodeKey = tuple[Kind, str]
"""A code: its kind and its dotted form."""
