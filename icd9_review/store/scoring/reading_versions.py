"""Which model version an encounter is shown by: the one in use, or a former one that has read it.

A promotion moves no chart: what a former version has read as a whole keeps that version until it is
reopened, gets another note, or somebody has it read anew. So nobody's suggestions change while they
work, and what was shown and what was decided on it stay together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, exists, select, union
from sqlalchemy.orm import Session

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import JobRow, NoteRow, ScoresRow, SummaryRow
from icd9_review.store.intake.note_rows import has_text, is_current
from icd9_review.store.people.access import check_sees
from icd9_review.store.scoring.chosen import former_versions
from icd9_review.store.scoring.model_versions import load_version
from icd9_review.values import ModelVersion


def version_shown(database: Database, encounter_id: str) -> str | None:
    """The version that an encounter is shown by, as it was last counted.

    Raises NotFound, Restricted.
    """
    with database.read() as session:
        ledger.head(session, encounter_id)
        check_sees(session, [encounter_id])
        query = select(SummaryRow.version).where(SummaryRow.encounter_id == encounter_id)
        return session.scalar(query)


def reading_models(
    session: Session, in_use: ModelVersion | None, notes: Mapping[str, Sequence[str]]
) -> dict[str, ModelVersion | None]:
    """The model that each encounter is shown by; ``notes`` are those of it that count.

    ``in_use`` is the model in use.
    """
    found: dict[str, ModelVersion | None] = dict.fromkeys(notes, in_use)
    if in_use is None or not (former := former_versions(session)):
        return found
    ids = [note for mine in notes.values() for note in mine]
    taken_on = _taken_on(session, ids, in_use.version)
    read = _read_by(session, ids, former)
    for encounter_id, mine in notes.items():
        if not mine or not taken_on.isdisjoint(mine):
            continue
        kept = next((each for each in former if read[each].issuperset(mine)), None)
        if kept is not None:
            found[encounter_id] = load_version(session, kept)
    return found


def keeps_former(former: Sequence[str]) -> ColumnElement[bool]:
    """Whether the chart of a summary keeps the former version that it was counted by.

    Not where some of its notes were never read by that: it is taken on by the model in use.
    """
    unread = exists().where(
        NoteRow.encounter_id == SummaryRow.encounter_id,
        is_current(),
        has_text(),
        ~exists().where(ScoresRow.note_id == NoteRow.id, ScoresRow.version == SummaryRow.version),
    )
    return and_(SummaryRow.version.in_(former), ~unread)


def _taken_on(session: Session, notes: Sequence[str], version: str) -> set[str]:
    """The notes that the model in use has read, or is to read."""
    read = select(ScoresRow.note_id).where(
        ScoresRow.note_id.in_(notes), ScoresRow.version == version
    )
    queued = select(JobRow.note_id).where(JobRow.note_id.in_(notes), JobRow.version == version)
    return set(session.scalars(union(read, queued)))


def _read_by(
    session: Session, notes: Sequence[str], versions: Sequence[str]
) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {version: set() for version in versions}
    query = select(ScoresRow.version, ScoresRow.note_id).where(
        ScoresRow.note_id.in_(notes), ScoresRow.version.in_(versions)
    )
    for row in session.execute(query):
        found[row.version].add(row.note_id)
    return found
