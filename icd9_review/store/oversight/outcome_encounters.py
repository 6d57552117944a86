"""The encounters behind a figure of outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from icd9_review.quality.outcomes.certainty_bins import decided_times
from icd9_review.quality.outcomes.counting import SCORE_BINS
from icd9_review.quality.outcomes.periods import Period
from icd9_review.quality.outcomes.telling import TEN_THOUSAND, VERDICT_KINDS
from icd9_review.store.database.engine import Database, plan_each_time
from icd9_review.store.database.tables import (
    ArmCaseRow,
    CodeRecordRow,
    EncounterRow,
    OutcomeCaseRow,
    OutcomeScoreRow,
)
from icd9_review.store.oversight.outcome_ceilings import ceiling_of
from icd9_review.store.oversight.outcome_counts import within
from icd9_review.store.people.access import seen
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.projections.outcomes import UNCOUNTED
from icd9_review.values import (
    OutcomeChoice,
    OutcomeEncounter,
    OutcomeKind,
    OutcomeQuery,
    User,
    encounter_label,
)

_Columns = TypeVarTuple("_Columns")
_SOON = (2_000, 6_000, 20_000)
"""How many of the newest encounters are looked at before all are; by judgement: 10 to 100 ms."""
_FEW = 2_000
"""Codes of encounters that are as soon looked up as looked for; by judgement: some 20 ms."""
_WIDTH = TEN_THOUSAND // SCORE_BINS


def outcome_encounters(
    database: Database,
    query: OutcomeQuery,
    period: Period,
    choice: OutcomeChoice,
    *,
    actor: User,
    limit: int,
) -> tuple[OutcomeEncounter, ...]:
    """The newest encounters of a figure that a person sees, no more than ``limit``.

    One for each code that is meant; of groups and signers one for each encounter. Raises
    PermissionDenied.
    """
    check_may(actor, Act.AUDIT)
    with database.read() as session:
        plan_each_time(session)
        of_cases = choice.signed or choice.group is not None or choice.signer is not None
        read = _arms if choice.arm is not None else _cases if of_cases else _codes
        return read(session, query, period, choice, actor, limit)


def _codes(
    session: Session,
    query: OutcomeQuery,
    period: Period,
    choice: OutcomeChoice,
    actor: User,
    limit: int,
) -> tuple[OutcomeEncounter, ...]:
    row = CodeRecordRow
    asked = select(EncounterRow.number, row).join(row, row.encounter_id == EncounterRow.id)
    conditions = (
        *_in_period(query, period),
        *_chosen(choice),
        *_as_often(query, period, choice),
        *seen(session, actor),
    )
    found = _of_codes(session, query, period, choice, asked.where(*conditions), limit)
    return tuple(
        OutcomeEncounter(
            encounter=encounter_label(number),
            encounter_id=record.encounter_id,
            month=record.month or 0,
            key=(record.kind, record.code),
            outcome=OutcomeKind(str(record.outcome)),
            detail=record.detail or "",
            score=record.score,
            actor=record.actor,
        )
        for number, record in found
    )


def _of_codes(
    session: Session,
    query: OutcomeQuery,
    period: Period,
    choice: OutcomeChoice,
    asked: Select[*_Columns],
    limit: int,
) -> Sequence[Row[*_Columns]]:
    """Many are soon met among the newest, few are looked up by their codes, and none nowhere.

    How many there are the sums tell; of a code at once, of all codes not as soon as the newest.
    """
    soon, *_, later = _SOON
    if choice.key is None and len(found := _among_newest(session, asked, limit, soon)) == limit:
        return found
    ceiling = ceiling_of(session, query, period, choice)
    if not ceiling.total:
        return []
    if ceiling.total > _FEW and len(found := _among_newest(session, asked, limit, later)) == limit:
        return found
    return _all_of(session, asked.where(*ceiling.narrow(choice)), limit)


def _in_period(query: OutcomeQuery, period: Period) -> list[ColumnElement[bool]]:
    row = CodeRecordRow
    found: list[ColumnElement[bool]] = [row.month >= period.first, row.month <= period.last]
    return found if query.version is None else [*found, row.version == query.version]


def _chosen(choice: OutcomeChoice) -> list[ColumnElement[bool]]:
    row = CodeRecordRow
    found: list[ColumnElement[bool]] = [row.outcome != UNCOUNTED]  # nor what nobody counted
    if choice.key is not None:
        found += [row.kind == choice.key[0], row.code == choice.key[1]]
    if choice.outcomes:
        found.append(row.outcome.in_(choice.outcomes))
    if choice.suggested is not None:
        found.append(row.suggested.is_(choice.suggested))
    if choice.detail is not None:
        found.append(row.detail == choice.detail)
    if choice.bin is not None:
        low, high = choice.bin * _WIDTH, (choice.bin + 1) * _WIDTH
        found += [row.suggested.is_(True), row.outcome.in_(VERDICT_KINDS)]
        found += [row.score <= high, row.score > (low if choice.bin else -1)]
    if choice.raw is not None:
        low, high = choice.raw * _WIDTH, (choice.raw + 1) * _WIDTH
        found += [row.suggested.is_(True), row.raw <= high, row.raw > (low if choice.raw else -1)]
    if choice.often is not None:
        found.append(row.suggested.is_(True))
    return found


def _as_often(
    query: OutcomeQuery, period: Period, choice: OutcomeChoice
) -> list[ColumnElement[bool]]:
    """That a code is one of those that were decided on about as often in the period."""
    if choice.often is None:
        return []
    low, high = decided_times(choice.often)
    row, decided = OutcomeScoreRow, func.sum(OutcomeScoreRow.count)
    codes = (
        select(row.kind, row.code)
        .where(*within(row, query, period))
        .group_by(row.kind, row.code)
        .having(decided >= low, decided < high)
    )
    return [tuple_(CodeRecordRow.kind, CodeRecordRow.code).in_(codes)]


def _cases(
    session: Session,
    query: OutcomeQuery,
    period: Period,
    choice: OutcomeChoice,
    actor: User,
    limit: int,
) -> tuple[OutcomeEncounter, ...]:
    row = OutcomeCaseRow
    asked = select(EncounterRow.number, EncounterRow.id, row.month, row.signer, row.seconds).join(
        row, row.encounter_id == EncounterRow.id
    )
    conditions = within(row, query, period)
    if choice.group is not None:
        axis, value = choice.group
        conditions.append(getattr(row, axis.value) == value)
    if choice.signed:
        conditions.append(row.seconds.is_not(None))
    asked = asked.where(*conditions, *seen(session, actor))
    if choice.signer is None:
        found = _newest(session, asked, limit)
    else:  # the newest are soon read, and fewer than all of one person, which an index has
        soon, every = asked.where(row.signer + 0 == choice.signer), row.signer == choice.signer
        found = _newest(session, soon, limit, asked.where(every))
    return tuple(
        OutcomeEncounter(
            encounter_label(number), encounter_id, month, actor=signer, seconds=seconds
        )
        for number, encounter_id, month, signer, seconds in found
    )


def _arms(
    session: Session,
    query: OutcomeQuery,
    period: Period,
    choice: OutcomeChoice,
    actor: User,
    limit: int,
) -> tuple[OutcomeEncounter, ...]:
    row = ArmCaseRow
    asked = select(EncounterRow.number, EncounterRow.id, row.month, row.signer).join(
        row, row.encounter_id == EncounterRow.id
    )
    mine = row.arm == (choice.arm.value if choice.arm else "")
    conditions = [*within(row, query, period), mine, *seen(session, actor)]
    found = _newest(session, asked.where(*conditions), limit)
    return tuple(
        OutcomeEncounter(encounter_label(number), encounter_id, month, actor=signer)
        for number, encounter_id, month, signer in found
    )


def _newest(
    session: Session,
    asked: Select[*_Columns],
    limit: int,
    every: Select[*_Columns] | None = None,
) -> Sequence[Row[*_Columns]]:
    """The newest of what is asked for; ``every`` asks the same of all encounters.

    Of a common kind the newest encounters have enough. Of a rare one all are read, as they would
    be without a look at these: no index has every figure in the order of encounters.
    """
    for most in _SOON:
        if len(found := _among_newest(session, asked, limit, most)) == limit:
            return found
    return _all_of(session, asked if every is None else every, limit)


def _among_newest(
    session: Session, asked: Select[*_Columns], limit: int, most: int
) -> Sequence[Row[*_Columns]]:
    """By the number that the newest begin behind, and by name: by the one alone SQLite reads all
    cases of the months, by the other PostgreSQL all encounters."""
    each = aliased(EncounterRow)
    by_number = select(each.number).order_by(each.number.desc())
    last = session.scalar(by_number.offset(most).limit(1)) or 0
    named = EncounterRow.id.in_(select(each.id).where(each.number > last))
    return _all_of(session, asked.where(EncounterRow.number > last, named), limit)


def _all_of(session: Session, asked: Select[*_Columns], limit: int) -> Sequence[Row[*_Columns]]:
    return session.execute(asked.order_by(EncounterRow.number.desc()).limit(limit)).all()
