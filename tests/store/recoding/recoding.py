"""Gold encounters and their twins, for tests that begin with them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from icd9_review.store.database.engine import Database
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.people.accounts import add_account
from icd9_review.store.recoding.gold_encounters import keep_gold
from icd9_review.store.recoding.gold_trials import give_gold, gold_trials
from icd9_review.store.recoding.seconds import ask_second, second_codings
from icd9_review.store.scoring.scores import save_scores
from icd9_review.store.users import system_user
from icd9_review.values import (
    AuditedCode,
    Encounter,
    GoldEncounter,
    GoldTrial,
    Poa,
    Role,
    User,
)
from tests.encounters import make_model, make_scores
from tests.store.auditing.signing import add_signed, auditor, sign

_KEYS = itertools.count(1)
CODES = (AuditedCode("428.0", poa=Poa.YES), AuditedCode("427.31", poa=Poa.YES))


def keep(database: Database, codes: Sequence[AuditedCode] = CODES, **more: Any) -> GoldEncounter:
    """A gold encounter that the development coder has signed."""
    found, key = add_signed(database), f"gold-{next(_KEYS)}"
    return keep_gold(database, found.id, codes, actor=auditor(database), key=key, **more)


def newcomer(database: Database, name: str = "Ana Ruiz") -> User:
    """A coder who knows no encounter."""
    return add_account(database, name, Role.CODER, by=system_user(database))


def give(database: Database, gold: GoldEncounter, coder: User, by: User | None = None) -> Encounter:
    """The twin that a coder has of a gold encounter."""
    given = give_gold(database, [gold.number], [coder.id], actor=by or auditor(database))
    assert given.problems == ()
    return encounter(database, trial(database, coder).encounter_id)


def read(database: Database, found: Encounter) -> None:
    """Have the model read it."""
    for each in found.notes:
        save_scores(database, each.id, make_scores(make_model()))


def sign_twin(
    database: Database, twin: Encounter, coder: User, codes: Sequence[str] = ("428.0", "427.31")
) -> None:
    """Read by the model, and signed with these codes."""
    read(database, twin)
    sign(database, twin, codes, coder=coder)


def trial(database: Database, coder: User) -> GoldTrial:
    """The last one of a coder."""
    found = gold_trials(database, actor=auditor(database))
    return [each for each in found if each.coder == coder.id][-1]


def disagree(database: Database, coder: User) -> None:
    """One encounter that the development coder and a second one coded otherwise."""
    found, by = add_signed(database), auditor(database)
    label = ask_second(database, found.id, coder.id, actor=by)
    (asked,) = second_codings(database, actor=by)
    assert asked.twin == label
    sign_twin(database, encounter(database, asked.twin_id), coder, ["428.0", "486"])
