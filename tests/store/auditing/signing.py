"""Charts that somebody coded and signed, for those who look at them again."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from icd9_review.codes.built_in import built_in_lists
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide, last_sequence
from icd9_review.store.users import users
from icd9_review.values import (
    Action,
    Decision,
    Encounter,
    Poa,
    ReopenReason,
    Role,
    User,
)
from tests.encounters import add_scored_encounter, coders

_KEYS = itertools.count(1)
CODED = ("428.0", "427.31")


def auditor(database: Database) -> User:
    return next(each for each in users(database) if each.role is Role.AUDITOR)


def act(
    database: Database,
    encounter: Encounter,
    coder: User,
    action: Action,
    code: str = "",
    **parts: Any,
) -> None:
    """A decision that has seen everything."""
    seen = last_sequence(database, encounter.id)
    decision = Decision(f"act-{next(_KEYS)}", action, code, "tab", seen, **parts)
    decide(database, encounter.id, decision, coder, lists=built_in_lists())


def sign(
    database: Database,
    encounter: Encounter,
    codes: Sequence[str] = CODED,
    *,
    coder: User | None = None,
) -> None:
    """Accept or add these codes, the first as the principal, present on admission, and sign."""
    who = coder or coders(database)[0]
    for code in codes:
        action = Action.ACCEPT if code in CODED else Action.ADD
        act(database, encounter, who, action, code)
        act(database, encounter, who, Action.SET_POA, code, poa=Poa.YES)
    act(database, encounter, who, Action.RESEQUENCE, codes[0], position=0)
    act(database, encounter, who, Action.FINALISE)


def reopen(database: Database, encounter: Encounter, coder: User | None = None) -> None:
    who = coder or coders(database)[0]
    act(database, encounter, who, Action.REOPEN, reason=ReopenReason.CORRECTION)


def add_signed(
    database: Database, codes: Sequence[str] = CODED, *, coder: User | None = None
) -> Encounter:
    """An encounter that was signed with these codes."""
    encounter = add_scored_encounter(database)
    sign(database, encounter, codes, coder=coder)
    return encounter
