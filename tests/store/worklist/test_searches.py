"""That an encounter was opened from a search is an event, and never which words found it."""

from __future__ import annotations

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.views import record_view
from icd9_review.store.deciding.visits import last_visit
from icd9_review.store.worklist.searches import record_search
from icd9_review.values import EventKind, WorklistQuery
from tests.encounters import add_encounter, coders


def test_it_says_who_and_how_many_words_but_not_which(database: Database) -> None:
    found, coder = add_encounter(database), coders(database)[0]
    record_search(database, found.id, WorklistQuery(search=" Frederica  Kowalski "), coder)
    event = ledger.events(database, found.id)[-1]
    assert (event.kind, event.actor) == (EventKind.SEARCHED, coder.id)
    assert event.payload == {"terms": 2}


def test_without_a_search_nothing_is_told(sqlite: Database) -> None:
    found, coder = add_encounter(sqlite), coders(sqlite)[0]
    before = ledger.events(sqlite, found.id)
    assert record_search(sqlite, found.id, WorklistQuery(search=" "), coder) is None
    assert ledger.events(sqlite, found.id) == before


def test_neither_a_search_nor_a_view_of_another_page_is_a_visit(sqlite: Database) -> None:
    found, coder = add_encounter(sqlite), coders(sqlite)[1]
    opened = record_view(sqlite, found.id, EventKind.OPENED, coder, "o", {})
    record_search(sqlite, found.id, WorklistQuery(search="E-1"), coder)
    record_view(sqlite, found.id, EventKind.VIEWED, coder, "v", {"page": "explanation"})
    assert last_visit(sqlite, found.id, coder) == opened.sequence
