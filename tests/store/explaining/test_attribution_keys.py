"""What is stored under an older key is taken for the newer where it was measured to be the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from icd9_review.model.explaining.embeddings import BASELINE
from icd9_review.model.explaining.explainer import METHOD, ExplainerSettings
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.explaining.attribution_keys import OLDER_WAYS, Way, accepted, older_ways
from icd9_review.store.explaining.attributions import attribution, attributions, save_attribution
from icd9_review.store.scoring.scores import suggestions
from icd9_review.values import EXCHANGED, AttributionKey, Encounter, EventKind, Technique
from tests.encounters import add_scored_encounter, make_model
from tests.explaining import Explains

WITH_DELETION = Way(METHOD, BASELINE, ExplainerSettings().key)
NEW = WITH_DELETION._replace(settings=f"{ExplainerSettings().key} {EXCHANGED}")
OLD = Way(
    "integrated gradients",
    "[PAD] between [CLS] and [SEP]",
    "points=gauss-legendre segments=6x1 density=0.3 cap=96 tolerance=0.05 floor=0.1",
)


def explainer_of(way: Way) -> Explains:
    explainer = Explains()
    explainer.technique = Technique(make_model().version, *way)
    return explainer


def explain(database: Database, key: AttributionKey) -> None:
    explainer = explainer_of(Way(key.method, key.baseline, key.settings))
    save_attribution(database, key, explainer.explain("text", key.code, window=key.window))


@pytest.fixture
def encounter(database: Database) -> Encounter:
    return add_scored_encounter(database)


@pytest.fixture
def key(database: Database, encounter: Encounter) -> AttributionKey:
    """That of the first suggestion by the app's own way."""
    return explainer_of(NEW).technique.key(
        suggestions(database, encounter.id, make_model().version)[0]
    )


def test_the_explanations_of_the_first_version_are_those_of_the_app() -> None:
    assert OLDER_WAYS[NEW] == (WITH_DELETION, OLD)


def test_ways_fit_into_the_columns_and_none_is_older_than_itself() -> None:
    for newer, older in OLDER_WAYS.items():
        assert newer not in older
        for way in (newer, *older):
            assert max(len(way.method), len(way.baseline)) <= 64
            assert len(way.settings) <= 200


def test_a_key_accepts_itself_first_and_nothing_else_where_no_way_is_listed(
    key: AttributionKey,
) -> None:
    older = [replace(key, **way._asdict()) for way in (WITH_DELETION, OLD)]
    assert accepted(key) == (key, *older)
    finer = replace(key, settings=ExplainerSettings(tolerance=0.01).key)
    assert accepted(finer) == (finer,)
    assert older_ways(Technique("a" * 64, *OLD)) == ()


def test_an_older_attribution_is_found_and_says_how_it_was_worked_out(
    database: Database, key: AttributionKey
) -> None:
    old = replace(key, **OLD._asdict())
    explain(database, old)
    found = attribution(database, key)
    assert found is not None
    assert Way(found.method, found.baseline, found.settings) == OLD
    assert attributions(database, [key, replace(key, code="486")]) == {key: found}


def test_its_own_attribution_goes_before_an_older_one(
    database: Database, key: AttributionKey
) -> None:
    old = replace(key, **OLD._asdict())
    explain(database, key)
    found = attribution(database, key)
    assert found is not None
    assert found.method == METHOD
    assert attribution(database, old) is None
    explain(database, old)
    assert attribution(database, key) == found


def test_what_is_stored_under_an_older_key_is_not_stored_again(
    database: Database, encounter: Encounter, key: AttributionKey
) -> None:
    explain(database, replace(key, **OLD._asdict()))
    stored = attribution(database, key)
    again = explainer_of(NEW).explain("text", key.code, window=key.window)
    assert save_attribution(database, key, again) == stored
    told = [event.kind for event in ledger.events(database, encounter.id)]
    assert told.count(EventKind.EXPLAINED) == 1


def test_other_settings_do_not_stand_for_each_other(
    database: Database, key: AttributionKey
) -> None:
    explain(database, replace(key, **OLD._replace(settings="tolerance=0.5")._asdict()))
    assert attribution(database, key) is None
