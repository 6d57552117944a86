"""A database of version 0.1.0 opens with its explanations, and nothing is explained again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from icd9_review.jobs.on_demand import Explanations
from icd9_review.jobs.worker import Worker
from icd9_review.model.explaining.checked import Checked
from icd9_review.model.explaining.explainer import METHOD, Explainer
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.store.database.engine import Database
from icd9_review.store.explaining.attributions import attribution, save_attribution
from icd9_review.store.explaining.explanation_queue import (
    give_explanation_back,
    pending_explanations,
    take_explanations,
)
from icd9_review.store.explaining.plan import (
    ExplanationProgress,
    explanation_progress,
    unplanned,
)
from icd9_review.store.scoring.scores import register_model, save_scores, suggestions
from icd9_review.ui.encounter.codes import code_name
from icd9_review.ui.encounter.explaining import Explaining
from icd9_review.ui.services import Model
from icd9_review.values import Attribution, Encounter, Suggestion, Technique, Window
from tests.encounters import add_encounter
from tests.explaining import Explains
from tests.tiny import NOTE

OLD = (
    "integrated gradients",
    "[PAD] between [CLS] and [SEP]",
    "points=gauss-legendre segments=6x1 density=0.3 cap=96 tolerance=0.05 floor=0.1",
)
EXPLAINED = 2  # of the three that are suggested


class Counted(Checked):
    """The app's method; counts the codes it is asked for."""

    def __init__(self, predictor: Predictor) -> None:
        super().__init__(Explainer(predictor))
        self.codes: list[str] = []

    def explain_many(
        self, text: str, codes: Iterable[str], *, window: Window
    ) -> dict[str, Attribution]:
        wanted = list(codes)
        self.codes += wanted
        return super().explain_many(text, wanted, window=window)


@pytest.fixture(scope="module")
def predictor(tiny_model_folder: Path) -> Predictor:
    return load_predictor(tiny_model_folder)


@pytest.fixture
def encounter(database: Database, predictor: Predictor) -> Encounter:
    """As the older program left it: two suggestions explained, the third still to come."""
    register_model(database, predictor.version)
    found = add_encounter(database, text=NOTE, version=predictor.model_version)
    note, older = found.notes[0], Explains()
    older.technique = Technique(predictor.model_version, *OLD)
    save_scores(database, note.id, predictor.score(note.text), older.technique)
    jobs = take_explanations(database, older.technique)
    for job in jobs[:EXPLAINED]:
        done = older.explain(note.text, job.key.code, window=job.key.window)
        save_attribution(database, job.key, done)
    for job in jobs[EXPLAINED:]:
        give_explanation_back(database, job, RuntimeError("stopped"))
    return found


def suggested(database: Database, encounter: Encounter, version: str) -> list[Suggestion]:
    return [each for each in suggestions(database, encounter.id, version) if each.suggested]


def test_only_what_was_not_explained_yet_is_explained_at_the_first_start(
    database: Database, encounter: Encounter, predictor: Predictor
) -> None:
    version = predictor.model_version
    method = Counted(predictor)
    *old, new = suggested(database, encounter, version)
    stored = [attribution(database, method.technique.key(each)) for each in old]
    worker = Worker(database, predictor, method, standby=False, until_empty=True)
    worker.start()
    assert worker.join(60)
    assert method.codes == [new.code]
    progress = explanation_progress(database, [encounter.id], version)
    assert progress[encounter.id] == ExplanationProgress(3, 3, 0)
    assert [attribution(database, method.technique.key(each)) for each in old] == stored
    found = attribution(database, method.technique.key(new))
    assert found is not None
    assert [each.method for each in (*stored, found) if each] == [OLD[0], OLD[0], METHOD]
    assert unplanned(database, method.technique) == []


def test_a_page_shows_what_is_stored_and_asks_for_nothing(
    database: Database, encounter: Encounter, predictor: Predictor
) -> None:
    method = Counted(predictor)
    explanations = Explanations(database, method)
    model = cast(Model, SimpleNamespace(explanations=explanations))
    ranked = suggested(database, encounter, predictor.model_version)[:EXPLAINED]
    names = [code_name(each.kind, each.code) for each in ranked]
    try:
        page = Explaining(database)
        found = [page.explain(model, ranked, names, focus) for focus in names]
    finally:
        explanations.stop()
    for each in found:
        assert list(each.attributions) == names
        assert not each.missing
        assert not each.previews
        assert {used.method for _, used in each.attributions.values()} == {OLD[0]}
    assert method.codes == []
    waiting = pending_explanations(database, predictor.model_version)
    assert (waiting.queued, waiting.running, waiting.failed) == (1, 0, 0)
