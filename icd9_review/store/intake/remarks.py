"""What an import has to say of an encounter beside what became of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from icd9_review.review.status_words import describe_purge
from icd9_review.store.intake.recognition import Recognised
from icd9_review.store.people.access import sees
from icd9_review.values import Purge, User, encounter_label


def tell_likeness(session: Session, known: Recognised, actor: User) -> str:
    """What is like it here, of what somebody sees: not even that another team has such a text."""
    for row, tell in ((known.equal, equal_texts), (known.numbered, equal_number)):
        if row is not None and sees(session, row.id, actor):
            return tell(encounter_label(row.number))
    return ""


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
