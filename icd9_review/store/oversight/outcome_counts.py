"""What was counted of outcomes, as a page and a command ask for it: sums alone, made in SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    case,
    cast,
    exists,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import Session

from icd9_review.quality.outcomes.certainty_bins import ScoreCount
from icd9_review.quality.outcomes.coders import CaseCount
from icd9_review.quality.outcomes.counting import RAW
from icd9_review.quality.outcomes.figures import FINAL_KINDS, CodeCount
from icd9_review.quality.outcomes.periods import Period, last_months
from icd9_review.quality.outcomes.report import OutcomeCounts, PeriodCounts
from icd9_review.quality.outcomes.subgroups import GroupCount
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import (
    ArmCaseRow,
    CodeRecordRow,
    ModelVersionRow,
    OutcomeCaseRow,
    OutcomeCountRow,
    OutcomeScoreRow,
    OutcomeTallyRow,
    OutcomeTimeRow,
)
from icd9_review.store.oversight.arm_counts import read_arms
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.values import (
    CaseAxis,
    CodeKey,
    Kind,
    OutcomeKind,
    OutcomePart,
    OutcomeQuery,
    User,
)

_Row = TypeVar(
    "_Row", OutcomeCountRow, OutcomeScoreRow, OutcomeTallyRow, OutcomeCaseRow, ArmCaseRow
)
_Conditions = Sequence[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class CountedVersion:
    """A model version of which outcomes are counted; no name where it is stored no more.

    ``version`` is empty for what was decided without a model.
    """

    version: str
    name: str | None


def read_outcomes(
    database: Database,
    query: OutcomeQuery,
    parts: Collection[OutcomePart] = tuple(OutcomePart),
    *,
    actor: User,
) -> OutcomeCounts:
    """What was counted of all encounters, those of other teams too: sums, and no encounter.

    What a part alone needs is left out without it, and of one code there are its counts alone.
    Raises PermissionDenied.
    """
    check_may(actor, Act.AUDIT)
    with database.read() as session:
        return outcomes_within(session, query, parts)


def outcomes_within(
    session: Session, query: OutcomeQuery, parts: Collection[OutcomePart] = tuple(OutcomePart)
) -> OutcomeCounts:
    """The same, where a read is under way and who asks may."""
    uncounted = _is_uncounted(session)
    period = _period(session, query)
    if period is None:
        return OutcomeCounts(None, uncounted=uncounted)
    counted = OutcomeCounts(period, uncounted=uncounted)
    if OutcomePart.CODES in parts or query.key is not None:
        counted = replace(counted, codes=_codes(session, query, period))
    else:
        counted = replace(counted, totals=_totals(session, query, period))
    if OutcomePart.PROBABILITIES in parts:
        counted = replace(counted, scores=_scores(session, query, period))
    if query.key is not None:
        return counted
    counted = replace(counted, cases=_cases(session, query, period))
    if OutcomePart.GROUPS in parts:
        counted = replace(counted, groups=_groups(session, query, period))
    if OutcomePart.ARMS in parts:
        arms = read_arms(session, within(ArmCaseRow, query, period))
        counted = replace(counted, arms=arms)
    if OutcomePart.DRIFT in parts:
        after = last_months(period) if query.first is None else period
        before, now = _compared(session, query, after.before(), after)
        counted = replace(counted, before=before, after=now)
    return counted


def counted_versions(database: Database, *, actor: User) -> tuple[CountedVersion, ...]:
    """The model versions of which outcomes are counted, latest used first. Raises as above."""
    check_may(actor, Act.AUDIT)
    counted = select(OutcomeTallyRow.version).distinct().subquery()
    query = (
        select(counted.c.version, ModelVersionRow.name)
        .outerjoin(ModelVersionRow, ModelVersionRow.version == counted.c.version)
        .order_by(ModelVersionRow.in_use_since.desc(), counted.c.version)
    )
    with database.read() as session:
        found = [CountedVersion(row.version, row.name) for row in session.execute(query)]
    return tuple(sorted(found, key=lambda each: each.name is None))


def counted_months(database: Database, *, actor: User) -> Period | None:
    """The first and last month of which anything is counted; None of nothing. Raises as above."""
    check_may(actor, Act.AUDIT)
    with database.read() as session:
        return _period(session, OutcomeQuery())


def within(table: type[_Row], query: OutcomeQuery, period: Period) -> list[ColumnElement[bool]]:
    """The conditions that a row is of this period and of the version that is asked for."""
    found: list[ColumnElement[bool]] = [
        table.month >= period.first,
        table.month <= period.last,
    ]
    return found if query.version is None else [*found, table.version == query.version]


def _is_uncounted(session: Session) -> bool:
    return bool(session.scalar(select(exists().where(CodeRecordRow.outcome.is_(None)))))


def _period(session: Session, query: OutcomeQuery) -> Period | None:
    """The months asked for, as far as there are any; None where nothing is counted at all."""
    months = [
        month
        for table in (OutcomeCaseRow, ArmCaseRow)
        for edge in (func.min, func.max)
        if (month := session.scalar(select(edge(table.month)))) is not None
    ]
    if not months:
        return None
    begin, end = query.first or min(months), query.last or max(months)
    return Period(begin, end) if begin <= end else Period(begin, begin)


def _of_code(
    table: type[OutcomeCountRow | OutcomeScoreRow], query: OutcomeQuery
) -> list[ColumnElement[bool]]:
    if query.key is None:
        return []
    return [table.kind == query.key[0], table.code == query.key[1]]


def _codes(session: Session, query: OutcomeQuery, period: Period) -> tuple[CodeCount, ...]:
    row = OutcomeCountRow
    keys = (row.kind, row.code, row.outcome, row.detail, row.suggested)
    found = _summed(
        session, keys, (row.count,), [*within(row, query, period), *_of_code(row, query)]
    )
    return tuple(
        CodeCount(kind, code, OutcomeKind(outcome), detail, suggested, cases)
        for kind, code, outcome, detail, suggested, cases in found
    )


def _totals(session: Session, query: OutcomeQuery, period: Period) -> tuple[CodeCount, ...]:
    """All codes together: what stands above every part, without a row for each of them."""
    row = OutcomeCountRow
    # In words of SQL: a database that gets values apart takes each for another expression.
    rejected: Any = literal_column(f"'{OutcomeKind.REJECTED}'")
    none: Any = literal_column("''")
    reason = case((row.outcome == rejected, row.detail), else_=none)
    keys = (row.outcome, reason, row.suggested)
    found = _summed(session, keys, (row.count,), within(row, query, period))
    return tuple(
        CodeCount(Kind.DIAGNOSIS, "", OutcomeKind(outcome), detail, suggested, cases)
        for outcome, detail, suggested, cases in found
    )


def _scores(session: Session, query: OutcomeQuery, period: Period) -> tuple[ScoreCount, ...]:
    row = OutcomeScoreRow
    keys, sums = (row.kind, row.code, row.bin, row.accepted), (row.count, row.total, row.squares)
    found = _summed(session, keys, sums, [*within(row, query, period), *_of_code(row, query)])
    return tuple(ScoreCount(*each) for each in found)


def _cases(session: Session, query: OutcomeQuery, period: Period) -> tuple[CaseCount, ...]:
    if query.first is None and query.last is None:
        return _cases_ever(session, query)
    row = OutcomeCaseRow
    conditions = [*within(row, query, period), row.signer.is_not(None)]
    asked = (
        select(row.signer, row.seconds, func.count(), _sum(row.decided), _sum(row.accepted))
        .where(*conditions)
        .group_by(row.signer, row.seconds)
    )
    return tuple(CaseCount(*each) for each in session.execute(asked))


def _cases_ever(session: Session, query: OutcomeQuery) -> tuple[CaseCount, ...]:
    """The same of all months, which are summed already."""
    row = OutcomeTimeRow
    mine = [] if query.version is None else [row.version == query.version]
    sums = (row.charts, row.decided, row.accepted)
    return tuple(
        CaseCount(*each) for each in _summed(session, (row.signer, row.seconds), sums, mine)
    )


def _groups(session: Session, query: OutcomeQuery, period: Period) -> tuple[GroupCount, ...]:
    row = OutcomeTallyRow
    conditions = [*within(row, query, period), row.axis != RAW]
    sums = (row.cases, row.shown, row.decided, row.accepted)
    found = _summed(session, (row.axis, row.value), sums, conditions)
    return tuple(GroupCount(*each) for each in found if each[2])


def _compared(
    session: Session, query: OutcomeQuery, before: Period, after: Period
) -> tuple[PeriodCounts, PeriodCounts]:
    """What is compared of two periods, the codes of both summed in one go."""
    row = OutcomeCountRow
    conditions = [*within(row, query, Period(before.first, after.last))]
    earlier = case((row.month <= before.last, row.count), else_=0)
    later = case((row.month >= after.first, row.count), else_=0)
    conditions.append(row.outcome.in_(FINAL_KINDS))
    found = _summed(session, (row.kind, row.code), (earlier, later), conditions)
    first = {(kind, code): cases for kind, code, cases, _ in found if cases}
    second = {(kind, code): cases for kind, code, _, cases in found if cases}
    return (
        _of_period(session, query, before, first),
        _of_period(session, query, after, second),
    )


def _of_period(
    session: Session, query: OutcomeQuery, period: Period, codes: Mapping[CodeKey, int]
) -> PeriodCounts:
    row = OutcomeTallyRow
    mine = within(row, query, period)
    groups = _summed(session, (row.axis, row.value), (row.cases, row.shown), mine)
    lengths, words = (
        {value: cases for axis, value, cases, _ in groups if axis == wanted.value and cases}
        for wanted in (CaseAxis.LENGTH, CaseAxis.VOCABULARY)
    )
    return PeriodCounts(
        period=period,
        cases=sum(lengths.values()),
        scores={value: shown for axis, value, _, shown in groups if axis == RAW},
        lengths=lengths,
        codes=codes,
        vocabulary=words,
    )


def _summed(
    session: Session, keys: Sequence[Any], sums: Sequence[Any], conditions: _Conditions
) -> Sequence[Any]:
    """The sums by these keys, made by the database."""
    asked: Select[Any] = select(*keys, *map(_sum, sums)).where(*conditions).group_by(*keys)
    return session.execute(asked).all()


def _sum(column: Any) -> Any:
    return cast(func.sum(column), BigInteger)  # PostgreSQL's is a decimal
