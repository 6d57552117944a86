"""Scores of notes, and the suggestions that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
from sqlalchemy.orm import Session

from icd9_review.errors import NotFound
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import NoteRow, ScoresRow
from icd9_review.store.explaining.plan import plan
from icd9_review.store.intake.encounters import check_encounter_id, note_ids
from icd9_review.store.ledger.purged import is_purged
from icd9_review.store.people.access import check_sees, check_sees_notes
from icd9_review.store.people.entries import write_entry
from icd9_review.store.projections import summaries
from icd9_review.store.scoring.chosen import read_standing
from icd9_review.store.scoring.model_versions import (
    load_scores,
    load_version,
    model_in_use,
    scores_row,
    scores_sha256,
    spans_sha256,
    use_model,
)
from icd9_review.store.scoring.scoring_queue import finish_note
from icd9_review.store.users import system_actor
from icd9_review.suggestions import keep_scores, merge, rank, suggested
from icd9_review.values import (
    EventKind,
    ModelVersion,
    Scores,
    Suggestion,
    Technique,
    WordCount,
)


def register_model(database: Database, model: ModelVersion) -> None:
    """Make the model of the setting the one in use; ``catching_up`` then takes on what is here.

    Not where another one was promoted: the setting says nothing then.
    """
    with database.write() as session:
        lock(session, "model_versions")
        in_use = model_in_use(session)
        if read_standing(session).promoted:
            return
        if in_use is None or in_use.version != model.version:
            use_model(session, model)
            change = {"from": in_use.version if in_use else None, "to": model.version}
            write_entry(session, EventKind.MODEL_CHANGED, change, system_actor(session))


def stored_version(database: Database, version: str) -> ModelVersion:
    """What is needed to read this version's scores. Raises NotFound."""
    with database.read() as session:
        return _model(session, version)


def save_scores(
    database: Database,
    note_id: str,
    scores: Scores,
    technique: Technique | None = None,
    words: WordCount | None = None,
) -> None:
    """Store what a model version says about a note, once; a second time changes nothing.

    Nor does what was read of a text that was purged meanwhile. Of its labels those that
    ``suggestions.keep_scores`` chooses. With a ``technique`` the explanations of what is
    suggested are queued with it. ``words`` stand in the event alone, which drift reads.

    Raises NotFound for an unknown note or version, ValueError for
    scores that do not fit the version's labels.
    """
    with database.write() as session:
        _check(scores, model := _model(session, scores.model_version))
        note = session.get(NoteRow, note_id)
        if note is None:
            raise NotFound("No note is stored under this identifier.")
        finish_note(session, note_id, scores.model_version)
        ledger.head(session, note.encounter_id, lock=True)
        stored = session.get(ScoresRow, (note_id, scores.model_version)) is not None
        if stored or is_purged(session, note.encounter_id):
            return
        row = scores_row(note_id, kept := keep_scores(scores, model))
        session.add(row)
        session.flush()
        ledger.append(
            session,
            note.encounter_id,
            EventKind.SCORED,
            _payload(row, model, kept) | _counted(words),
            system_actor(session),
            f"scored/{note_id}/{scores.model_version}",
        )
        summaries.refresh(session, [note.encounter_id])
        if technique is not None:
            plan(session, note.encounter_id, technique)


def scores(database: Database, note_ids: Sequence[str], version: str) -> dict[str, Scores]:
    """What a model version says of each of these notes that it has read, by the id of the note."""
    with database.read() as session:
        check_sees_notes(session, note_ids)
        return load_scores(session, note_ids, version)


def suggestions(database: Database, encounter_id: str, version: str) -> tuple[Suggestion, ...]:
    """The labels of a model version that are kept for an encounter, most probable first.

    From the notes scored so far; empty while there are none. Raises NotFound for an
    unknown encounter or version.
    """
    check_encounter_id(encounter_id)
    with database.read() as session:
        check_sees(session, [encounter_id])
        model = _model(session, version)
        notes = note_ids(session, encounter_id)
        if not notes:
            raise NotFound("No encounter is stored under this identifier.")
        found = load_scores(session, notes, version)
    return merge(rank(found[note], model, note) for note in notes if note in found)


def _model(session: Session, version: str) -> ModelVersion:
    model = load_version(session, version)
    if model is None:
        raise NotFound(f"The model version {version[:12]} was never in use here.")
    return model


def _check(scores: Scores, model: ModelVersion) -> None:
    shape = (len(model.labels),)
    if scores.logits.shape != shape or scores.windows.shape != shape:
        raise ValueError(f"these scores are not one for each of {shape[0]} labels")
    if not np.isfinite(scores.logits).all():
        raise ValueError("these scores are not all finite")
    if not ((scores.windows >= 0) & (scores.windows < len(scores.spans))).all():
        raise ValueError("these scores name a window that does not exist")


def _payload(row: ScoresRow, model: ModelVersion, scores: Scores) -> dict[str, object]:
    return {
        "note": row.note_id,
        "model_version": model.version,
        "labels": len(model.labels),
        "encoding": row.encoding,
        "kept": len(scores.logits),
        "suggested": len(suggested(scores, model)),
        "demoted": row.demoted or [],
        "windows": len(scores.spans),
        "spans_sha256": spans_sha256(row),
        "read": scores.read,
        "length": scores.length,
        "sha256": scores_sha256(row),
    }


def _counted(words: WordCount | None) -> dict[str, object]:
    return {} if words is None else asdict(words)
