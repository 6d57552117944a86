from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from icd9_review.jobs.on_demand import Explanations
from icd9_review.store.database.engine import Database
from icd9_review.store.explaining.attributions import attribution, save_attribution
from icd9_review.store.explaining.explanation_queue import (
    give_explanation_back,
    take_explanation,
    take_explanations,
)
from icd9_review.store.explaining.plan import replan, unplanned
from icd9_review.store.scoring.scores import suggestions
from icd9_review.values import Suggestion
from tests.encounters import add_scored_encounter, make_model
from tests.explaining import Explains

MODEL = make_model()


@pytest.fixture
def explainer() -> Explains:
    return Explains()


@pytest.fixture
def explanations(sqlite: Database, explainer: Explains) -> Iterator[Explanations]:
    running = Explanations(sqlite, explainer)
    yield running
    explainer.go.set()
    running.stop()


@pytest.fixture
def suggested(sqlite: Database) -> tuple[Suggestion, ...]:
    encounter = add_scored_encounter(sqlite, MODEL)
    return suggestions(sqlite, encounter.id, MODEL.version)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_an_explanation_asked_for_is_stored(
    sqlite: Database, explanations: Explanations, suggested: tuple[Suggestion, ...]
) -> None:
    key = explanations.key(suggested[0])
    explanations.request(key)
    wait_for(lambda: not explanations.running(key))
    stored = attribution(sqlite, key)
    assert stored is not None
    assert stored.code == suggested[0].code


def test_what_is_waiting_or_stored_is_not_computed_again(
    explanations: Explanations, explainer: Explains, suggested: tuple[Suggestion, ...]
) -> None:
    key = explanations.key(suggested[0])
    explainer.go.clear()
    for _ in range(5):
        explanations.request(key)
    explainer.go.set()
    wait_for(lambda: not explanations.running(key))
    explanations.request(key)
    wait_for(lambda: not explanations.running(key))
    assert explainer.codes == [suggested[0].code]


def test_the_newest_request_comes_first(
    explanations: Explanations, explainer: Explains, suggested: tuple[Suggestion, ...]
) -> None:
    explainer.go.clear()
    keys = [explanations.key(suggestion) for suggestion in suggested]
    explanations.request(keys[0])
    wait_for(lambda: explainer.begun == [suggested[0].code])
    for key in keys[1:]:
        explanations.request(key)
    explainer.go.set()
    wait_for(lambda: not any(explanations.running(key) for key in keys))
    assert explainer.codes[1:] == [suggestion.code for suggestion in reversed(suggested[1:])]


def test_a_failure_is_told_without_its_message_and_may_be_tried_again(
    explanations: Explanations, explainer: Explains, suggested: tuple[Suggestion, ...]
) -> None:
    key = explanations.key(suggested[0])
    explainer.error = RuntimeError("canary from a note")
    explanations.request(key)
    wait_for(lambda: not explanations.running(key))
    assert explanations.failure(key) == "The explanation could not be computed (RuntimeError)."
    explainer.error = None
    explanations.request(key)
    wait_for(lambda: not explanations.running(key))
    assert explanations.failure(key) is None


def test_what_another_worker_computes_is_waited_for_and_not_computed_here(
    sqlite: Database,
    explanations: Explanations,
    explainer: Explains,
    suggested: tuple[Suggestion, ...],
) -> None:
    key, other = (explanations.key(suggestion) for suggestion in suggested[:2])
    assert take_explanation(sqlite, key) is not None
    explanations.request(key)
    explanations.request(other)
    wait_for(lambda: not explanations.running(other))  # it does not wait for the first
    assert explanations.running(key)
    assert explainer.codes == [other.code]
    save_attribution(sqlite, key, Explains().explain("text", key.code, window=key.window))
    wait_for(lambda: not explanations.running(key))
    assert explainer.codes == [other.code]
    assert explanations.failure(key) is None


def test_the_background_waits_for_what_is_computed_here_and_not_while_others_compute_it(
    sqlite: Database,
    explanations: Explanations,
    explainer: Explains,
    suggested: tuple[Suggestion, ...],
) -> None:
    key, other = (explanations.key(suggestion) for suggestion in suggested[:2])
    job = take_explanation(sqlite, key)
    assert job is not None
    explanations.request(key)
    wait_for(lambda: not explanations.busy())
    assert explanations.running(key)
    explainer.go.clear()
    explanations.request(other)
    assert explanations.busy()
    explainer.go.set()
    wait_for(lambda: not explanations.busy())
    give_explanation_back(sqlite, job, RuntimeError())
    wait_for(lambda: not explanations.running(key))
    wait_for(lambda: not explanations.busy())


def test_what_another_worker_gave_up_is_computed_here(
    sqlite: Database,
    explanations: Explanations,
    explainer: Explains,
    suggested: tuple[Suggestion, ...],
) -> None:
    key = explanations.key(suggested[0])
    job = take_explanation(sqlite, key)
    assert job is not None
    explanations.request(key)
    give_explanation_back(sqlite, job, RuntimeError())
    wait_for(lambda: not explanations.running(key))
    assert explainer.codes == [key.code]
    assert attribution(sqlite, key) is not None


def test_a_request_that_has_to_wait_goes_to_the_front_for_every_worker(
    sqlite: Database,
    explanations: Explanations,
    explainer: Explains,
    suggested: tuple[Suggestion, ...],
) -> None:
    (encounter_id,) = unplanned(sqlite, explainer.technique)
    replan(sqlite, encounter_id, explainer.technique)
    last = suggested[1]
    explainer.go.clear()
    explanations.request(explanations.key(suggested[2]))
    wait_for(lambda: len(explainer.begun) == 1)
    explanations.request(explanations.key(last))
    taken = take_explanations(sqlite, explainer.technique)
    assert [job.key.code for job in taken] == [last.code]


def test_a_preview_is_there_until_the_explanation_is_stored(
    sqlite: Database, explainer: Explains, suggested: tuple[Suggestion, ...]
) -> None:
    previewer = Explains()
    running = Explanations(sqlite, explainer, previewer)
    key = running.key(suggested[0])
    explainer.go.clear()
    running.request(key)
    wait_for(lambda: running.preview(key) is not None)
    assert attribution(sqlite, key) is None
    explainer.go.set()
    wait_for(lambda: not running.running(key))
    assert running.preview(key) is None
    running.request(key)
    wait_for(lambda: not running.running(key))
    assert previewer.codes == [key.code]
    running.stop()


def test_a_preview_that_fails_does_not_stop_the_explanation(
    sqlite: Database, explainer: Explains, suggested: tuple[Suggestion, ...]
) -> None:
    previewer = Explains()
    previewer.error = RuntimeError("canary from a note")
    running = Explanations(sqlite, explainer, previewer)
    key = running.key(suggested[0])
    running.request(key)
    wait_for(lambda: not running.running(key))
    assert running.failure(key) is None
    assert attribution(sqlite, key) is not None
    running.stop()


def test_a_suggestion_of_no_stored_note_has_no_key(
    explanations: Explanations, suggested: tuple[Suggestion, ...]
) -> None:
    first = suggested[0]
    loose = Suggestion(first.code, first.kind, 0.5, None, 0.5, first.window)
    with pytest.raises(ValueError, match="stored notes"):
        explanations.key(loose)
