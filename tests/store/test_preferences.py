from __future__ import annotations

import pytest

from icd9_review.errors import InputError
from icd9_review.store.database.engine import Database
from icd9_review.store.preferences import preference, save_preference
from tests.encounters import coders


def test_preferences_are_each_persons_own_and_the_last_counts(database: Database) -> None:
    first, second = coders(database)
    assert preference(database, first, "worklist") == {}
    save_preference(database, first, "worklist", {"sort": "oldest", "days": None})
    save_preference(database, first, "worklist", {"sort": "newest", "titles": ["é", "日本"]})
    assert preference(database, first, "worklist") == {"sort": "newest", "titles": ["é", "日本"]}
    assert preference(database, first, "workbench") == {}
    assert preference(database, second, "worklist") == {}


def test_preferences_do_not_grow_without_end(sqlite: Database) -> None:
    first, _ = coders(sqlite)
    with pytest.raises(InputError, match="worklist"):
        save_preference(sqlite, first, "worklist", {"search": "x" * 5_000})
    assert preference(sqlite, first, "worklist") == {}
