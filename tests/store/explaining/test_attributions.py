"""Attributions are kept once per key."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from icd9_review.errors import NotFound
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.explaining.attributions import attribution, attributions, save_attribution
from icd9_review.values import (
    Attribution,
    AttributionKey,
    Deletion,
    EventKind,
    Kind,
    Window,
    WordWeight,
)
from tests.encounters import add_scored_encounter

WINDOW = Window(1, 10, 60)
FOUND = Attribution(
    code="428.0",
    window=WINDOW,
    words=(WordWeight(10, 15, 0.1 + 0.2), WordWeight(16, 20, -1e-12)),
    method="integrated_gradients",
    baseline="pad",
    steps=24,
    delta=0.0123,
    holds=True,
    deletion=Deletion(words=2, before=0.91, without=0.22, random=None),
    settings="t=0.05",
)


def _key(note_id: str) -> AttributionKey:
    return AttributionKey(
        note_id=note_id,
        window=WINDOW,
        kind=Kind.DIAGNOSIS,
        code="428.0",
        model_version="a" * 64,
        method=FOUND.method,
        baseline=FOUND.baseline,
        settings=FOUND.settings,
    )


def test_an_attribution_comes_back_exactly(database: Database) -> None:
    encounter = add_scored_encounter(database)
    key = _key(encounter.notes[0].id)
    assert attribution(database, key) is None
    assert save_attribution(database, key, FOUND) == FOUND
    assert attribution(database, key) == FOUND
    assert attributions(database, [key, replace(key, code="486")]) == {key: FOUND}


def test_the_first_one_stored_stays(database: Database) -> None:
    encounter = add_scored_encounter(database)
    key = _key(encounter.notes[0].id)
    save_attribution(database, key, FOUND)
    assert save_attribution(database, key, replace(FOUND, steps=99)) == FOUND
    told = [event.kind for event in ledger.events(database, encounter.id)]
    assert told.count(EventKind.EXPLAINED) == 1


def test_two_that_come_at_the_same_time_are_one(database: Database) -> None:
    encounter = add_scored_encounter(database)
    key = _key(encounter.notes[0].id)
    with ThreadPoolExecutor(3) as pool:
        stored = list(
            pool.map(lambda n: save_attribution(database, key, replace(FOUND, steps=n)), range(6))
        )
    assert {each.steps for each in stored} == {stored[0].steps}


def test_every_part_of_the_key_counts(sqlite: Database) -> None:
    note_id = add_scored_encounter(sqlite).notes[0].id
    key = _key(note_id)
    save_attribution(sqlite, key, FOUND)
    for other in (
        replace(key, window=Window(1, 11, 60)),
        replace(key, window=Window(1, 10, 61)),
        replace(key, kind=Kind.PROCEDURE),
        replace(key, code="486"),
        replace(key, model_version="b" * 64),
        replace(key, method="other"),
        replace(key, baseline="zero"),
        replace(key, settings="t=0.1"),
    ):
        assert attribution(sqlite, other) is None


def test_an_attribution_without_a_bound_keeps_its_infinite_delta(database: Database) -> None:
    key = _key(add_scored_encounter(database).notes[0].id)
    unbounded = replace(FOUND, delta=math.inf, holds=False)
    save_attribution(database, key, unbounded)
    assert attribution(database, key) == unbounded


@pytest.mark.parametrize(
    "change",
    [
        {"code": "486"},
        {"window": Window(0, 10, 60)},
        {"method": "other"},
        {"settings": "t=0.1"},
        {"delta": math.nan},
        {"words": (WordWeight(0, 1, math.nan),)},
    ],
)
def test_what_does_not_belong_under_the_key_is_not_stored(
    sqlite: Database, change: dict[str, object]
) -> None:
    key = _key(add_scored_encounter(sqlite).notes[0].id)
    with pytest.raises(ValueError, match="attribution"):
        save_attribution(sqlite, key, replace(FOUND, **change))  # type: ignore[arg-type]
    assert attribution(sqlite, key) is None


def test_an_unknown_note_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound):
        save_attribution(database, _key("x" * 22), FOUND)
