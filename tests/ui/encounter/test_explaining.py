"""What is stored for the codes on the page, what is asked for, and what fills the time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import cast

import pytest

from icd9_review.jobs.on_demand import Explanations
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.moments import read_moment
from icd9_review.store.explaining.attributions import attribution
from icd9_review.store.scoring.scores import suggestions
from icd9_review.ui.encounter.codes import code_name
from icd9_review.ui.encounter.explaining import Explaining
from icd9_review.ui.services import Model
from icd9_review.values import Suggestion
from tests.encounters import add_scored_encounter, make_model
from tests.explaining import Explains


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def explainer() -> Explains:
    return Explains()


@pytest.fixture
def explanations(sqlite: Database, explainer: Explains) -> Iterator[Explanations]:
    running = Explanations(sqlite, explainer, Explains())
    yield running
    explainer.go.set()
    running.stop()


def test_the_focused_code_shows_a_preview_and_then_its_explanation(
    sqlite: Database, explainer: Explains, explanations: Explanations
) -> None:
    encounter = add_scored_encounter(sqlite)
    ranked: tuple[Suggestion, ...] = suggestions(sqlite, encounter.id, make_model().version)
    names = [code_name(each.kind, each.code) for each in ranked]
    focus, key = names[0], explanations.key(ranked[0])
    model = cast(Model, SimpleNamespace(explanations=explanations))
    page = Explaining(sqlite)
    explainer.go.clear()
    page.explain(model, ranked, names, focus)
    _wait_until(lambda: explanations.preview(key) is not None)
    rough = page.explain(model, ranked, names, focus)
    assert rough.previews == {focus}
    assert list(rough.attributions) == [focus]
    assert focus not in rough.missing
    explainer.go.set()
    _wait_until(lambda: not explanations.running(key))
    full = page.explain(model, ranked, names, focus)
    assert not full.previews
    assert full.attributions[focus] == (key.note_id, attribution(sqlite, key))


def test_an_explanation_that_ends_while_the_page_reads_is_still_to_come(
    sqlite: Database, explanations: Explanations, monkeypatch: pytest.MonkeyPatch
) -> None:
    encounter = add_scored_encounter(sqlite)
    ranked: tuple[Suggestion, ...] = suggestions(sqlite, encounter.id, make_model().version)
    focus, key = code_name(ranked[0].kind, ranked[0].code), explanations.key(ranked[0])
    model = cast(Model, SimpleNamespace(explanations=explanations))
    page = Explaining(sqlite)
    page.explain(model, ranked, [focus], focus)
    _wait_until(lambda: not explanations.running(key))
    with monkeypatch.context() as before:  # what is stored was read a moment too early
        before.setattr("icd9_review.ui.encounter.explaining.attributions", lambda *_: {})
        assert page.explain(model, ranked, [focus], focus).missing[focus].status == "running"
    assert focus in page.explain(model, ranked, [focus], focus).attributions


def test_what_was_missing_is_looked_for_again_once_the_ledger_tells_of_an_explanation(
    sqlite: Database, explanations: Explanations
) -> None:
    encounter = add_scored_encounter(sqlite)
    ranked: tuple[Suggestion, ...] = suggestions(sqlite, encounter.id, make_model().version)
    shown, key = code_name(ranked[0].kind, ranked[0].code), explanations.key(ranked[0])
    model = cast(Model, SimpleNamespace(explanations=explanations))
    page, before = Explaining(sqlite), read_moment(sqlite, encounter.id).explained
    assert page.explain(model, ranked, [shown], None, before).attributions == {}
    explanations.request(key)  # for somebody else
    _wait_until(lambda: not explanations.running(key))
    told = read_moment(sqlite, encounter.id).explained
    assert told > before
    assert shown in page.explain(model, ranked, [shown], None, told).attributions
