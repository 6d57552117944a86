"""Eight people decide while a worker explains: no wrong result, no starved decision."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count

import pytest

from icd9_review.jobs.worker import Worker
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide, review_state
from icd9_review.store.explaining.attributions import attribution
from icd9_review.store.explaining.plan import ExplanationProgress, explanation_progress
from icd9_review.store.ledger.verification import verify
from icd9_review.store.scoring.scores import register_model, save_scores, suggestions
from icd9_review.values import Action, Decision, Encounter, RejectReason, User, Verdict
from tests.databases import SQLITE_IN_LONG
from tests.encounters import add_encounter, coders
from tests.tiny import CODES, NOTE

PEOPLE = 8
ENCOUNTERS = 16  # those after the first eight keep the worker busy
DECISIONS = 20
VERDICTS = {Action.ACCEPT: Verdict.ACCEPTED, Action.REJECT: Verdict.REJECTED}


@pytest.fixture
def predictor(tiny_model_folder: str) -> Predictor:
    return load_predictor(tiny_model_folder)


@contextmanager
def _working(database: Database, predictor: Predictor) -> Iterator[None]:
    worker = Worker(database, predictor, Explainer(predictor), standby=False, until_empty=True)
    worker.start()
    yield
    assert worker.join(600), "the worker was starved"


def _add(database: Database, predictor: Predictor, number: int) -> Encounter:
    """A scored encounter whose explanations wait."""
    encounter = add_encounter(database, text=f"{NOTE} {number}", version=predictor.model_version)
    note = encounter.notes[0]
    technique = Explainer(predictor).technique
    save_scores(database, note.id, predictor.score(note.text), technique)
    return encounter


def _decide_at_random(
    database: Database, encounter: Encounter, person: User, number: int
) -> dict[str, Verdict]:
    """Decide and take back; what stands in the end."""
    chance, keys = random.Random(number), count()  # noqa: S311
    standing: dict[str, Verdict] = {}
    seen = 0
    for _ in range(DECISIONS):
        code = chance.choice(CODES)
        action = Action.UNDO if code in standing else chance.choice(tuple(VERDICTS))
        reason = RejectReason.NEGATED if action is Action.REJECT else None
        key = f"{number}-{next(keys)}"
        decision = Decision(key, action, code, f"tab-{number}", seen, reason=reason)
        seen = decide(database, encounter.id, decision, person).sequence
        if action is Action.UNDO:
            del standing[code]
        else:
            standing[code] = VERDICTS[action]
    return standing


@SQLITE_IN_LONG
def test_eight_people_decide_while_a_worker_explains(
    database: Database, predictor: Predictor
) -> None:
    register_model(database, predictor.version)
    encounters = [_add(database, predictor, number) for number in range(ENCOUNTERS)]
    people = [coders(database)[number % 2] for number in range(PEOPLE)]
    with _working(database, predictor), ThreadPoolExecutor(PEOPLE) as pool:
        expected = list(
            pool.map(_decide_at_random, [database] * PEOPLE, encounters, people, range(PEOPLE))
        )
    for encounter, standing in zip(encounters, expected, strict=False):
        state = review_state(database, encounter.id)
        assert {code.code: code.verdict for code in state.codes} == standing
    assert not verify(database)
    _check_explanations(database, predictor, encounters)


def _check_explanations(
    database: Database, predictor: Predictor, encounters: list[Encounter]
) -> None:
    """Every suggestion has the attribution that it gets when nobody else is there."""
    alone = Explainer(predictor)
    technique = alone.technique
    for encounter in encounters:
        found = [
            s for s in suggestions(database, encounter.id, technique.model_version) if s.suggested
        ]
        progress = explanation_progress(database, [encounter.id], technique.model_version)
        assert progress[encounter.id] == ExplanationProgress(len(found), len(found), 0)
        for suggestion in found:
            stored = attribution(database, technique.key(suggestion))
            right = alone.explain(
                encounter.notes[0].text, suggestion.code, window=suggestion.window
            )
            assert stored is not None
            assert [word.weight for word in stored.words] == pytest.approx(
                [word.weight for word in right.words], abs=1e-4
            )
