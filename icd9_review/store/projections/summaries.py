"""The projection behind the worklist: a row per encounter, worked out from what is stored.

Refreshed in the transaction that changes the encounter, so that the two never differ.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, not_, or_, select, update
from sqlalchemy.orm import Session

from icd9_review.codes.volumes import takes
from icd9_review.notes.intake.particulars.note_types import NOTE_TYPE_WORDS
from icd9_review.quality.arms.veil import veil_by
from icd9_review.review.fold import DECISIONS, fold
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import (
    EncounterRow,
    JobRow,
    JobState,
    NoteRow,
    SummaryRow,
)
from icd9_review.store.database.upsert import upsert
from icd9_review.store.intake.note_rows import is_current
from icd9_review.store.people.access import seen
from icd9_review.store.projections.archive import archive_begins
from icd9_review.store.projections.dossier import Dossier
from icd9_review.store.scoring.chosen import former_versions
from icd9_review.store.scoring.model_versions import load_scores, model_in_use, newest_version
from icd9_review.store.scoring.reading_versions import keeps_former, reading_models
from icd9_review.store.users import user_names
from icd9_review.suggestions import suggested
from icd9_review.values import (
    CodeKey,
    Encounter,
    EncounterStatus,
    Event,
    EventKind,
    ModelVersion,
    Note,
    ReviewState,
    Scores,
    encounter_label,
)

_CHUNK = 200  # encounters of one transaction; by judgement, see ``refresh_outdated``
_NOT_COUNTED: Mapping[str, int | None] = MappingProxyType({})
_Noted = Note | Row[*tuple[Any, ...]]
_TOLD_OF_NOTES = (NoteRow.title, NoteRow.type, NoteRow.author, NoteRow.written)
_TELLING = (EventKind.ENCOUNTER_CREATED, EventKind.NOTE_ADDED, *DECISIONS)


@dataclass(frozen=True, slots=True)
class _Chart:
    """What is stored of one encounter, as far as its summary needs it.

    ``notes`` are those that count, ``told`` the events of _TELLING in order; ``scores`` are what
    ``model`` says, by note.
    """

    encounter: EncounterRow | Encounter
    notes: Sequence[_Noted]
    told: Sequence[Event]
    errors: int | None
    model: ModelVersion | None
    scores: Mapping[str, Scores]

    @property
    def unread(self) -> list[str]:
        """The notes that the model has not read; none once the text is gone: nobody waits."""
        if self.encounter.purged:
            return []
        return [note.id for note in self.notes if note.id not in self.scores]


def refresh(
    session: Session,
    encounter_ids: Sequence[str],
    errors: Mapping[str, int | None] = _NOT_COUNTED,
) -> None:
    """Work out the summaries of these encounters anew.

    ``errors`` are the numbers of errors where they were counted, or could not be (None);
    an encounter that is missing keeps its number.

    Their heads are locked, in one order for everybody: what is read here is not
    changed by another transaction before the summary is stored.
    """
    ledger.lock_heads(session, encounter_ids)
    found = session.execute(
        select(EncounterRow, SummaryRow.errors)
        .outerjoin(SummaryRow, SummaryRow.encounter_id == EncounterRow.id)
        .where(EncounterRow.id.in_(encounter_ids))
    ).all()
    notes = _current_notes(session, encounter_ids)
    told = ledger.read_many(session, encounter_ids, _TELLING)
    models = reading_models(
        session, model_in_use(session), {each: [n.id for n in notes[each]] for each in notes}
    )
    scores = _load_scores(session, notes, models)
    _store(
        session,
        [
            _Chart(
                encounter=row,
                notes=notes[row.id],
                told=told[row.id],
                errors=errors.get(row.id, before),
                model=models[row.id],
                scores=scores,
            )
            for row, before in found
        ],
        user_names(session),
    )


def refresh_from(session: Session, dossier: Dossier, errors: int | None) -> None:
    """As ``refresh``, of one encounter that has been read, and whose ``errors`` were counted."""
    encounter = dossier.encounter
    notes = [note.id for note in encounter.notes]
    model = reading_models(session, dossier.in_use, {encounter.id: notes})[encounter.id]
    chart = _Chart(
        encounter=encounter,
        notes=encounter.notes,
        told=dossier.those(_TELLING),
        errors=errors,
        model=model,
        scores=dossier.scores.get(model.version, {}) if model else {},
    )
    _store(session, [chart], dossier.names)


def set_assignee(session: Session, encounter_ids: Sequence[str], user_id: int | None) -> None:
    """Have encounters and their summaries say whose they are, nobody's with None.

    The heads of the encounters are locked.
    """
    mine, theirs = EncounterRow.id.in_(encounter_ids), SummaryRow.encounter_id.in_(encounter_ids)
    session.execute(update(EncounterRow).where(mine).values(assignee=user_id))
    session.execute(update(SummaryRow).where(theirs).values(assignee=user_id))


def refresh_outdated(database: Database) -> None:
    """Refresh every summary that is outdated, and wait for it.

    In short transactions, so that nobody else waits long; what is left over after a crash
    is found again by the next call.
    """
    with database.read() as session:
        version = newest_version(session)
        outdated = session.scalars(
            select(EncounterRow.id)
            .outerjoin(SummaryRow, SummaryRow.encounter_id == EncounterRow.id)
            .where(is_outdated(version, former_versions(session)))
        ).all()
    for start in range(0, len(outdated), _CHUNK):
        with database.write() as session:
            refresh(session, outdated[start : start + _CHUNK])


def count_outdated(database: Database) -> int:
    """How many encounters that the reader sees are counted by a model no longer in use."""
    with database.read() as session:
        version = newest_version(session)
        former = former_versions(session)
        found = select(func.count()).select_from(SummaryRow).where(_is_of_another(version, former))
        if mine := seen(session):
            found = found.join(EncounterRow, EncounterRow.id == SummaryRow.encounter_id)
        return session.scalar(found.where(*mine)) or 0


def is_outdated(version: str | None, former: Sequence[str]) -> ColumnElement[bool]:
    """Whether a summary is missing or of another model version than the one that shows it.

    That of a signed chart stays as it was counted: nobody works on it. What a ``former`` version
    has read keeps it.
    """
    return or_(SummaryRow.encounter_id.is_(None), _is_of_another(version, former))


def at_work() -> ColumnElement[bool]:
    """Whether a chart is not signed, or not any more."""
    return SummaryRow.status != EncounterStatus.FINALISED


def _is_of_another(version: str | None, former: Sequence[str]) -> ColumnElement[bool]:
    """In ranges, which an index answers; there is none for IS DISTINCT FROM."""
    column = SummaryRow.version
    if version is None:
        return and_(column.is_not(None), at_work())
    other = and_(or_(column < version, column > version, column.is_(None)), at_work())
    return and_(other, not_(keeps_former(former))) if former else other


def _current_notes(session: Session, encounter_ids: Sequence[str]) -> dict[str, list[_Noted]]:
    """What is told of the notes of each encounter, without their text."""
    found: dict[str, list[_Noted]] = {each: [] for each in encounter_ids}
    query = select(NoteRow.id, NoteRow.encounter_id, *_TOLD_OF_NOTES)
    for row in session.execute(query.where(NoteRow.encounter_id.in_(encounter_ids), is_current())):
        found[row.encounter_id].append(row)
    return found


def _load_scores(
    session: Session,
    notes: Mapping[str, Sequence[_Noted]],
    models: Mapping[str, ModelVersion | None],
) -> dict[str, Scores]:
    """What the model of each encounter says of its notes, by note."""
    found: dict[str, Scores] = {}
    for version in {model.version for model in models.values() if model is not None}:
        mine = (each for each, model in models.items() if model and model.version == version)
        found |= load_scores(session, [n.id for each in mine for n in notes[each]], version)
    return found


def _store(session: Session, charts: Sequence[_Chart], names: Mapping[int, str]) -> None:
    signed = any(event.kind is EventKind.FINALISED for chart in charts for event in chart.told)
    archive = archive_begins(session) if signed else None
    failed = _failed(session, charts)
    upsert(session, SummaryRow, [_summarise(chart, failed, names, archive) for chart in charts])


def _failed(session: Session, charts: Iterable[_Chart]) -> set[tuple[str, str]]:
    """The notes without scores that a model could not read, each with the model's version."""
    unread = [note for chart in charts for note in chart.unread if chart.model is not None]
    if not unread:
        return set()
    query = select(JobRow.note_id, JobRow.version).where(
        JobRow.note_id.in_(unread), JobRow.state == JobState.FAILED
    )
    return {(row.note_id, row.version) for row in session.execute(query)}


