"""What an import has to say of an encounter beside what became of it."""

from __future__ import annotations

from icd9_review.review.status_words import describe_purge
from icd9_review.values import Purge


def equal_texts(label: str) -> str:
    """That an encounter has the texts of another, which is no reason to leave it out."""
    return f"{label} has the same text; both are kept, because the files differ"


def equal_number(label: str) -> str:
    """That an encounter has the bare number of another, which does not make them one."""
    return (
        f"{label} has the same number, and nothing else says that both are one encounter; "
        "both are kept"
    )


def text_purged(purge: Purge) -> str:
    """That an encounter is recognised whose text was purged, which brings nothing back."""
    return f"{describe_purge(purge)} Nothing was taken in."
