"""Gold encounters before coders: given as twins, and read back once they are signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.errors import InputError, ReviewError
from icd9_review.quality.audit_fold import frozen_codes
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import EncounterRow, GoldRow, TwinRow, UserRow
from icd9_review.store.people.access import check_sees, seen
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.querying.standing import query_standings
from icd9_review.store.recoding.gold_encounters import gold_row, read_gold_rows
from icd9_review.store.recoding.twins import TwinRequest, knows, make_twin
from icd9_review.values import (
    Event,
    EventKind,
    GoldEncounter,
    GoldTrial,
    QueryStanding,
    Role,
    TwinPurpose,
    User,
    encounter_label,
)

MOST_GIVEN = 200
"""Twins that are made at once; by judgement: each is read by the model."""


@dataclass(frozen=True, slots=True)
class GoldGiven:
    """How many twins were made, and in a sentence each what was not given and why."""

    made: int
    problems: tuple[str, ...]


def give_gold(
    database: Database, numbers: Sequence[int], coders: Sequence[int], *, actor: User
) -> GoldGiven:
    """Give each of these gold encounters to each of these coders, as a twin on the worklist.

    Whoever knows one already does not get it, which is told. Raises InputError for too many,
    NotFound, PermissionDenied.
    """
    check_may(actor, Act.KEEP_GOLD)
    if len(numbers) * len(coders) > MOST_GIVEN:
        raise InputError(
            f"{len(numbers) * len(coders):,} are too many at once; give {MOST_GIVEN} or fewer."
        )
    made, problems = 0, []
    for number in dict.fromkeys(numbers):
        for coder in dict.fromkeys(coders):
            try:
                _give(database, number, coder, actor)
            except InputError as error:
                problems.append(str(error))
            else:
                made += 1
    return GoldGiven(made, tuple(problems))


def give_onboarding(database: Database, coder: int, *, actor: User) -> GoldGiven:
    """Give a coder what they do not know yet of the onboarding set, in its order.

    Raises InputError where the set is empty, PermissionDenied.
    """
    check_may(actor, Act.KEEP_GOLD)
    with database.read() as session:
        rows = session.scalars(
            select(GoldRow)
            .where(GoldRow.onboarding, ~GoldRow.retired)
            .order_by(GoldRow.number)
            .limit(MOST_GIVEN)
        ).all()
        left = [row.number for row in rows if not knows(session, row.encounter_id, coder)]
    if not rows:
        raise InputError("The onboarding set is empty; take gold encounters into it first.")
    return give_gold(database, left, [coder], actor=actor)


def gold_trials(database: Database, *, actor: User) -> tuple[GoldTrial, ...]:
    """What coders made of gold encounters that the person sees, in the order they were given.

    The first signature of a twin counts: later ones may know what was said of it. Raises
    PermissionDenied.
    """
    check_may(actor, Act.KEEP_GOLD)
    with database.read() as session:
        rows, golds = _given(session, actor), _golds(session)
        twins = [twin.encounter_id for twin, _ in rows]
        signed, asked = first_signatures(session, twins), query_standings(session, twins)
        trials = (
            _trial(twin, number, golds[twin.gold_id or ""], signed.get(twin.encounter_id))
            for twin, number in rows
        )
        none = QueryStanding()
        return tuple(
            replace(each, waits=asked.get(each.encounter_id, none).open) for each in trials
        )


def gold_coders(database: Database, *, actor: User) -> tuple[User, ...]:
    """The coders in service, by name: to whom gold may be given. Raises PermissionDenied."""
    check_may(actor, Act.KEEP_GOLD)
    query = select(UserRow).where(UserRow.active, ~UserRow.service, UserRow.role == Role.CODER)
    with database.read() as session:
        found = [User(row.id, row.name, row.role) for row in session.scalars(query)]
    return tuple(sorted(found, key=lambda person: person.name.casefold()))


def first_signatures(session: Session, encounter_ids: Sequence[str]) -> Mapping[str, Event]:
    """The first event that each of these encounters was signed by, where it was."""
    told = ledger.read_many(session, encounter_ids, (EventKind.FINALISED,))
    return {each: events[0] for each, events in told.items() if events}


def _give(database: Database, number: int, coder: int, actor: User) -> None:
    with database.write() as session:
        lock(session, "encounters")
        row = gold_row(session, number)
        check_sees(session, [row.encounter_id], actor)
        label = f"G-{row.number:05d}"
        if row.retired:
            raise InputError(f"{label} is retired; take it back before it is given to anybody.")
        person = session.get(UserRow, coder)
        if person is None:
            raise InputError(f"{label} is given to nobody: there is no person {coder}.")
        who = User(person.id, person.name, person.role)
        request = TwinRequest(row.encounter_id, TwinPurpose.GOLD, who, gold=row.id)
        try:
            make_twin(session, request, actor)
        except ReviewError as error:  # told of this one; others go on
            raise InputError(f"{label}: {error}") from None


def _given(session: Session, actor: User) -> list[tuple[TwinRow, int]]:
    """The twins, and their numbers, in the order of these.

    In two steps: a database that does not know how few twins there are walks all encounters.
    """
    query = select(TwinRow).where(TwinRow.purpose == TwinPurpose.GOLD)
    twins = {each.encounter_id: each for each in session.scalars(query)}
    mine = (EncounterRow.id.in_(twins), *seen(session, actor))
    numbers = select(EncounterRow.id, EncounterRow.number).where(*mine)
    found = session.execute(numbers.order_by(EncounterRow.number))
    return [(twins[row.id], row.number) for row in found]


def _golds(session: Session) -> Mapping[str, GoldEncounter]:
    rows = session.scalars(select(GoldRow)).all()
    return {each.id: each for each in read_gold_rows(session, rows)}


def _trial(row: TwinRow, number: int, gold: GoldEncounter, signature: Event | None) -> GoldTrial:
    return GoldTrial(
        gold=gold,
        coder=row.coder,
        encounter_id=row.encounter_id,
        encounter=encounter_label(number),
        given=row.at,
        signed_at=signature.at if signature else None,
        signer=signature.actor if signature else None,
        coded=frozen_codes(signature) if signature else (),
    )
