"""How many codes of encounters stand behind a figure of outcomes at most, as the sums tell.

The sums change in the transaction of what they sum, so that what they have none of is nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from icd9_review.quality.outcomes.counting import RAW
from icd9_review.quality.outcomes.figures import FINAL_KINDS
from icd9_review.quality.outcomes.periods import Period
from icd9_review.quality.outcomes.telling import VERDICT_KINDS
from icd9_review.store.database.tables import (
    CodeRecordRow,
    OutcomeCountRow,
    OutcomeScoreRow,
    OutcomeTallyRow,
)
from icd9_review.store.oversight.outcome_counts import within
from icd9_review.store.projections.outcomes import UNDECIDED
from icd9_review.values import CodeKey, OutcomeChoice, OutcomeQuery

_MOST_KEYS: Final = 200
"""Codes that are looked up one by one; by judgement: of more all records are as soon read."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """At most so many, ``of`` these codes; None where the sums do not tell codes apart."""

    total: int
    of: Mapping[CodeKey, int] | None = None

    def narrow(self, choice: OutcomeChoice) -> list[ColumnElement[bool]]:
        """Conditions that all of them meet, in the words of the index of codes."""
        row, found = CodeRecordRow, _standing(choice)
        if choice.key is None and self.of is not None and len(self.of) <= _MOST_KEYS:
            found.append(tuple_(row.kind, row.code).in_(list(self.of)))
        return found


def ceiling_of(
    session: Session, query: OutcomeQuery, period: Period, choice: OutcomeChoice
) -> Ceiling:
    """What the sums tell of a choice among codes."""
    if choice.raw is not None:
        row = OutcomeTallyRow
        mine = (row.axis == RAW, row.value == str(choice.raw))
        shown = select(func.sum(row.shown)).where(*within(row, query, period), *mine)
        return Ceiling(session.scalar(shown) or 0)
    table: Any = OutcomeCountRow if choice.bin is None else OutcomeScoreRow
    of = _by_code(session, table, query, period, choice)
    return Ceiling(sum(of.values()), of)


def _by_code(
    session: Session,
    table: Any,
    query: OutcomeQuery,
    period: Period,
    choice: OutcomeChoice,
) -> dict[CodeKey, int]:
    conditions = [*within(table, query, period), *_chosen(table, choice)]
    asked = select(table.kind, table.code, func.sum(table.count).label("total"))
    asked = asked.where(*conditions).group_by(table.kind, table.code)
    return {(row.kind, row.code): int(row.total) for row in session.execute(asked)}


def _chosen(table: Any, choice: OutcomeChoice) -> list[ColumnElement[bool]]:
    """What of a choice these sums have; what they have not makes them larger."""
    found: list[ColumnElement[bool]] = []
    if choice.key is not None:
        found += [table.kind == choice.key[0], table.code == choice.key[1]]
    if choice.bin is not None:
        return [*found, table.bin == choice.bin]
    if choice.outcomes:
        found.append(table.outcome.in_(choice.outcomes))
    if choice.suggested is not None:
        found.append(table.suggested.is_(choice.suggested))
    if choice.detail is not None:
        found.append(table.detail == choice.detail)
    return found


def _standing(choice: OutcomeChoice) -> list[ColumnElement[bool]]:
    """Whether a code was decided on and stands, where what became of it says so."""
    outcomes = choice.outcomes or (() if choice.bin is None else VERDICT_KINDS)
    if not outcomes:
        return []
    decided = {outcome not in UNDECIDED for outcome in outcomes}
    accepted = {outcome in FINAL_KINDS for outcome in outcomes}
    row = CodeRecordRow
    return [row.decided.in_(decided), row.accepted.in_(accepted)]
