"""Encounters whose ledger there is something to say of."""

from __future__ import annotations

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.comments import add_comment
from icd9_review.store.deciding.decisions import decide, last_sequence
from icd9_review.values import Action, Decision, Encounter, Kind, Poa, RejectReason
from tests.encounters import add_scored_encounter, coders

WORDS = "Anticoagulated for a year. Ωé🩺"
REMARK = "Ask Dr. Grün."


@pytest.fixture
def signed(database: Database) -> Encounter:
    """A signed encounter: one code accepted, one rejected with words, and a comment."""
    encounter, coder = add_scored_encounter(database), coders(database)[0]
    code = (Kind.DIAGNOSIS, "428.0")
    add_comment(database, encounter.id, *code, REMARK, actor=coder, key="comment")
    other = {"reason": RejectReason.OTHER, "words": WORDS}
    for key, action, name, parts in (
        ("accept", Action.ACCEPT, "428.0", {}),
        ("poa", Action.SET_POA, "428.0", {"poa": Poa.YES}),
        ("first", Action.RESEQUENCE, "428.0", {"position": 0}),
        ("reject", Action.REJECT, "427.31", other),
        ("sign", Action.FINALISE, "", {}),
    ):
        seen = last_sequence(database, encounter.id)
        decision = Decision(key, action, name, "tab", seen, **parts)
        decide(database, encounter.id, decision, coder, lists=built_in_lists())
    return encounter
