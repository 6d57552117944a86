"""What the model in the shadow proposes: stored apart, read by the comparison and by nothing else.

It is no scores row and no event of an encounter, so that no page, list, export or message that
tells of suggestions can come upon it. The system stream has its sum. It can be worked out again
from the folder and the notes.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from icd9_review.codes.volumes import takes
from icd9_review.quality.models.comparing import ComparedChart
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import (
    EncounterRow,
    NoteRow,
    ScoresRow,
    ShadowReadingRow,
    SummaryRow,
)
from icd9_review.store.intake.note_rows import has_text, is_current
from icd9_review.store.ledger.purged import is_purged
from icd9_review.store.ledger.shadow import shadow_sha256
from icd9_review.store.people.access import seen
from icd9_review.store.people.entries import write_entry
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.recoding.twin_marks import is_no_twin
from icd9_review.store.scoring.chosen import read_standing
from icd9_review.store.scoring.model_versions import load_scores, load_version, newest_version
from icd9_review.store.users import system_actor
from icd9_review.suggestions import suggested
from icd9_review.values import (
    Arm,
    CareSetting,
    CodeKey,
    EncounterStatus,
    EventKind,
    Kind,
    KnownModel,
    Suggestion,
    User,
)

MOST_COMPARED: Final = 500
"""Signed charts that are compared, the newest; by judgement: an interval of F1 is then some
hundredths wide, and the page takes a second or two."""
_BEFORE = 200  # encounters from before it was registered that it reads, too; by judgement: enough
# for a first interval on the day after
_NEXT = 8  # notes of which a worker takes one at random, so that two rarely read the same


def next_in_shadow(database: Database, shadow: KnownModel) -> str | None:
    """A note that the model in use has read and the one in the shadow has not, a newest one.

    Of what came in since it was registered, and of some before.
    """
    with database.read() as session:
        in_use = newest_version(session)
        if in_use is None or in_use == shadow.version:
            return None
        found = session.scalars(_unread(shadow, in_use).limit(_NEXT)).all()
        return secrets.choice(found) if found else None


def save_in_shadow(
    database: Database,
    note_id: str,
    version: str,
    proposed: Sequence[Suggestion] | None,
    error: str = "",
) -> None:
    """Store what a model in the shadow proposes for a note, or why it could not read it.

    Once: a second time changes nothing, nor does what was read of a text that was purged meanwhile.
    """
    with database.write() as session:
        lock(session, "shadow_readings")
        note = session.get(NoteRow, note_id)
        if note is None or session.get(ShadowReadingRow, (note_id, version)) is not None:
            return
        if is_purged(session, note.encounter_id):
            return
        row = ShadowReadingRow(
            note_id=note_id,
            version=version,
            proposed=None if proposed is None else [_written(each) for each in proposed],
            error=error[:200] or None,
            at=ledger.now(),
        )
        session.add(row)
        session.flush()
        told = {"note": note_id, "model_version": version, "sha256": shadow_sha256(row)}
        write_entry(session, EventKind.SHADOW_READ, told, system_actor(session))


def count_in_shadow(database: Database, version: str, *, actor: User) -> tuple[int, int]:
    """How many notes a model has read in the shadow, and how many it could not read.

    Raises PermissionDenied.
    """
    check_may(actor, Act.COMPARE)
    query = select(func.count(), func.count(ShadowReadingRow.error)).where(
        ShadowReadingRow.version == version
    )
    with database.read() as session:
        every, failed = session.execute(query).one()
        return every - failed, failed


def compared_charts(
    database: Database, *, actor: User, most: int = MOST_COMPARED
) -> tuple[ComparedChart, ...]:
    """Signed charts that were shown by the model in use and read whole by the one in the shadow.

    The newest signatures; twins are none. Raises PermissionDenied.
    """
    check_may(actor, Act.COMPARE)
    with database.read() as session:
        shadow, in_use = read_standing(session).shadow, newest_version(session)
        model = load_version(session, in_use) if in_use else None
        if shadow is None or model is None:
            return ()
        rows = session.execute(_signed(shadow.version, model.version, most, session, actor)).all()
        ids = [row.id for row in rows]
        told = ledger.read_many(session, ids, (EventKind.FINALISED,))
        notes = _notes(session, ids)
        every = [note for mine in notes.values() for note in mine]
        scores = load_scores(session, every, model.version)
        readings = _readings(session, every, shadow.version)
        return tuple(
            ComparedChart(
                decided=_signed_codes(told[row.id][-1].payload),
                in_use=frozenset(
                    (each.kind, each.code)
                    for note in notes[row.id]
                    if note in scores
                    for each in suggested(scores[note], model, note)
                    if takes(row.setting, each.kind)
                ),
                shadow=frozenset(
                    key
                    for note in notes[row.id]
                    for key in readings[note]
                    if takes(row.setting, key[0])
                ),
                blind=row.arm is Arm.BLIND,
            )
            for row in rows
        )


def _unread(shadow: KnownModel, in_use: str) -> Select[str]:
    last = select(func.max(EncounterRow.number)).where(EncounterRow.created < shadow.at)
    newest = func.coalesce(last.scalar_subquery(), 0) - _BEFORE
    return (
        select(NoteRow.id)
        .join(EncounterRow, EncounterRow.id == NoteRow.encounter_id)
        .where(
            is_current(),
            has_text(),
            is_no_twin(),
            or_(EncounterRow.created >= shadow.at, EncounterRow.number > newest),
            exists().where(ScoresRow.note_id == NoteRow.id, ScoresRow.version == in_use),
            ~exists().where(
                ShadowReadingRow.note_id == NoteRow.id, ShadowReadingRow.version == shadow.version
            ),
        )
        .order_by(EncounterRow.number.desc(), NoteRow.position)
    )


def _signed(
    shadow: str, in_use: str, most: int, session: Session, actor: User
) -> Select[str, CareSetting, Arm | None]:
    unread = exists().where(
        NoteRow.encounter_id == EncounterRow.id,
        is_current(),
        ~exists().where(
            ShadowReadingRow.note_id == NoteRow.id,
            ShadowReadingRow.version == shadow,
            ShadowReadingRow.error.is_(None),
        ),
    )
    return (
        select(EncounterRow.id, EncounterRow.setting, EncounterRow.arm)
        .join(SummaryRow, SummaryRow.encounter_id == EncounterRow.id)
        .where(
            SummaryRow.status == EncounterStatus.FINALISED,
            SummaryRow.version == in_use,
            is_no_twin(),
            ~unread,
            *seen(session, actor),
        )
        .order_by(SummaryRow.signed_at.desc())
        .limit(most)
    )


def _notes(session: Session, encounter_ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {each: [] for each in encounter_ids}
    query = select(NoteRow.encounter_id, NoteRow.id).where(
        NoteRow.encounter_id.in_(encounter_ids), is_current()
    )
    for encounter_id, note in session.execute(query):
        found[encounter_id].append(note)
    return found


def _readings(session: Session, notes: Sequence[str], version: str) -> dict[str, set[CodeKey]]:
    query = select(ShadowReadingRow.note_id, ShadowReadingRow.proposed).where(
        ShadowReadingRow.note_id.in_(notes), ShadowReadingRow.version == version
    )
    return {
        note: {(Kind(kind), code) for kind, code, _ in proposed or ()}
        for note, proposed in session.execute(query)
    }


def _signed_codes(payload: dict[str, Any]) -> frozenset[CodeKey]:
    return frozenset((Kind(kind), code) for kind, code, *_ in payload["codes"])


def _written(each: Suggestion) -> list[object]:
    return [each.kind.value, each.code, round(each.shown, 4)]
