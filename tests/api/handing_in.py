"""Encounters handed in over the interface, read by the model and signed by a person."""

from __future__ import annotations

import itertools
from typing import Any

from icd9_review.model.reading.predictor import Predictor
from icd9_review.store.code_lists import lists_in_force
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide, last_sequence, review_state
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.scoring.scores import save_scores
from icd9_review.store.users import users
from icd9_review.values import Action, Decision, Kind, Poa
from tests.api.conftest import Program
from tests.tiny import NOTE

BODY: dict[str, Any] = {
    "setting": "inpatient",
    "age": 67,
    "sex": "female",
    "admitted": "2014-03-02",
    "notes": [{"text": NOTE, "title": "Discharge summary", "type": "discharge_summary"}],
}
_KEYS = itertools.count(1)


def key() -> dict[str, str]:
    """A header with an idempotency key of its own."""
    return {"Idempotency-Key": f"request-{next(_KEYS)}"}


def hand_in(program: Program, **more: Any) -> Any:
    """What is said of an encounter that was handed in."""
    answer = program.post("/encounters", json={**BODY, **more}, headers=key())
    assert answer.status_code == 201, answer.text
    return answer.json()


def read_all(database: Database, predictor: Predictor, encounter_id: str) -> None:
    """As the worker does: every note of an encounter read by the model."""
    for note in encounter(database, encounter_id).notes:
        save_scores(database, note.id, predictor.score(note.text))


def sign(database: Database, encounter_id: str, *codes: str) -> None:
    """A person accepts or adds codes, says what the chart needs, and signs it."""
    lists = lists_in_force(database)
    steps: list[tuple[Action, str, dict[str, Any]]] = []
    for code in codes:
        known = {each.code for each in review_state(database, encounter_id).codes}
        assert code not in known
        steps += [(Action.ADD, code, {}), (Action.SET_POA, code, {"poa": Poa.YES})]
    steps += [(Action.RESEQUENCE, codes[0], {"position": 0}), (Action.FINALISE, "", {})]
    for action, code, more in steps:
        seen = last_sequence(database, encounter_id)
        name = f"sign-{next(_KEYS)}"
        step = Decision(name, action, code, "tab", seen, kind=Kind.DIAGNOSIS, **more)
        decide(database, encounter_id, step, users(database)[0], lists=lists)
