"""How each person likes a page: small settings, remembered across visits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from icd9_review.errors import InputError
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import PreferenceRow
from icd9_review.values import User

_LARGEST = 4_000  # characters; by judgement: many times what pages remember


def preference(database: Database, user: User, name: str) -> dict[str, Any]:
    """What this person has chosen on the page of this name; empty where nothing was."""
    with database.read() as session:
        row = session.get(PreferenceRow, (user.id, name))
        return {} if row is None else row.value


def save_preference(database: Database, user: User, name: str, value: Mapping[str, object]) -> None:
    """Remember what a person has chosen on a page, in place of what was remembered before.

    ``value`` is anything JSON can hold. Raises InputError when it is longer than 4,000
    characters as JSON.
    """
    if len(json.dumps(value)) > _LARGEST:
        raise InputError(f"The preferences for {name} are too long to be remembered.")
    with database.write() as session:
        session.merge(PreferenceRow(user_id=user.id, name=name, value=dict(value)))
