"""An encounter once more under a number of its own, for one coder who does not know it.

A twin has facts, notes and team of its source as these came in, and is scored, listed and signed
like any other encounter; its events begin as those of an import. That it is one stands in the
system's stream and in a table that coders read nothing of. It counts in no outcome and leaves in no
chart; what it is for reads its first signature.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.errors import DecisionError, InputError, Restricted
from icd9_review.store import ledger
from icd9_review.store.database.tables import (
    EncounterRow,
    EventRow,
    SummaryRow,
    TeamRow,
    TwinRow,
    UserRow,
)
from icd9_review.store.intake.came_in import came_in
from icd9_review.store.intake.encounters import insert_encounter, insert_note
from icd9_review.store.intake.note_rows import as_new, current_notes
from icd9_review.store.ledger.purged import find_holds, refuse_purged
from icd9_review.store.people.access import check_sees, sees
from icd9_review.store.people.permissions import Act, may
from icd9_review.store.projections import summaries
from icd9_review.store.recoding.twin_marks import is_twin
from icd9_review.store.scoring.model_versions import newest_version
from icd9_review.store.users import system_actor
from icd9_review.store.worklist.assignments import assign_locked
from icd9_review.values import (
    EncounterStatus,
    EventKind,
    NewEncounter,
    Role,
    TwinPurpose,
    User,
    encounter_label,
)


@dataclass(frozen=True, slots=True)
class TwinRequest:
    """Which encounter is to be coded anew, what for, and by whom; ``gold`` or ``why`` says more."""

    source: str
    purpose: TwinPurpose
    coder: User
    gold: str | None = None
    why: Mapping[str, object] | None = None


def make_twin(session: Session, request: TwinRequest, actor: User) -> TwinRow:
    """Store a twin, inside ``lock(session, "encounters")``.

    It goes to the coder at once where the actor assigns work and sees it; else it is nobody's and
    comes next for that coder alone. Raises as ``check_source`` and ``check_coder``.
    """
    source = check_source(session, request.source)
    check_coder(session, source, request.coder)
    row = _insert(session, source)
    twin = TwinRow(
        encounter_id=row.id,
        source_id=source.id,
        purpose=request.purpose,
        gold_id=request.gold,
        coder=request.coder.id,
        why=dict(request.why) if request.why else None,
        at=ledger.now(),
    )
    session.add(twin)
    session.flush()
    if may(actor, Act.ASSIGN) and sees(session, row.id, actor):
        assign_locked(session, [row.id], request.coder.id, actor)
    summaries.refresh(session, [row.id])
    _tell(session, twin, source, row, actor)
    return twin


def check_source(session: Session, encounter_id: str) -> EncounterRow:
    """What may be coded anew: signed, with its text, on no legal hold, and no twin itself.

    Raises DecisionError with what to do instead, TextPurged.
    """
    source = session.get_one(EncounterRow, encounter_id)
    label = encounter_label(source.number)
    refuse_purged(session, encounter_id)
    if is_twin(session, encounter_id):
        raise DecisionError(f"{label} is another encounter once more; take that one.")
    if find_holds(session, [encounter_id]):
        raise DecisionError(
            f"{label} is on legal hold, and what is held is not copied; take another encounter."
        )
    summary = session.get(SummaryRow, encounter_id)
    if summary is None or summary.status is not EncounterStatus.FINALISED:
        raise DecisionError(
            f"{label} is not signed; until it is, coders find it on the worklist beside its twin."
        )
    return source


def check_coder(session: Session, source: EncounterRow, coder: User) -> None:
    """Who may code it anew: a coder in service who sees it and had nothing to do with it so far.

    Raises InputError with whom to choose instead.
    """
    label, row = encounter_label(source.number), session.get(UserRow, coder.id)
    if row is None or not row.active or row.role is not Role.CODER:
        raise InputError(
            f"{coder.name} is not a coder in service; administrators see what is gold, so it is "
            "given to coders."
        )
    try:
        check_sees(session, [source.id], coder)
    except Restricted:
        raise InputError(
            f"{label} belongs to a team that {coder.name} is not in; choose somebody of that team."
        ) from None
    if knows(session, source.id, coder.id):
        raise InputError(f"{coder.name} knows {label} already; choose somebody else.")


def knows(session: Session, encounter_id: str, person: int) -> bool:
    """Whether somebody has opened an encounter or done anything to it, or has a twin of it."""
    did = select(EventRow.sequence).where(EventRow.stream == encounter_id, EventRow.actor == person)
    had = select(TwinRow.encounter_id).where(
        TwinRow.source_id == encounter_id, TwinRow.coder == person
    )
    return session.scalar(did.limit(1)) is not None or session.scalar(had.limit(1)) is not None


def _insert(session: Session, source: EncounterRow) -> EncounterRow:
    """The encounter with its notes, as an import by the program stores them."""
    actor, version = system_actor(session), newest_version(session)
    notes, key = current_notes(session, source.id), f"import/{uuid.uuid4().hex}"
    row = insert_encounter(session, _facts(session, source), len(notes), actor=actor, key=key)
    for place, note in enumerate(notes):
        insert_note(
            session,
            row.id,
            as_new(note),
            actor=actor,
            key=f"{key}/note/{place}",
            model_version=version,
        )
    return row


def _facts(session: Session, source: EncounterRow) -> NewEncounter:
    """As it came in, without the number under which it is billed."""
    team = session.get_one(TeamRow, source.team).name if source.team is not None else None
    told = came_in(session, source)
    return replace(told, service=source.service, payer=source.payer, team=team)


def _tell(
    session: Session, twin: TwinRow, source: EncounterRow, row: EncounterRow, actor: User
) -> None:
    said = {
        "twin": row.id,
        "encounter": encounter_label(row.number),
        "source": source.id,
        "of": encounter_label(source.number),
        "purpose": twin.purpose.value,
        "gold": twin.gold_id,
        "to": twin.coder,
        "why": twin.why,
    }
    key = f"twin/{row.id}"
    ledger.append(session, ledger.SYSTEM, EventKind.TWIN_MADE, said, actor, key)
