"""Charts with outcomes of every kind, decided on as coders do."""

from __future__ import annotations

import itertools
from typing import Any

from icd9_review.codes.built_in import built_in_lists
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide, review_state
from icd9_review.store.deciding.views import record_view
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.values import (
    Action,
    CareSetting,
    Decision,
    Encounter,
    EventKind,
    ModelVersion,
    RejectReason,
    Scores,
    User,
)
from tests.encounters import add_encounter, coders, make_model, make_scores

LISTS = built_in_lists()
_KEYS = itertools.count(1)


def outpatients(
    database: Database,
    count: int,
    model: ModelVersion | None = None,
    scores: Scores | None = None,
) -> list[Encounter]:
    """Encounters that a model has read; signed without a principal diagnosis."""
    model = model or make_model()
    register_model(database, model)
    found = [
        add_encounter(database, version=model.version, setting=CareSetting.OUTPATIENT)
        for _ in range(count)
    ]
    for each in found:
        save_scores(database, each.notes[0].id, scores or make_scores(model))
    return found


def show(
    database: Database, found: Encounter, who: User, *codes: str, version: str = "a" * 64
) -> None:
    """These codes on the screen of a coder."""
    listed = [["diagnosis", code, 0.8123] for code in codes]
    said = {"model_version": version, "codes": listed, "explanations": True}
    record_view(database, found.id, EventKind.SHOWN, who, f"view-{next(_KEYS)}", said)


def act(
    database: Database, found: Encounter, who: User, action: Action, code: str = "", **more: Any
) -> None:
    """A decision of a tab that has seen everything."""
    seen = review_state(database, found.id).sequence
    decision = Decision(f"decided-{next(_KEYS)}", action, code, "tab", seen, **more)
    decide(database, found.id, decision, who, lists=LISTS)


def decide_on_all(database: Database, charts: int = 24) -> list[Encounter]:
    """Signed charts: of 428.0 a sixth rejected and one replaced, the rest accepted; 427.31 is left
    alone, 401.9 added in every third, and the last chart is not signed."""
    found = outpatients(database, charts)
    for number, each in enumerate(found):
        coder = coders(database)[number % 2]
        show(database, each, coder, "428.0", "427.31")
        if number == 1:
            act(database, each, coder, Action.REPLACE, "428.0", by="428.21")
        elif number % 6 == 0:
            act(database, each, coder, Action.REJECT, "428.0", reason=RejectReason.HISTORY)
        else:
            act(database, each, coder, Action.ACCEPT, "428.0")
        if number % 3 == 0:
            act(database, each, coder, Action.ADD, "401.9")
        if each is not found[-1]:
            act(database, each, coder, Action.FINALISE)
    return found
