"""Why somebody purged text, or kept it, in their own words."""

from __future__ import annotations

from typing import Final

from icd9_review.errors import InputError
from icd9_review.notes.text.disguised import has_controls

LONGEST_WHY: Final = 1_000
"""Characters of a reason; by judgement: a reason, not a report."""


def check_why(words: str) -> str:
    """The words as they are stored: on one line, 1 to 1,000 characters. Raises InputError."""
    said = words.strip()
    if not said:
        raise InputError("The reason is empty; say in words why.")
    if len(said) > LONGEST_WHY:
        raise InputError(
            f"The reason is {len(said):,} characters long; shorten it to {LONGEST_WHY:,}."
        )
    if has_controls(said):
        raise InputError(
            "The reason contains a control character or a line break; write it on one line."
        )
    return said
