"""Encounters with text to purge."""

from __future__ import annotations

from dataclasses import replace

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.comments import add_comment
from icd9_review.store.deciding.decisions import decide, last_sequence
from icd9_review.store.users import users
from icd9_review.values import Action, Decision, Encounter, Kind, Poa, RejectReason, Role, User
from tests.encounters import add_scored_encounter, coders

REMARK = "Ask Dr. Grün about Zyxovir."
WORDS = "Never said so: Zyxovir."
FILE_NAME = "zyxovir-smith-john.txt"


def administrator(database: Database) -> User:
    return next(each for each in users(database) if each.role is Role.ADMINISTRATOR)


def decide_on(database: Database, encounter: Encounter, key: str, decision: Decision) -> None:
    """Store a decision that has seen everything."""
    seen = last_sequence(database, encounter.id)
    given = replace(decision, key=f"{key}-{encounter.number}", seen=seen)
    decide(database, encounter.id, given, coders(database)[0], lists=built_in_lists())


def sign(database: Database, encounter: Encounter) -> None:
    """One code accepted, one rejected with words, a comment, and a signature."""
    coder, code = coders(database)[0], (Kind.DIAGNOSIS, "428.0")
    key = f"comment-{encounter.number}"
    add_comment(database, encounter.id, *code, REMARK, actor=coder, key=key)
    other = {"reason": RejectReason.OTHER, "words": WORDS}
    for name, action, given, parts in (
        ("accept", Action.ACCEPT, "428.0", {}),
        ("poa", Action.SET_POA, "428.0", {"poa": Poa.YES}),
        ("first", Action.RESEQUENCE, "428.0", {"position": 0}),
        ("reject", Action.REJECT, "427.31", other),
        ("sign", Action.FINALISE, "", {}),
    ):
        decide_on(database, encounter, name, Decision("", action, given, "tab", 0, **parts))


@pytest.fixture
def signed(database: Database) -> Encounter:
    encounter = add_scored_encounter(database, titles=(FILE_NAME,))
    sign(database, encounter)
    return encounter
