"""Signed charts as lessons, and the texts of their notes by the ids of these."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Final

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from icd9_review.quality.teaching import TEACHING, last_sample, taught_codes
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow, GoldRow, NoteRow, SummaryRow, TwinRow
from icd9_review.store.intake.note_rows import current_of
from icd9_review.store.people.access import check_sees, seen
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.values import (
    Arm,
    CodeProvenance,
    EncounterStatus,
    Event,
    LeftLesson,
    Lesson,
    Untaught,
    User,
    encounter_label,
)

_CHUNK: Final = 100  # encounters whose events are read at once; by judgement: a megabyte or less


def withheld_from_training(session: Session, encounter_ids: Sequence[str]) -> frozenset[str]:
    """Those of these encounters from which nothing may ever be learned, because they measure.

    The one place where this is asked: coded without suggestions to say what a model does to coders,
    gold, or an encounter that is another one once more.
    """
    measures = or_(
        EncounterRow.arm == Arm.BLIND,
        exists().where(TwinRow.encounter_id == EncounterRow.id),
        exists().where(GoldRow.encounter_id == EncounterRow.id),
    )
    query = select(EncounterRow.id).where(EncounterRow.id.in_(encounter_ids), measures)
    return frozenset(session.scalars(query))


def lessons(database: Database, *, actor: User) -> Generator[Lesson | LeftLesson]:
    """Every signed chart, by number: what it teaches, or why it teaches nothing; all of one moment.

    Of what the person sees; a chart with a note that came later is not signed. Raises
    PermissionDenied for whoever does not administer: who has a model may have what it learned from.
    """
    check_may(actor, Act.ADMINISTER)
    with database.read() as session:
        for rows in _signed(session, actor):
            ids = [row.id for row in rows]
            told = ledger.read_many(session, ids, TEACHING)
            withheld = withheld_from_training(session, ids)
            notes = _current_notes(session, ids)
            for row in rows:
                if row.id in withheld:
                    yield LeftLesson(encounter_label(row.number), Untaught.WITHHELD)
                else:
                    yield _lesson(row, told[row.id], notes[row.id])


def lesson_texts(
    database: Database, found: Sequence[Lesson], *, actor: User
) -> Generator[tuple[Lesson, tuple[str, ...]] | LeftLesson]:
    """Each of these charts with the texts of its notes in their order, one in memory at a time.

    What was purged meanwhile is said instead. Raises PermissionDenied, Restricted.
    """
    check_may(actor, Act.ADMINISTER)
    for lesson in found:
        with database.read() as session:
            check_sees(session, [lesson.encounter_id], actor)
            gone = session.get_one(EncounterRow, lesson.encounter_id).purged is not None
            query = select(NoteRow.id, NoteRow.text).where(NoteRow.id.in_(lesson.notes))
            texts = {row.id: row.text for row in session.execute(query)}
        if gone:
            yield LeftLesson(lesson.encounter, Untaught.PURGED)
        else:
            yield lesson, tuple(texts[each] for each in lesson.notes)


def _signed(session: Session, actor: User) -> Iterator[Sequence[EncounterRow]]:
    number = 0
    query = (
        select(EncounterRow)
        .join(SummaryRow, SummaryRow.encounter_id == EncounterRow.id)
        .where(SummaryRow.status == EncounterStatus.FINALISED, *seen(session, actor))
        .order_by(EncounterRow.number)
        .limit(_CHUNK)
    )
    while rows := session.scalars(query.where(EncounterRow.number > number)).all():
        yield rows
        number = rows[-1].number
        session.expunge_all()


def _current_notes(session: Session, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    rows: dict[str, list[NoteRow]] = {each: [] for each in ids}
    query = select(NoteRow).where(NoteRow.encounter_id.in_(ids)).order_by(NoteRow.position)
    for row in session.scalars(query):
        rows[row.encounter_id].append(row)
    return {each: tuple(row.id for row in current_of(held)) for each, held in rows.items()}


def _lesson(
    row: EncounterRow, events: Sequence[Event], notes: tuple[str, ...]
) -> Lesson | LeftLesson:
    label = encounter_label(row.number)
    if row.purged is not None:
        return LeftLesson(label, Untaught.PURGED)
    codes = taught_codes(events)
    if codes is None:
        return LeftLesson(label, Untaught.DISPUTED)
    audited = any(each.provenance is not CodeProvenance.SINGLE for each in codes)
    sampled = audited and last_sample(events) is not None
    return Lesson(label, row.id, row.number, notes, codes, audited, sampled)
