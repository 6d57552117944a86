"""What people look at is an event of the encounter, with what they were shown."""

from __future__ import annotations

import pytest

from icd9_review.errors import NotFound
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.views import inspected, record_view, shown
from icd9_review.store.scoring.scores import suggestions
from icd9_review.values import EventKind
from tests.encounters import add_scored_encounter, coders


def test_a_view_is_an_event_with_what_was_shown(database: Database) -> None:
    encounter = add_scored_encounter(database)
    coder, _ = coders(database)
    proposed = [each for each in suggestions(database, encounter.id, "a" * 64) if each.suggested]
    payload = shown("a" * 64, proposed, explanations=False)
    event = record_view(database, encounter.id, EventKind.SHOWN, coder, "v1", payload)
    assert record_view(database, encounter.id, EventKind.SHOWN, coder, "v1", payload) == event
    assert event.payload == {
        "model_version": "a" * 64,
        "codes": [["diagnosis", each.code, each.probability] for each in proposed],
        "explanations": False,
    }
    assert [each.code for each in proposed] == ["428.0", "427.31"]
    payload = inspected("explanation", "a" * 64, proposed[:1])
    event = record_view(database, encounter.id, EventKind.INSPECTED, coder, "v2", payload)
    assert event.payload == {
        "page": "explanation",
        "model_version": "a" * 64,
        "codes": [["diagnosis", "428.0", proposed[0].probability]],
        "explanations": False,
    }
    with pytest.raises(ValueError, match="not a view"):
        record_view(database, encounter.id, EventKind.ACCEPTED, coder, "v2", {})


@pytest.mark.parametrize("hostile", ["x" * 22, "system", "", "\x00", "\ud800"])
def test_a_view_of_an_unknown_encounter_is_not_found(database: Database, hostile: str) -> None:
    with pytest.raises(NotFound):
        record_view(database, hostile, EventKind.OPENED, coders(database)[0], "key", {})
