"""An import as a whole is an event, also one that broke off."""

from __future__ import annotations

import pytest

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.intake.import_events import ImportWay, recorded_import
from icd9_review.store.intake.imports import Result
from icd9_review.store.users import system_user
from icd9_review.values import EventKind
from tests.encounters import coders


def test_it_says_who_which_way_and_what_became_of_how_many(database: Database) -> None:
    coder = coders(database)[0]
    with recorded_import(database, ImportWay.PAGE, coder) as tally:
        tally.files = 1
        for result in (Result.STORED, Result.STORED, Result.REFUSED, Result.NOTICE):
            tally.add(result)
    event = ledger.events(database, ledger.SYSTEM)[-1]
    assert (event.kind, event.actor) == (EventKind.IMPORTED, coder.id)
    assert event.payload == {
        "way": "page",
        "complete": True,
        "files": 1,
        "stored": 2,
        "changed": 0,
        "already_here": 0,
        "purged": 0,
        "refused": 1,
    }


def interrupted(database: Database) -> None:
    """An import that somebody stopped with Ctrl-C."""
    with recorded_import(database, ImportWay.COMMAND, system_user(database)) as tally:
        tally.add(Result.STORED)
        raise KeyboardInterrupt


def test_one_that_broke_off_is_told_with_what_it_stored(sqlite: Database) -> None:
    with pytest.raises(KeyboardInterrupt):
        interrupted(sqlite)
    event = ledger.events(sqlite, ledger.SYSTEM)[-1]
    assert (event.payload["complete"], event.payload["stored"]) == (False, 1)
