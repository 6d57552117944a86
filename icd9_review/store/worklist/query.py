"""What a query of the worklist means in SQL, on the summaries of encounters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, false, func, or_, select
from sqlalchemy.orm import Session

from icd9_review.codes.search.text import without_unseen
from icd9_review.store.database.tables import EncounterRow, SummaryRow
from icd9_review.store.intake.external_ids import account_digest
from icd9_review.store.querying.standing import stands_asked
from icd9_review.values import Likelihood, WorklistQuery, WorklistSort

Conditions = list[ColumnElement[bool]]
"""What rows meet, all of it."""

_LONGEST_SEARCH = 200  # characters; by judgement: what is searched is shorter
_BANDS = {
    Likelihood.VERY_LIKELY: (0.895, 2.0),
    Likelihood.LIKELY: (0.695, 0.895),
    Likelihood.POSSIBLE: (0.395, 0.695),
    Likelihood.UNLIKELY: (0.0, 0.395),
}
"""The probabilities of each band, as people see them: rounded to whole percents."""

_CERTAINTY = func.coalesce(SummaryRow.confidence, 2.0)
"""The probability of the likeliest open suggestion, above every other where there is none."""

_ORDERS: dict[WorklistSort, tuple[tuple[SQLColumnExpression[Any], bool], ...]] = {
    WorklistSort.NEWEST: ((SummaryRow.number, False),),
    WorklistSort.OLDEST: ((SummaryRow.number, True),),
    WorklistSort.MOST_OPEN: ((SummaryRow.open, False), (SummaryRow.number, False)),
    WorklistSort.LAST_CHANGED: ((SummaryRow.at, False), (SummaryRow.number, False)),
    WorklistSort.CHART_AGE: ((SummaryRow.chart_date, True), (SummaryRow.number, False)),
    WorklistSort.LEAST_CERTAIN: ((_CERTAINTY, True), (SummaryRow.number, False)),
}
"""What each order goes by, and whether upwards; no two encounters tie."""


def filters(session: Session, query: WorklistQuery) -> Conditions:
    """Everything but status and archive; LIKE's wildcards in a search stand for themselves."""
    wanted = _searched(session, query.search)
    if query.setting is not None:
        wanted.append(SummaryRow.setting == query.setting)
    if query.assignees:
        wanted.append(assigned_to(query.assignees))
    if query.dated_before is not None:
        wanted.append(SummaryRow.chart_date < query.dated_before)
    if query.with_errors:
        wanted.append(SummaryRow.errors > 0)
    if query.asked is not None:
        wanted.append(stands_asked(session, query.asked, SummaryRow.encounter_id))
    if query.likelihood is not None:
        least, below = _BANDS[query.likelihood]
        wanted.append(and_(SummaryRow.confidence >= least, SummaryRow.confidence < below))
    return wanted


def left_in(session: Session, query: WorklistQuery, *, by_index: bool = True) -> Conditions:
    """What is not archived, unless that is asked for too.

    Not ``by_index`` where every row is read: SQLite would look up each of a million by itself,
    which takes ten times as long as reading them as they lie.
    """
    if query.archived:
        return []
    if by_index or session.get_bind().dialect.name != "sqlite":
        return [~SummaryRow.archived]
    return [~func.coalesce(SummaryRow.archived, false())]


def _searched(session: Session, search: str) -> list[ColumnElement[bool]]:
    """Every word occurs, or the whole is the number of an account.

    Of what has digits there is less, so that it is looked for first.
    """
    seen = without_unseen(search[:_LONGEST_SEARCH])
    folded = seen.replace("\x00", " ").casefold().encode(errors="replace").decode()
    sqlite = session.get_bind().dialect.name == "sqlite"
    rarest_first = sorted(folded.split(), key=lambda word: not any(map(str.isdigit, word)))
    mentioned = [_mentions(word, sqlite=sqlite) for word in rarest_first]
    account = account_digest(session, folded) if mentioned else None
    if account is None:
        return mentioned
    of_account = select(EncounterRow.id).where(EncounterRow.account == account)
    return [or_(and_(*mentioned), SummaryRow.encounter_id.in_(of_account))]


def _mentions(word: str, *, sqlite: bool) -> ColumnElement[bool]:
    """Whether a word occurs; E-7 finds E-00007 too.

    Both are folded. SQLite's LIKE folds each letter once more, which takes most of its time.
    """
    occurs: ColumnElement[bool] = (
        func.instr(SummaryRow.search, word) > 0
        if sqlite
        else SummaryRow.search.contains(word, autoescape=True)
    )
    if label := re.fullmatch("e-?0*([1-9][0-9]{0,8})", word):
        return or_(occurs, SummaryRow.number == int(label[1]))
    return occurs


def assigned_to(assignees: Sequence[int | None]) -> ColumnElement[bool]:
    """Whether the encounter is one of these people's; None stands for nobody."""
    people = [person for person in assignees if person is not None]
    assigned = SummaryRow.assignee.in_(people)
    return or_(assigned, SummaryRow.assignee.is_(None)) if None in assignees else assigned


def in_statuses(query: WorklistQuery) -> list[ColumnElement[bool]]:
    """The statuses asked for, if any were."""
    return [SummaryRow.status.in_(query.statuses)] if query.statuses else []


def order_by(sort: WorklistSort) -> list[ColumnElement[Any]]:
    """The columns of an order, for ORDER BY, in the words of an index of them."""
    if sort is WorklistSort.LEAST_CERTAIN:
        return [SummaryRow.confidence.asc().nulls_last(), SummaryRow.number.desc()]
    return [column.asc() if upwards else column.desc() for column, upwards in _ORDERS[sort]]


def follows(session: Session, encounter_id: str, sort: WorklistSort) -> ColumnElement[bool]:
    """Whether an encounter comes after this one in the order of the worklist."""
    columns = _ORDERS[sort]
    here = session.execute(
        select(*(column for column, _ in columns))
        .select_from(SummaryRow)
        .where(SummaryRow.encounter_id == encounter_id)
    ).one()
    ties: list[ColumnElement[bool]] = []
    later: list[ColumnElement[bool]] = []
    for (column, upwards), value in zip(columns, here, strict=True):
        later.append(and_(*ties, column > value if upwards else column < value))
        ties.append(column == value)
    return or_(*later)
