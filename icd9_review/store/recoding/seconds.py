"""Second coders: the rule by which they are asked for, and the twins that come of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from icd9_review.errors import InputError, ReviewError
from icd9_review.quality.second.groups import GroupAgreement
from icd9_review.quality.second.planning import (
    NO_ROOM,
    NOT_ACTIVE,
    SecondPlan,
    SecondRequest,
    check_second_rule,
    plan_seconds,
    room_left,
)
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import EncounterRow, EventRow, SummaryRow, TwinRow, UserRow
from icd9_review.store.intake.encounters import check_encounter_id
from icd9_review.store.intake.note_rows import new_id
from icd9_review.store.oversight.codings import encounter_codings
from icd9_review.store.people.access import check_sees, seen
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.querying.standing import query_standings
from icd9_review.store.recoding.twins import TwinRequest, make_twin
from icd9_review.values import (
    EventKind,
    GroupLevel,
    QueryStanding,
    Role,
    SecondCoding,
    SecondRule,
    TwinPurpose,
    User,
    encounter_label,
)

_SHOWN: Final = 100  # second codings of a list; by judgement: what a page shows
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SecondOutcome:
    """How many were asked for, what agreement was too low, and in a sentence why not more."""

    made: int
    low: tuple[GroupAgreement, ...]
    message: str


def second_rule(database: Database, *, actor: User) -> SecondRule:
    """The rule in force: the last that somebody set. Raises PermissionDenied."""
    check_may(actor, Act.KEEP_GOLD)
    with database.read() as session:
        return _rule(session)


def set_second_rule(database: Database, rule: SecondRule, *, actor: User) -> SecondRule:
    """Have second coders asked for by this rule. Raises InputError, PermissionDenied."""
    check_may(actor, Act.KEEP_GOLD)
    said = asdict(check_second_rule(rule)) | {"level": rule.level.value}
    with database.write() as session:
        key = f"second/{new_id()}"
        ledger.append(session, ledger.SYSTEM, EventKind.SECOND_RULE_SET, said, actor, key)
    return rule


def ask_seconds(database: Database, *, actor: User) -> SecondOutcome:
    """Ask for second coders as the rule in force says; what is asked for already counts.

    Raises PermissionDenied.
    """
    check_may(actor, Act.KEEP_GOLD)
    rule = second_rule(database, actor=actor)
    if not rule.active:
        return SecondOutcome(0, (), NOT_ACTIVE)
    plan = second_plan(database, rule, actor=actor)
    made, refused = 0, ""
    for request in plan.requests:
        with database.write() as session:
            lock(session, "encounters")
            if not _room(session, rule):
                return SecondOutcome(made, plan.low, NO_ROOM)
            refused = _ask(session, request, actor)
        made += not refused
    return SecondOutcome(made, plan.low, plan.message or ("" if made else refused))


def second_plan(database: Database, rule: SecondRule, *, actor: User) -> SecondPlan:
    """What a rule would ask for, without its limits. Raises PermissionDenied."""
    check_may(actor, Act.KEEP_GOLD)
    codings = encounter_codings(database, actor=actor).codings
    with database.read() as session:
        taken = set(session.scalars(select(TwinRow.source_id)))
        return plan_seconds(codings, _asked(session), rule, taken=taken)


def ask_second(database: Database, encounter_id: str, coder: int, *, actor: User) -> str:
    """Have one encounter coded once more by somebody; the short name of the twin.

    No limit applies. Raises InputError, DecisionError, TextPurged, NotFound, Restricted,
    PermissionDenied.
    """
    check_may(actor, Act.KEEP_GOLD)
    check_encounter_id(encounter_id)
    with database.write() as session:
        lock(session, "encounters")
        ledger.head(session, encounter_id)
        check_sees(session, [encounter_id], actor)
        person = session.get(UserRow, coder)
        if person is None:
            raise InputError(f"There is no person {coder}.")
        who = User(person.id, person.name, person.role)
        twin = make_twin(session, TwinRequest(encounter_id, TwinPurpose.SECOND, who), actor)
        return encounter_label(session.get_one(EncounterRow, twin.encounter_id).number)


def second_codings(database: Database, *, actor: User) -> tuple[SecondCoding, ...]:
    """The last second codings that a person sees, the newest first. Raises PermissionDenied."""
    check_may(actor, Act.KEEP_GOLD)
    with database.read() as session:
        query = (
            select(TwinRow, EncounterRow.number, SummaryRow.signed_at)
            .join(EncounterRow, EncounterRow.id == TwinRow.encounter_id)
            .join(SummaryRow, SummaryRow.encounter_id == TwinRow.encounter_id)
            .where(TwinRow.purpose == TwinPurpose.SECOND, *seen(session, actor))
            .order_by(EncounterRow.number.desc())
            .limit(_SHOWN)
        )
        rows = session.execute(query).all()
        numbers = _numbers(session, [twin.source_id for twin, _, _ in rows])
        asked = query_standings(session, [twin.encounter_id for twin, _, _ in rows])
        return tuple(
            SecondCoding(
                encounter_id=twin.source_id,
                encounter=encounter_label(numbers[twin.source_id]),
                twin_id=twin.encounter_id,
                twin=encounter_label(number),
                coder=twin.coder,
                group=str((twin.why or {}).get("group", "")),
                asked=twin.at,
                signed=signed is not None,
                waits=asked.get(twin.encounter_id, QueryStanding()).open,
            )
            for twin, number, signed in rows
        )


def _rule(session: Session) -> SecondRule:
    query = select(EventRow).where(
        EventRow.stream == ledger.SYSTEM, EventRow.kind == EventKind.SECOND_RULE_SET.value
    )
    row = session.scalars(query.order_by(EventRow.sequence.desc()).limit(1)).one_or_none()
    if row is None:
        return SecondRule()
    told = ledger.find(session, row.key)
    said: dict[str, Any] = dict(told.payload) if told else {}
    return SecondRule(
        active=said["active"],
        level=GroupLevel(said["level"]),
        least=said["least"],
        fewest=said["fewest"],
        per_day=said["per_day"],
        per_week=said["per_week"],
    )


def _asked(session: Session) -> dict[str, int]:
    """Each coder in service, and how often they were asked as a second one."""
    people = {
        row.id: row.name
        for row in session.scalars(
            select(UserRow).where(UserRow.active, ~UserRow.service, UserRow.role == Role.CODER)
        )
    }
    counted = session.execute(
        select(TwinRow.coder, func.count())
        .where(TwinRow.purpose == TwinPurpose.SECOND)
        .group_by(TwinRow.coder)
    )
    times = dict(counted.all())
    return {name: times.get(number, 0) for number, name in people.items()}


def _room(session: Session, rule: SecondRule) -> int:
    now = ledger.now()
    return room_left(_asked_since(session, now - _DAY), _asked_since(session, now - _WEEK), rule)


def _asked_since(session: Session, since: datetime) -> int:
    """How many were asked for by the rule; what somebody chose by hand does not count."""
    query = select(func.count()).select_from(TwinRow)
    wanted = (TwinRow.purpose == TwinPurpose.SECOND, TwinRow.at > since, TwinRow.why.is_not(None))
    return session.scalar(query.where(*wanted)) or 0


def _ask(session: Session, request: SecondRequest, actor: User) -> str:
    """Ask the first who can be; why nobody could, where that is so."""
    found, refused = request.found, ""
    why = {
        "group": found.group[1],
        "kind": found.group[0].value,
        "pair": [found.first, found.second],
        "positive": round(found.positive, 4),
    }
    for name in request.coders:
        person = session.scalars(select(UserRow).where(UserRow.name == name)).one()
        who = User(person.id, person.name, person.role)
        wanted = TwinRequest(request.encounter, TwinPurpose.SECOND, who, why=why)
        try:
            make_twin(session, wanted, actor)
        except ReviewError as error:  # told of this one; the next is asked
            refused = str(error)
        else:
            return ""
    return refused


def _numbers(session: Session, encounter_ids: Sequence[str]) -> Mapping[str, int]:
    query = select(EncounterRow.id, EncounterRow.number).where(EncounterRow.id.in_(encounter_ids))
    return {row.id: row.number for row in session.execute(query)}
