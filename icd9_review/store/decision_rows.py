"""Decisions as rows for export: one per encounter and code, streamed."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.review.fold import DECISIONS, VERDICTS, CodeKey, code_key, reason, stack
from icd9_review.store import ledger
from icd9_review.store.engine import Database
from icd9_review.store.tables import EncounterRow, NoteRow
from icd9_review.store.users import user_names
from icd9_review.store.vectors import load_scores, model_in_use, suggested
from icd9_review.suggestions import merge
from icd9_review.values import (
    DecisionRow,
    Event,
    ModelVersion,
    Suggestion,
    Verdict,
    encounter_label,
)

_CHUNK = 100


def decision_rows(database: Database, *, only_decided: bool = False) -> Generator[DecisionRow]:
    """A row for every code with a verdict, with one taken back, or suggested and open.

    In the order of the encounters' numbers; within one, decisions in their order, then
    open suggestions, most probable first. All rows are of one moment. ``only_decided``
    leaves out what has no verdict.
    """
    with database.read() as session:
        model = model_in_use(session)
        names = user_names(session)
        for encounters in _chunks(session):
            rows = _rows(session, encounters, model, names)
            yield from (row for row in rows if not only_decided or row.verdict is not Verdict.OPEN)


def _chunks(session: Session) -> Iterator[list[EncounterRow]]:
    number = 0
    query = select(EncounterRow).order_by(EncounterRow.number).limit(_CHUNK)
    while chunk := list(session.scalars(query.where(EncounterRow.number > number))):
        yield chunk
        number = chunk[-1].number
        session.expunge_all()


def _rows(
    session: Session,
    encounters: Sequence[EncounterRow],
    model: ModelVersion | None,
    names: dict[int, str],
) -> Iterator[DecisionRow]:
    ids = [encounter.id for encounter in encounters]
    told = ledger.read_many(session, ids, tuple(DECISIONS))
    still_open = _suggested(session, ids, model)
    for encounter in encounters:
        latest = _latest(told[encounter.id])
        yield from (_decided(encounter, event, names) for event in latest.values())
        for suggestion in still_open.get(encounter.id, ()):
            if model is not None and (suggestion.kind, suggestion.code) not in latest:
                yield _open(encounter, suggestion, model)


def _suggested(
    session: Session, encounter_ids: Sequence[str], model: ModelVersion | None
) -> dict[str, tuple[Suggestion, ...]]:
    if model is None:
        return {}
    notes = session.execute(
        select(NoteRow.id, NoteRow.encounter_id).where(NoteRow.encounter_id.in_(encounter_ids))
    ).all()
    scores = load_scores(session, [note.id for note in notes], model.version)
    found: dict[str, list[tuple[Suggestion, ...]]] = {}
    for note in notes:
        if note.id in scores:
            ranked = suggested(scores[note.id], model, note.id)
            found.setdefault(note.encounter_id, []).append(ranked)
    return {encounter_id: merge(ranked) for encounter_id, ranked in found.items()}


def _latest(events: Iterable[Event]) -> dict[CodeKey, Event]:
    """The standing decision of each code, or the undo that left none; in order."""
    given = list(events)
    last = {code_key(event): event for event in given}
    standing = {key: decisions[-1] for key, decisions in stack(given).items() if decisions}
    return dict(sorted((last | standing).items(), key=lambda item: item[1].sequence))


def _decided(encounter: EncounterRow, event: Event, names: dict[int, str]) -> DecisionRow:
    kind, code = code_key(event)
    basis = cast(dict[str, Any], event.payload)
    return DecisionRow(
        encounter=encounter_label(encounter.number),
        encounter_id=encounter.id,
        setting=encounter.setting,
        age=encounter.age,
        sex=encounter.sex,
        code=code,
        kind=kind,
        verdict=VERDICTS[event.kind],
        reason=reason(event),
        actor=names[event.actor],
        at=event.at,
        probability=basis["probability"],
        calibrated=basis["calibrated"],
        threshold=basis["threshold"],
        model_version=basis["model_version"],
        note_id=basis["note"],
    )


def _open(encounter: EncounterRow, suggestion: Suggestion, model: ModelVersion) -> DecisionRow:
    return DecisionRow(
        encounter=encounter_label(encounter.number),
        encounter_id=encounter.id,
        setting=encounter.setting,
        age=encounter.age,
        sex=encounter.sex,
        code=suggestion.code,
        kind=suggestion.kind,
        verdict=Verdict.OPEN,
        reason=None,
        actor=None,
        at=None,
        probability=suggestion.probability,
        calibrated=suggestion.calibrated,
        threshold=suggestion.threshold,
        model_version=model.version,
        note_id=str(suggestion.note_id),
    )
