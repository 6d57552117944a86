"""The worklist: filtered, searched, ordered and paged in SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    case,
    exists,
    func,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from icd9_review.errors import NotFound
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import (
    IN_WORK,
    ClaimRow,
    EncounterRow,
    NoteRow,
    SummaryRow,
    UserRow,
)
from icd9_review.store.deciding.veils import find_veils
from icd9_review.store.intake.note_rows import is_current
from icd9_review.store.ledger.purged import find_purges
from icd9_review.store.people.access import check_sees, seen
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.querying.standing import seen_standings
from icd9_review.store.recoding.twin_marks import first_for, is_for
from icd9_review.store.worklist import claims
from icd9_review.store.worklist.assignments import assign_locked
from icd9_review.store.worklist.query import (
    assigned_to,
    filters,
    follows,
    in_statuses,
    left_in,
    order_by,
)
from icd9_review.values import (
    Claim,
    EncounterStatus,
    Purge,
    User,
    Veil,
    WorklistPage,
    WorklistQuery,
    WorklistRow,
    encounter_label,
)

_EVERYTHING = WorklistQuery()

_FEW = 5_000
"""Encounters that are ordered by themselves; by judgement: some 20 ms."""

_STATUSES = tuple(EncounterStatus)
_Conditions = Sequence[ColumnElement[bool]]
_Columns = TypeVarTuple("_Columns")
_holder = aliased(UserRow)
_assignee = aliased(UserRow)


def worklist(
    database: Database, query: WorklistQuery, *, now: datetime | None = None
) -> WorklistPage:
    """One page of the worklist, with how many encounters there are in all and per status.

    ``now`` decides which claims still last; it is the present unless given.
    """
    with database.read() as session:
        chosen = _choose(session, query, seen(session))
        found = session.execute(_page(query, chosen.here, now or ledger.now())).all()
        ids = [row.EncounterRow.id for row in found]
        titles, purges = _titles(session, ids), find_purges(session, ids)
        veils = find_veils(session, {row.EncounterRow.id: row.EncounterRow.arm for row in found})
        asked = seen_standings(session, ids)
    rows = (_row(row, titles, purges, veils) for row in found)
    return WorklistPage(
        rows=tuple(replace(row, queries=asked.get(row.id, row.queries)) for row in rows),
        total=chosen.total,
        counts=chosen.counts,
    )


def status(database: Database, encounter_id: str) -> EncounterStatus:
    """Where one encounter stands on the worklist. Raises NotFound."""
    with database.read() as session:
        check_sees(session, [encounter_id])
        summary = session.get(SummaryRow, encounter_id)
        if summary is None:
            raise NotFound("No encounter is stored under this identifier.")
        return summary.status


def next_encounter(
    database: Database,
    after_id: str | None = None,
    query: WorklistQuery = _EVERYTHING,
    *,
    user: User | None = None,
    now: datetime | None = None,
) -> str | None:
    """The encounter to work on after this one, in the order of the worklist.

    One that was read and has its text, is neither held nor finalised, and is not this one;
    after the last comes the first again. For a ``user`` what is assigned to them comes
    before what is nobody's, and twins for them before both; what another person claims, is to
    code, or is assigned where the query names no assignees, is left out. None where there is
    none. Limit and offset do not matter.
    """
    with database.read() as session:
        return session.scalar(_next(session, query, user, now or ledger.now(), after_id))


def take_next(
    database: Database,
    user: User,
    query: WorklistQuery = _EVERYTHING,
    *,
    now: datetime | None = None,
) -> str | None:
    """Find the next encounter for a person, assign it to them and claim it, in one step.

    Of two who ask at once each gets another one. None where nothing is left that is
    theirs or nobody's. Raises PermissionDenied for a role that does not decide on codes.
    """
    check_may(user, Act.CODE)
    assignees = [each for each in query.assignees or (user.id, None) if each in (user.id, None)]
    if not assignees:
        return None
    query, now = replace(query, assignees=tuple(assignees)), now or ledger.now()
    with database.write() as session:
        lock(session, "take_next")
        while (found := session.scalar(_next(session, query, user, now))) is not None:
            ledger.lock_heads(session, [found])
            still = _next(session, query, user, now).where(SummaryRow.encounter_id == found)
            if session.scalar(still) is not None:  # now that it is locked
                claims.renew(session, found, user, now=now)
                assign_locked(session, [found], user.id, user)
                return found
        return None


def _next(
    session: Session,
    query: WorklistQuery,
    user: User | None,
    now: datetime,
    after_id: str | None = None,
) -> Select[str]:
    """The first encounter there is to work on after another one, and for this person.

    Of summaries alone, in an index of those in work: it has all but the words that are searched.
    Encounters are looked at only where not everybody sees all of them.
    """
    found = (
        _of(mine := seen(session, user), select(SummaryRow.encounter_id))
        .where(IN_WORK, ~SummaryRow.purged, *left_in(session, query), *in_statuses(query))
        .where(*filters(session, query), *mine)
        .limit(1)
    )
    if user is not None:
        found = found.where(*_for(user, query, now))
        found = found.order_by(first_for(SummaryRow.encounter_id, user.id))
        found = found.order_by(case((SummaryRow.assignee == user.id, 0), else_=1))
    if after_id is not None and session.get(SummaryRow, after_id) is not None:
        found = found.where(SummaryRow.encounter_id != after_id)
        found = found.order_by(case((follows(session, after_id, query.sort), 0), else_=1))
    return found.order_by(*order_by(query.sort))


def _for(user: User, query: WorklistQuery, now: datetime) -> list[ColumnElement[bool]]:
    """What another person neither claims nor is to code nor, unless asked for, is assigned."""
    claimed = exists().where(
        ClaimRow.encounter_id == SummaryRow.encounter_id,
        claims.lasts(now),
        ClaimRow.user_id != user.id,
    )
    mine = [~claimed, is_for(SummaryRow.encounter_id, user.id)]
    return mine if query.assignees else [*mine, assigned_to((user.id, None))]


@dataclass(frozen=True, slots=True)
class _Chosen:
    """How many encounters a query finds by status, of all statuses, and in those it asks for.

    ``here`` are the ids of these, in no order.
    """

    counts: dict[EncounterStatus, int]
    total: int
    here: Select[str]


def _choose(session: Session, query: WorklistQuery, mine: _Conditions) -> _Chosen:
    """Few are found first and ordered then; of many the first are soon met in the order asked for.

    Whether few meet the filters is seen first: one reading then tells which they are, and how many.
    """
    asked = [*filters(session, query), *mine]
    read = [*left_in(session, query, by_index=not query.search), *asked]
    wanted = [*left_in(session, query), *asked]
    if len(asked) > len(mine):
        first = _of(mine, select(SummaryRow.encounter_id, SummaryRow.status)).where(*read)
        found = session.execute(first.limit(_FEW + 1)).all()
        if len(found) <= _FEW:
            statuses = set(query.statuses or EncounterStatus)
            ids = [encounter_id for encounter_id, status in found if status in statuses]
            here = select(SummaryRow.encounter_id).where(SummaryRow.encounter_id.in_(ids))
            return _Chosen(_every_status(Counter(row.status for row in found)), len(ids), here)
    counts = _count(session, read, mine, reads_rows=bool(query.search))
    total = sum(counts[status] for status in set(query.statuses or counts))
    here = _of(mine, select(SummaryRow.encounter_id)).where(*wanted, *in_statuses(query))
    if total <= _FEW:  # OFFSET keeps databases from finding and ordering in one go
        few = SummaryRow.encounter_id.in_(here.offset(0))
        here = select(SummaryRow.encounter_id).where(few)
    return _Chosen(counts, total, here)


def _of(mine: _Conditions, query: Select[*_Columns]) -> Select[*_Columns]:
    """With the encounters, where who asks does not see them all."""
    on = EncounterRow.id == SummaryRow.encounter_id
    return query.join(EncounterRow, on) if mine else query


def _count(
    session: Session, wanted: _Conditions, mine: _Conditions, *, reads_rows: bool
) -> dict[EncounterStatus, int]:
    """How many in each status. An index has all that is filtered by, and the rows are long.

    Where words are looked for the rows are read all the same: then as they lie, and added up
    without sorting what is found by status, which takes the longer the more that is.
    """
    status = type_coerce(SummaryRow.status, String)
    if reads_rows:
        sums = [func.count().filter(status == each.value).label(each.value) for each in _STATUSES]
        (row,) = session.execute(_of(mine, select(*sums).select_from(SummaryRow).where(*wanted)))
        return dict(zip(_STATUSES, row, strict=True))
    found = session.execute(_of(mine, select(status, func.count()).where(*wanted).group_by(status)))
    return _every_status({EncounterStatus(status): count for status, count in found})


def _every_status(counts: Mapping[EncounterStatus, int]) -> dict[EncounterStatus, int]:
    return {**dict.fromkeys(EncounterStatus, 0), **counts}


def _page(query: WorklistQuery, here: Select[str], now: datetime) -> Select[*tuple[Any, ...]]:
    """The rows of one page. What is ordered are ids alone: whole rows are many times longer."""
    order = order_by(query.sort)
    page = here.order_by(*order).limit(query.limit).offset(query.offset).subquery()
    return (
        select(SummaryRow, EncounterRow, UserRow.name, _assignee, ClaimRow, _holder)
        .join(page, page.c.encounter_id == SummaryRow.encounter_id)
        .join(EncounterRow, EncounterRow.id == SummaryRow.encounter_id)
        .join(UserRow, UserRow.id == SummaryRow.actor)
        .outerjoin(_assignee, _assignee.id == EncounterRow.assignee)
        .outerjoin(ClaimRow, and_(ClaimRow.encounter_id == EncounterRow.id, claims.lasts(now)))
        .outerjoin(_holder, _holder.id == ClaimRow.user_id)
        .order_by(*order)
    )


def _titles(session: Session, encounter_ids: Sequence[str]) -> dict[str, list[str]]:
    titles: dict[str, list[str]] = {encounter_id: [] for encounter_id in encounter_ids}
    for encounter_id, title in session.execute(
        select(NoteRow.encounter_id, NoteRow.title)
        .where(NoteRow.encounter_id.in_(encounter_ids), is_current())
        .order_by(NoteRow.encounter_id, NoteRow.position)
    ):
        titles[encounter_id].append(title)
    return titles


def _row(
    row: Row[*tuple[Any, ...]],
    titles: Mapping[str, Sequence[str]],
    purges: Mapping[str, Purge],
    veils: Mapping[str, Veil],
) -> WorklistRow:
    summary, encounter, actor, assignee, claim, holder = row
    return WorklistRow(
        id=encounter.id,
        number=encounter.number,
        label=encounter_label(encounter.number),
        setting=encounter.setting,
        age=encounter.age,
        sex=encounter.sex,
        admitted=encounter.admitted,
        discharged=encounter.discharged,
        titles=tuple(titles[encounter.id]),
        status=summary.status,
        open=summary.open,
        decided=summary.decided,
        errors=summary.errors,
        confidence=summary.confidence,
        assignee=None if assignee is None else _user(assignee),
        claim=None if claim is None else _claim(claim, holder),
        actor=actor,
        at=summary.at,
        created=encounter.created,
        purged=purges.get(encounter.id),
        service=encounter.service,
        payer=encounter.payer,
        veiled=not veils[encounter.id].suggestions,
    )


def _claim(claim: ClaimRow, holder: UserRow) -> Claim:
    return Claim(claim.encounter_id, _user(holder), claim.since, claim.until)


def _user(row: UserRow) -> User:
    return User(row.id, row.name, row.role)
