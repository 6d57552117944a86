"""A query about an encounter, as it may be asked, and one that was."""

from __future__ import annotations

from itertools import count

from icd9_review.store.database.engine import Database
from icd9_review.store.querying.queries import ask_physician
from icd9_review.store.users import users
from icd9_review.values import Encounter, PhysicianQueryDraft, PhysicianQueryReason, Role, Span

_KEYS = count(1)


def query_about(encounter: Encounter) -> PhysicianQueryDraft:
    """Which kind of heart failure it is, by the first letters of the first note."""
    return PhysicianQueryDraft(
        PhysicianQueryReason.SPECIFICITY,
        "In your clinical judgement, which kind of heart failure is it?",
        ("Systolic", "Diastolic"),
        (Span(encounter.notes[0].id, 0, 4),),
    )


def asked_about(database: Database, encounter: Encounter) -> int:
    """The number of a query that an auditor, who sees all teams, has asked."""
    who = next(person for person in users(database) if person.role is Role.AUDITOR)
    key = f"asked-{next(_KEYS)}"
    return ask_physician(
        database, encounter.id, query_about(encounter), actor=who, key=key
    ).sequence
