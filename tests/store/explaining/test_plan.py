"""What is explained follows the scores: the suggestions of an encounter and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import event, select

from icd9_review.errors import NotFound
from icd9_review.store import leases
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import ExplanationJobRow, JobState
from icd9_review.store.explaining.attribution_keys import way_of
from icd9_review.store.explaining.attributions import attribution, save_attribution
from icd9_review.store.explaining.explanation_queue import (
    give_explanation_back,
    take_explanation,
    take_explanations,
)
from icd9_review.store.explaining.plan import (
    ExplanationProgress,
    adopt,
    explanation_progress,
    replan,
    unplanned,
)
from icd9_review.store.intake.encounters import add_note
from icd9_review.store.scoring.scores import register_model, save_scores, suggestions
from icd9_review.values import AttributionKey, CareSetting, Demotion, Doubt, Encounter, NewNote
from tests.encounters import (
    LOGITS,
    add_encounter,
    add_scored_encounter,
    coders,
    make_both_kinds,
    make_model,
    make_scores,
)
from tests.explaining import Explains

MODEL = make_model()
TECHNIQUE = Explains().technique


def _add(database: Database, *logits: dict[str, float]) -> Encounter:
    """An encounter with a scored note for each of the logits, and its plan."""
    register_model(database, MODEL)
    titles = [str(number) for number in range(len(logits))]
    encounter = add_encounter(database, version=MODEL.version, titles=titles)
    for note, found in zip(encounter.notes, logits, strict=True):
        save_scores(database, note.id, make_scores(MODEL, found), TECHNIQUE)
    return encounter


def _taken(database: Database) -> list[AttributionKey]:
    taken = iter(lambda: take_explanations(database, TECHNIQUE), ())
    return [job.key for jobs in taken for job in jobs]


def _explain(database: Database, key: AttributionKey) -> None:
    save_attribution(database, key, Explains().explain("text", key.code, window=key.window))


def _progress(database: Database, encounter: Encounter) -> ExplanationProgress | None:
    return explanation_progress(database, [encounter.id], MODEL.version).get(encounter.id)


def test_every_suggestion_above_its_threshold_is_queued_with_the_scores(
    database: Database,
) -> None:
    encounter = _add(database, LOGITS)
    suggested = [s for s in suggestions(database, encounter.id, MODEL.version) if s.suggested]
    assert [key.code for key in _taken(database)] == [s.code for s in suggested]
    assert len(suggested) == 2


@pytest.mark.parametrize(
    ("setting", "planned"),
    [
        (CareSetting.OUTPATIENT, ["428.0"]),
        (CareSetting.INPATIENT, ["428.0", "99.61"]),
    ],
)
def test_procedures_are_explained_for_inpatients_only(
    database: Database, setting: CareSetting, planned: list[str]
) -> None:
    model = make_both_kinds()
    register_model(database, model)
    encounter = add_encounter(database, version=model.version, setting=setting)
    scores = make_scores(model, {"428.0": 3.0, "99.61": 2.0})
    save_scores(database, encounter.notes[0].id, scores, TECHNIQUE)
    assert [key.code for key in _taken(database)] == planned
    assert _progress(database, encounter) == ExplanationProgress(len(planned), 0, 0)


def test_a_code_is_explained_where_it_is_most_probable_in_the_encounter(
    database: Database,
) -> None:
    encounter = _add(database, {"428.0": 1.0, "486": 3.0}, {"428.0": 2.0, "486": 0.5})
    found = {key.code: key.note_id for key in _taken(database)}
    assert found == {"428.0": encounter.notes[1].id, "486": encounter.notes[0].id}
    assert _progress(database, encounter) == ExplanationProgress(2, 0, 0)


def test_what_was_explained_counts_and_what_failed_is_told_apart(database: Database) -> None:
    encounter = _add(database, {"428.0": 3.0, "427.31": 2.0, "486": 1.0})
    _explain(database, take_explanations(database, TECHNIQUE)[0].key)
    for _ in range(leases.ATTEMPTS):
        give_explanation_back(database, take_explanations(database, TECHNIQUE)[0], RuntimeError())
    assert _progress(database, encounter) == ExplanationProgress(3, explained=1, failed=1)


def test_a_code_that_somebody_asked_about_is_no_suggestion_to_count(database: Database) -> None:
    encounter = _add(database, {"428.0": 3.0})
    found = suggestions(database, encounter.id, MODEL.version)
    take_explanation(database, TECHNIQUE.key(next(s for s in found if s.code == "486")))
    assert _progress(database, encounter) == ExplanationProgress(1, 0, 0)


def test_progress_of_many_encounters_comes_at_once_and_leaves_out_those_without(
    database: Database,
) -> None:
    first, second = _add(database, LOGITS), _add(database, {"486": 2.0})
    none, unread = _add(database, {"486": -2.0}), add_encounter(database)
    wanted = [each.id for each in (first, second, none, unread)]
    assert explanation_progress(database, wanted, MODEL.version) == {
        first.id: ExplanationProgress(2, 0, 0),
        second.id: ExplanationProgress(1, 0, 0),
    }


def test_a_new_version_of_a_note_changes_the_plan(database: Database) -> None:
    encounter = _add(database, LOGITS)
    old = encounter.notes[0]
    new = add_note(
        database,
        encounter.id,
        NewNote("Pneumonia.", old.title),
        actor=coders(database)[0],
        key="newer",
        model_version=MODEL.version,
        supersedes=old.id,
    )
    save_scores(database, new.id, make_scores(MODEL, {"486": 2.0}, len(new.text)), TECHNIQUE)
    assert _progress(database, encounter) == ExplanationProgress(1, 0, 0)
    assert [(key.note_id, key.code) for key in _taken(database)] == [(new.id, "486")]


def test_planning_again_changes_nothing_and_forgets_nothing(database: Database) -> None:
    encounter = _add(database, LOGITS)
    (job,) = take_explanations(database, TECHNIQUE)
    _explain(database, job.key)
    for _ in range(2):
        replan(database, encounter.id, TECHNIQUE)
    assert _progress(database, encounter) == ExplanationProgress(2, 1, 0)
    assert len(_taken(database)) == 1


def test_what_is_stored_already_is_not_queued(database: Database) -> None:
    encounter = add_scored_encounter(database, MODEL)
    for suggestion in suggestions(database, encounter.id, MODEL.version)[:1]:
        _explain(database, TECHNIQUE.key(suggestion))
    replan(database, encounter.id, TECHNIQUE)
    assert _progress(database, encounter) == ExplanationProgress(2, 1, 0)
    assert len(_taken(database)) == 1


def test_encounters_scored_without_a_plan_are_found(database: Database) -> None:
    _add(database, LOGITS)
    old = add_scored_encounter(database, MODEL)
    add_encounter(database, version=MODEL.version)
    assert unplanned(database, TECHNIQUE) == [old.id]
    replan(database, old.id, TECHNIQUE)
    assert unplanned(database, TECHNIQUE) == []


def test_another_technique_takes_the_place_of_the_old_one(database: Database) -> None:
    encounter = _add(database, LOGITS)
    finer = Explains(settings="tolerance=0.01")
    assert unplanned(database, finer.technique) == [encounter.id]
    replan(database, encounter.id, finer.technique)
    assert take_explanations(database, TECHNIQUE) == ()
    assert _progress(database, encounter) == ExplanationProgress(2, 0, 0)


def _plan_of(encounter: Encounter, database: Database) -> list[ExplanationJobRow]:
    with database.read() as session:
        return list(
            session.scalars(
                select(ExplanationJobRow)
                .where(ExplanationJobRow.note_id.in_([note.id for note in encounter.notes]))
                .order_by(ExplanationJobRow.id)
            )
        )


def test_jobs_of_an_older_way_are_taken_over_as_they_stand(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    encounter = _add(database, {"428.0": 3.0, "427.31": 2.0, "486": 1.0})
    _explain(database, take_explanations(database, TECHNIQUE)[0].key)
    for _ in range(leases.ATTEMPTS):
        give_explanation_back(database, take_explanations(database, TECHNIQUE)[0], RuntimeError())
    before = _plan_of(encounter, database)
    assert {row.state for row in before} == {JobState.DONE, JobState.FAILED, JobState.RUNNING}
    newer = Explains(settings="tolerance=0.05 again").technique
    assert adopt(database, newer) == 0
    monkeypatch.setattr(
        "icd9_review.store.explaining.attribution_keys.OLDER_WAYS",
        {way_of(newer): (way_of(TECHNIQUE),)},
    )
    assert adopt(database, newer) == 3
    after = _plan_of(encounter, database)
    assert [(row.id, row.state, row.attempts) for row in after] == [
        (row.id, row.state, row.attempts) for row in before
    ]
    assert {row.settings for row in after} == {newer.settings}
    assert unplanned(database, newer) == []
    assert adopt(database, newer) == 0


def test_what_waited_for_an_older_way_is_worked_out_by_the_newer(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    encounter = _add(database, LOGITS)
    explainer = Explains(settings="tolerance=0.05 again")
    ways = {way_of(explainer.technique): (way_of(TECHNIQUE),)}
    monkeypatch.setattr("icd9_review.store.explaining.attribution_keys.OLDER_WAYS", ways)
    adopt(database, explainer.technique)
    assert take_explanations(database, TECHNIQUE) == ()
    for jobs in iter(lambda: take_explanations(database, explainer.technique), ()):
        for job in jobs:
            found = explainer.explain("text", job.key.code, window=job.key.window)
            save_attribution(database, job.key, found)
    assert _progress(database, encounter) == ExplanationProgress(2, 2, 0)


def test_an_older_job_gives_way_to_the_newer_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    encounter = _add(database, LOGITS)
    newer = Explains(settings="tolerance=0.05 again").technique
    (first, second) = suggestions(database, encounter.id, MODEL.version)[:2]
    take_explanation(database, newer.key(first))
    ways = {way_of(newer): (way_of(TECHNIQUE),)}
    monkeypatch.setattr("icd9_review.store.explaining.attribution_keys.OLDER_WAYS", ways)
    assert adopt(database, newer) == 1
    codes = {row.code: row.state for row in _plan_of(encounter, database)}
    assert codes == {first.code: JobState.RUNNING, second.code: JobState.QUEUED}


def test_what_an_older_way_has_explained_counts_in_a_new_plan(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    encounter = _add(database, LOGITS)
    _explain(database, _taken(database)[0])
    newer = Explains(settings="tolerance=0.05 again").technique
    ways = {way_of(newer): (way_of(TECHNIQUE),)}
    monkeypatch.setattr("icd9_review.store.explaining.attribution_keys.OLDER_WAYS", ways)
    replan(database, encounter.id, newer)
    assert _progress(database, encounter) == ExplanationProgress(2, 1, 0)
    assert len(take_explanations(database, newer)) == 1


def test_old_suggestions_and_explanations_stay_with_their_version(database: Database) -> None:
    encounter = _add(database, LOGITS)
    (first, _) = _taken(database)
    _explain(database, first)
    before = suggestions(database, encounter.id, MODEL.version)
    newer = make_model("b" * 64)
    register_model(database, newer)
    technique = Explains(newer.version).technique
    assert explanation_progress(database, [encounter.id], newer.version) == {}
    note = encounter.notes[0].id
    save_scores(database, note, make_scores(newer, {"486": 2.0}), technique)
    assert suggestions(database, encounter.id, MODEL.version) == before
    assert attribution(database, first) is not None
    assert _progress(database, encounter) == ExplanationProgress(2, 1, 0)
    (job,) = take_explanations(database, technique)
    assert (job.key.code, job.key.model_version) == ("486", newer.version)


def test_there_is_no_plan_for_an_encounter_that_does_not_exist(database: Database) -> None:
    register_model(database, MODEL)
    with pytest.raises(NotFound):
        replan(database, "0" * 22, TECHNIQUE)


def test_a_plan_reads_no_words_of_attributions(sqlite: Database) -> None:
    """There may be hundreds of them, and everybody waits for the transaction."""
    encounter = _add(sqlite, LOGITS)
    _explain(sqlite, _taken(sqlite)[0])
    seen: list[str] = []

    def listen(_connection: object, _cursor: object, sql: str, *_: object) -> None:
        seen.append(sql)

    event.listen(sqlite.engine, "before_cursor_execute", listen)
    replan(sqlite, encounter.id, TECHNIQUE)
    assert seen
    assert not any("attributions.words" in sql for sql in seen)


def test_what_was_demoted_is_explained_when_somebody_asks_and_not_before(
    database: Database,
) -> None:
    register_model(database, MODEL)
    encounter = add_encounter(database, version=MODEL.version)
    demoted = {MODEL.labels.index("428.0"): Demotion(Doubt.UNNAMED)}
    given = replace(make_scores(MODEL), demoted=demoted)
    save_scores(database, encounter.notes[0].id, given, TECHNIQUE)
    assert [key.code for key in _taken(database)] == ["427.31"]
