"""The parts of the code book that are coded by rules of their own, and are told apart.

Diagnoses proper, procedures of volume 3, V codes and E codes. A label belongs to the part of
most of its codes, of equals to the part that comes first here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from icd9_review.model.folder.labels import kind_of
from icd9_review.values import Kind


class CodePart(StrEnum):
    """A part of the code book, as people read it."""

    DIAGNOSES = "diagnoses"
    PROCEDURES = "procedures"
    V_CODES = "V codes"
    E_CODES = "E codes"


def part_of(code: str) -> CodePart:
    """The part of a dotted code.

    >>> [str(part_of(code)) for code in ("428.0", "38.93", "V58.61", "E849.0")]
    ['diagnoses', 'procedures', 'V codes', 'E codes']
    """
    if kind_of(code) is Kind.PROCEDURE:
        return CodePart.PROCEDURES
    return {"V": CodePart.V_CODES, "E": CodePart.E_CODES}.get(code[:1], CodePart.DIAGNOSES)


def part_of_label(codes: Iterable[str]) -> CodePart:
    """The part of a label with these codes."""
    counts = Counter(part_of(code) for code in codes)
    return max(CodePart, key=lambda part: counts[part])
