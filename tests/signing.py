"""Encounters that somebody has coded and signed, for tests of what is made of signatures."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from icd9_review.codes.built_in import built_in_lists
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide, last_sequence
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.values import Action, CareSetting, Decision, Encounter, ModelVersion, User
from tests.encounters import LOGITS, add_encounter, make_model, make_scores

_KEYS = itertools.count(1)


def add_read_visit(
    database: Database,
    model: ModelVersion | None = None,
    logits: Mapping[str, float] = LOGITS,
) -> Encounter:
    """An outpatient encounter, which nothing but codes is needed to sign, read by the model."""
    model = model or make_model()
    register_model(database, model)
    found = add_encounter(database, version=model.version, setting=CareSetting.OUTPATIENT)
    (note,) = found.notes
    save_scores(database, note.id, make_scores(model, logits))
    return found


def sign_codes(
    database: Database, encounter: Encounter, person: User, codes: Sequence[str]
) -> None:
    """Add these codes and sign."""
    for code in codes:
        act(database, encounter, person, Decision("", Action.ADD, code, "tab", 0))
    act(database, encounter, person, Decision("", Action.FINALISE, "", "tab", 0))


def act(database: Database, encounter: Encounter, person: User, decision: Decision) -> None:
    """One decision of somebody who has seen everything so far."""
    seen = last_sequence(database, encounter.id)
    sent = replace(decision, key=f"signing-{next(_KEYS)}", seen=seen)
    decide(database, encounter.id, sent, person, lists=built_in_lists())