def _words(notes: Iterable[_Noted]) -> Iterator[str]:
    """What is searched of notes, in one order however they were read."""
    for note in sorted(notes, key=lambda note: str(note.id)):
        yield note.title
        if note.type:
            yield NOTE_TYPE_WORDS[note.type]
        if note.author:
            yield note.author
        if note.written:
            yield note.written.isoformat()


def _chart_date(encounter: EncounterRow | Encounter) -> date:
    return encounter.discharged or encounter.admitted or encounter.created.date()


def _suggested(chart: _Chart) -> dict[CodeKey, float]:
    """The codes that the model suggests, with the highest probability shown of each."""
    found: dict[CodeKey, float] = {}
    if chart.model is None:
        return found
    for note in (note.id for note in chart.notes if note.id in chart.scores):
        for each in suggested(chart.scores[note], chart.model, note):
            if takes(chart.encounter.setting, each.kind):
                key = (each.kind, each.code)
                found[key] = max(each.shown, found.get(key, 0.0))
    return found


def _summarise(
    chart: _Chart,
    failed: Container[tuple[str, str]],
    names: Mapping[int, str],
    archive: datetime | None,
) -> dict[str, Any]:
    encounter, model = chart.encounter, chart.model
    events = [event for event in chart.told if event.kind is not EventKind.NOTE_ADDED]
    state = fold(events)
    found = _suggested(chart)
    decided = {(code.kind, code.code) for code in state.codes}
    veiled = not veil_by(encounter.arm, events).suggestions
    still_open = set() if veiled else found.keys() - decided
    last = events[-1]
    told = filter(None, (encounter.service, encounter.payer))
    words = (encounter_label(encounter.number), *told, *_words(chart.notes), names[last.actor])
    signed_at = state.signed.at if state.signed else None
    status = _status(chart, state, failed, veiled or bool(still_open))
    return {
        "encounter_id": encounter.id,
        "version": model.version if model else None,
        "status": status,
        "open": len(still_open),
        "decided": len(decided),
        "errors": chart.errors,
        "confidence": max((found[key] for key in still_open), default=None),
        "chart_date": _chart_date(encounter),
        "purged": encounter.purged is not None,
        "signed_at": signed_at,
        "actor": last.actor,
        "at": last.at,
        "search": "\n".join(words).casefold(),
        "number": encounter.number,
        "setting": encounter.setting,
        "assignee": encounter.assignee,
        "archived": status is EncounterStatus.FINALISED and _is_before(signed_at, archive),
    }


def _is_before(moment: datetime | None, other: datetime | None) -> bool:
    return moment is not None and other is not None and moment < other


def _has_late_note(told: Sequence[Event]) -> bool:
    """Whether a note came in after the last signature: somebody has to look again."""
    signed = [event.sequence for event in told if event.kind is EventKind.FINALISED]
    added = [event.sequence for event in told if event.kind is EventKind.NOTE_ADDED]
    return bool(signed) and max(added, default=0) > signed[-1]


def _status(
    chart: _Chart, state: ReviewState, failed: Container[tuple[str, str]], still_open: bool
) -> EncounterStatus:
    """Where it stands; ``still_open`` is whether suggestions are open, or none are told of."""
    if state.signed is not None and not _has_late_note(chart.told):
        return EncounterStatus.FINALISED
    if state.hold is not None:
        return EncounterStatus.HELD
    if chart.unread:
        lost = chart.model and any((note, chart.model.version) in failed for note in chart.unread)
        return EncounterStatus.FAILED if lost else EncounterStatus.SCORING
    if not still_open:
        return EncounterStatus.DECIDED
    return EncounterStatus.IN_PROGRESS if state.codes else EncounterStatus.OPEN
