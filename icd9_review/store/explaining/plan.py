"""Which explanations an encounter is to have: those of its suggestions, and no others.

The plan follows the scores: a note that is scored, or superseded, may move a code to
another note and window. What was explained stays stored whatever the plan says.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, delete, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from icd9_review.codes.volumes import takes
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import (
    ATTRIBUTION_KEY,
    AttributionRow,
    EncounterRow,
    ExplanationJobRow,
    JobState,
    NoteRow,
    ScoresRow,
)
from icd9_review.store.explaining.attribution_keys import (
    Way,
    accepted,
    column_values,
    columns,
    is_in_way,
    is_of,
    older_ways,
    way_of,
)
from icd9_review.store.explaining.explanation_queue import new_row
from icd9_review.store.intake.note_rows import all_notes, current_notes, has_text, is_current
from icd9_review.store.ledger.purged import is_purged
from icd9_review.store.people.access import check_sees
from icd9_review.store.scoring.model_versions import load_scores, load_version
from icd9_review.suggestions import merge, suggested
from icd9_review.values import AttributionKey, Technique

_OF_CODE = tuple(name for name in ATTRIBUTION_KEY if name not in Way._fields)


@dataclass(frozen=True, slots=True)
class ExplanationProgress:
    """How many of an encounter's suggestions are explained, and how many were given up."""

    suggested: int
    explained: int
    failed: int

    @property
    def waiting(self) -> int:
        """How many are still to come."""
        return self.suggested - self.explained - self.failed


def plan(session: Session, encounter_id: str, technique: Technique) -> None:
    """Queue what the encounter's scores suggest, and take out of the queue what they do not.

    An attribution that is stored already, also under an older key that is accepted, counts as
    done. Jobs of another technique of the same model version go; those of other versions
    stay. Raises NotFound.
    """
    ledger.head(session, encounter_id, lock=True)  # one plan at a time
    wanted = _wanted(session, encounter_id, technique)
    by_columns = {tuple(columns(key).values()): key for key in wanted}
    notes = [row.id for row in all_notes(session, encounter_id)]
    for row in _jobs(session, notes, technique.model_version):
        if (key := by_columns.pop(column_values(row), None)) is None:
            session.delete(row)
        else:
            row.probability = wanted[key]
    stored = _stored(session, notes, technique.model_version)
    session.add_all(
        new_row(key, wanted[key], JobState.DONE if _is_stored(key, stored) else JobState.QUEUED)
        for key in by_columns.values()
    )
    session.flush()


def replan(database: Database, encounter_id: str, technique: Technique) -> None:
    """The same in a transaction of its own."""
    with database.write() as session:
        plan(session, encounter_id, technique)


def adopt(database: Database, technique: Technique) -> int:
    """Take over the jobs of older techniques whose attributions are accepted; how many.

    What is done stays done, what waits is worked out by this technique. An older job goes
    where this technique has one already.
    """
    ways = older_ways(technique)
    if not ways:
        return 0
    older = and_(
        ExplanationJobRow.version == technique.model_version, is_in_way(ExplanationJobRow, ways)
    )
    own = aliased(ExplanationJobRow)
    same = (getattr(own, name) == getattr(ExplanationJobRow, name) for name in _OF_CODE)
    with database.write() as session:
        session.execute(
            delete(ExplanationJobRow).where(older, exists().where(is_of(own, technique), *same))
        )
        adopted = session.scalars(
            update(ExplanationJobRow)
            .where(older)
            .values(**way_of(technique)._asdict())
            .returning(ExplanationJobRow.id)
        ).all()
        return len(adopted)


def unplanned(database: Database, technique: Technique) -> list[str]:
    """Encounters with scores of the technique's model version and no job of the technique.

    Scored by an older program or without an explainer; or nothing is suggested there.
    """
    with_jobs = (
        select(NoteRow.encounter_id)
        .join(ExplanationJobRow, ExplanationJobRow.note_id == NoteRow.id)
        .where(is_of(ExplanationJobRow, technique))
    )
    scored = exists().where(
        ScoresRow.note_id == NoteRow.id, ScoresRow.version == technique.model_version
    )
    query = (
        select(NoteRow.encounter_id)
        .where(is_current(), has_text(), scored, NoteRow.encounter_id.not_in(with_jobs))
        .distinct()
    )
    with database.read() as session:
        return list(session.scalars(query))


def explanation_progress(
    database: Database, encounter_ids: Collection[str], version: str
) -> Mapping[str, ExplanationProgress]:
    """How far the explanations of these encounters are for a model version, in one query.

    An encounter that nothing is suggested for, or that is not scored yet, is missing.
    """

    query = (
        select(
            NoteRow.encounter_id,
            func.count(),
            func.count().filter(ExplanationJobRow.state == JobState.DONE),
            func.count().filter(ExplanationJobRow.state == JobState.FAILED),
        )
        .join(ExplanationJobRow, ExplanationJobRow.note_id == NoteRow.id)
        .where(
            NoteRow.encounter_id.in_(encounter_ids),
            is_current(),
            ExplanationJobRow.version == version,
            ExplanationJobRow.probability.is_not(None),
        )
        .group_by(NoteRow.encounter_id)
    )
    with database.read() as session:
        check_sees(session, encounter_ids)
        return {
            encounter: ExplanationProgress(total, done, failed)
            for encounter, total, done, failed in session.execute(query)
        }


def _wanted(
    session: Session, encounter_id: str, technique: Technique
) -> dict[AttributionKey, float]:
    """The keys of what is suggested for the encounter now, with the probabilities shown.

    Nothing of a text that was purged.
    """
    model = load_version(session, technique.model_version)
    if model is None or is_purged(session, encounter_id):
        return {}
    notes = [row.id for row in current_notes(session, encounter_id)]
    found = load_scores(session, notes, technique.model_version)
    merged = merge(suggested(found[note], model, note) for note in notes if note in found)
    setting = session.get_one(EncounterRow, encounter_id).setting
    return {technique.key(each): each.shown for each in merged if takes(setting, each.kind)}


def _jobs(session: Session, notes: Sequence[str], version: str) -> Sequence[ExplanationJobRow]:
    """Locked in one order for everybody."""
    return session.scalars(
        select(ExplanationJobRow)
        .where(ExplanationJobRow.note_id.in_(notes), ExplanationJobRow.version == version)
        .order_by(ExplanationJobRow.id)
        .with_for_update()
    ).all()


def _is_stored(key: AttributionKey, stored: Collection[tuple[object, ...]]) -> bool:
    return any(tuple(columns(each).values()) in stored for each in accepted(key))


def _stored(session: Session, notes: Sequence[str], version: str) -> set[tuple[object, ...]]:
    key = [getattr(AttributionRow, name) for name in ATTRIBUTION_KEY]  # without the many words
    query = select(*key).where(AttributionRow.note_id.in_(notes), AttributionRow.version == version)
    return {tuple(row) for row in session.execute(query)}
