"""The projection behind the worklist: a row per encounter, worked out from what is stored.

Refreshed in the transaction that changes the encounter, so that the two never differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, func, not_, or_, select
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
    ScoresRow,
    SummaryRow,
)
from icd9_review.store.intake.note_rows import is_current
from icd9_review.store.people.access import seen
from icd9_review.store.projections.archive import archive_begins
from icd9_review.store.scoring.chosen import former_versions
from icd9_review.store.scoring.model_versions import load_scores, newest_version
from icd9_review.store.scoring.reading_versions import keeps_former, reading_models
from icd9_review.store.users import user_names
from icd9_review.suggestions import suggested
from icd9_review.values import (
    Arm,
    CareSetting,
    CodeKey,
    EncounterStatus,
    Event,
    EventKind,
    ModelVersion,
    ReviewState,
    Scores,
    Suggestion,
    encounter_label,
)

_CHUNK = 200  # encounters of one transaction; by judgement, see ``refresh_outdated``
_NOT_COUNTED: Mapping[str, int | None] = MappingProxyType({})
_TOLD_OF_NOTES = (NoteRow.title, NoteRow.type, NoteRow.author, NoteRow.written)
_TELLING = (EventKind.ENCOUNTER_CREATED, EventKind.NOTE_ADDED, *DECISIONS)


@dataclass(slots=True)
class _Facts:
    """What is stored of one encounter, as far as its summary needs it."""

    number: int
    setting: CareSetting
    date: date
    errors: int | None
    arm: Arm | None = None
    purged: bool = False
    words: list[str] = field(default_factory=list)
    suggested: dict[CodeKey, float] = field(default_factory=dict)
    unscored: bool = False
    failed: bool = False
    model: ModelVersion | None = None


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
    facts = _gather(session, encounter_ids)
    for encounter_id in facts.keys() & errors.keys():
        facts[encounter_id].errors = errors[encounter_id]
    told = ledger.read_many(session, encounter_ids, _TELLING)
    names, archive = user_names(session), archive_begins(session)
    session.execute(delete(SummaryRow).where(SummaryRow.encounter_id.in_(encounter_ids)))
    session.add_all(
        _summarise(encounter_id, facts[encounter_id], told[encounter_id], names, archive)
        for encounter_id in encounter_ids
    )
    session.flush()


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


def _gather(session: Session, encounter_ids: Sequence[str]) -> dict[str, _Facts]:
    found = session.execute(
        select(EncounterRow, SummaryRow.errors)
        .outerjoin(SummaryRow, SummaryRow.encounter_id == EncounterRow.id)
        .where(EncounterRow.id.in_(encounter_ids))
    )
    facts = {
        row.id: _Facts(
            row.number,
            row.setting,
            _chart_date(row),
            errors,
            arm=row.arm,
            purged=row.purged is not None,
            words=[each for each in (row.service, row.payer) if each],
        )
        for row, errors in found
    }
    notes = session.execute(
        select(NoteRow.id, NoteRow.encounter_id, *_TOLD_OF_NOTES)
        .where(NoteRow.encounter_id.in_(encounter_ids), is_current())
        .order_by(NoteRow.encounter_id, NoteRow.position)
    ).all()
    models = reading_models(session, encounter_ids, [(n.id, n.encounter_id) for n in notes])
    scored: dict[str, Scores] = {}
    failed: set[str] = set()
    for model in {each for each in models.values() if each is not None}:
        mine = [note.id for note in notes if models[note.encounter_id] == model]
        scored |= load_scores(session, mine, model.version)
        failed |= _failed(session, mine, model.version)
    for encounter_id, fact in facts.items():
        fact.model = models[encounter_id]
    for note in notes:
        fact = facts[note.encounter_id]
        fact.words += _words(note)
        fact.failed |= note.id in failed
        if fact.model is None or note.id not in scored:
            fact.unscored |= not fact.purged  # what is gone is not waited for
        else:
            ranked = suggested(scored[note.id], fact.model, note.id)
            for each in ranked:
                if takes(fact.setting, each.kind):
                    _keep_likeliest(fact.suggested, each)
    return facts


def _words(note: Row[*tuple[Any, ...]]) -> list[str]:
    """What is searched of a note."""
    kind = NOTE_TYPE_WORDS[note.type] if note.type else ""
    day = note.written.isoformat() if note.written else ""
    return [note.title, *filter(None, (kind, note.author, day))]


def _chart_date(row: EncounterRow) -> date:
    return row.discharged or row.admitted or row.created.date()


def _keep_likeliest(suggested: dict[CodeKey, float], each: Suggestion) -> None:
    key = (each.kind, each.code)
    suggested[key] = max(each.shown, suggested.get(key, 0.0))


def _failed(session: Session, notes: Sequence[str], version: str) -> set[str]:
    return set(
        session.scalars(
            select(JobRow.note_id)
            .outerjoin(
                ScoresRow,
                (ScoresRow.note_id == JobRow.note_id) & (ScoresRow.version == JobRow.version),
            )
            .where(
                JobRow.note_id.in_(notes),
                JobRow.version == version,
                JobRow.state == JobState.FAILED,
                ScoresRow.note_id.is_(None),
            )
        )
    )


def _summarise(
    encounter_id: str,
    facts: _Facts,
    told: Sequence[Event],
    names: dict[int, str],
    archive: datetime | None,
) -> SummaryRow:
    events = [event for event in told if event.kind is not EventKind.NOTE_ADDED]
    state = fold(events)
    decided = {(code.kind, code.code) for code in state.codes}
    veiled = not veil_by(facts.arm, events).suggestions
    still_open = set() if veiled else facts.suggested.keys() - decided
    last = events[-1]
    words = (encounter_label(facts.number), *facts.words, names[last.actor])
    signed_at = state.signed.at if state.signed else None
    still = veiled or bool(still_open)
    status = _status(facts, state, still, _has_late_note(told))
    return SummaryRow(
        encounter_id=encounter_id,
        version=facts.model.version if facts.model else None,
        status=status,
        open=len(still_open),
        decided=len(decided),
        errors=facts.errors,
        confidence=max((facts.suggested[key] for key in still_open), default=None),
        chart_date=facts.date,
        signed_at=signed_at,
        actor=last.actor,
        at=last.at,
        search="\n".join(words).casefold(),
        number=facts.number,
        archived=status is EncounterStatus.FINALISED and _is_before(signed_at, archive),
    )


def _is_before(moment: datetime | None, other: datetime | None) -> bool:
    return moment is not None and other is not None and moment < other


def _has_late_note(told: Sequence[Event]) -> bool:
    """Whether a note came in after the last signature: somebody has to look again."""
    signed = [event.sequence for event in told if event.kind is EventKind.FINALISED]
    added = [event.sequence for event in told if event.kind is EventKind.NOTE_ADDED]
    return bool(signed) and max(added, default=0) > signed[-1]


def _status(
    facts: _Facts, state: ReviewState, still_open: bool, late_note: bool
) -> EncounterStatus:
    """Where it stands; ``still_open`` is whether suggestions are open, or none are told of."""
    if state.signed is not None and not late_note:
        return EncounterStatus.FINALISED
    if state.hold is not None:
        return EncounterStatus.HELD
    if facts.unscored:
        return EncounterStatus.FAILED if facts.failed else EncounterStatus.SCORING
    if not still_open:
        return EncounterStatus.DECIDED
    return EncounterStatus.IN_PROGRESS if state.codes else EncounterStatus.OPEN
