"""Storing what a coder asks the physician on the workbench, once, whatever the browser repeats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from icd9_review.errors import ReviewError, StoreError
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import last_sequence
from icd9_review.store.querying.queries import ask_physician, withdraw_query
from icd9_review.ui.encounter.visit import Visiting
from icd9_review.ui.workbench.outbox import Refusal, Sent, is_name, read_spans
from icd9_review.ui.workbench.physician.view import ReceivedView
from icd9_review.values import (
    Action,
    Decision,
    HoldReason,
    PhysicianQueryDraft,
    PhysicianQueryReason,
)

_LONGEST = 5_000  # characters that are looked at; the store says what is too long
_MOST_OPTIONS = 20  # that are looked at; the store says what is too many
_ANOTHER_USER = "This query was written by another user of this browser; nothing was stored."
_NOT_HELD = "The query was asked, but the chart is not on hold: "


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """What a browser wants: to ask, and to hold the chart on it, or to withdraw a query."""

    id: str
    user: int
    draft: PhysicianQueryDraft | None
    holds: bool
    withdraws: int


def read_asking(sent: object, encounter: str) -> QueryRequest | None:
    """What this encounter's page wants asked or withdrawn; None for anything that is neither."""
    if not isinstance(sent, Mapping) or sent.get("encounter") != encounter:
        return None
    name, user, number = sent.get("id"), sent.get("user"), sent.get("withdraw")
    if not is_name(name) or not isinstance(user, int):
        return None
    if isinstance(number, int) and not isinstance(number, bool):
        return QueryRequest(str(name), user, None, False, number)
    try:
        return QueryRequest(str(name), user, _read_draft(sent), sent.get("hold") is True, 0)
    except ValueError:
        return None


def _read_draft(sent: Mapping[object, object]) -> PhysicianQueryDraft:
    question, options = sent.get("question"), sent.get("options")
    if not isinstance(question, str) or not isinstance(options, list):
        raise ValueError("a query without question or answers")
    return PhysicianQueryDraft(
        PhysicianQueryReason(str(sent.get("reason"))),
        question[:_LONGEST],
        tuple(str(each)[:_LONGEST] for each in options[:_MOST_OPTIONS]),
        read_spans(sent.get("evidence")),
    )


class Asking:
    """What one person asks about the encounter of a visit; ``decide`` stores a decision of theirs.

    ``answered`` is what became of the last wish: the browser goes on sending it until then.
    """

    def __init__(
        self, database: Database, visit: Visiting, decide: Callable[[Sent], Refusal | None]
    ) -> None:
        self.answered: ReceivedView | None = None
        self._database = database
        self._visit = visit
        self._decide = decide

    def take(self, sent: object) -> None:
        """Do what is wanted, once; while the database is away the next run tries again."""
        wish = read_asking(sent, self._visit.encounter.id)
        if wish is None or (self.answered is not None and self.answered.id == wish.id):
            return
        try:
            self.answered = ReceivedView(wish.id, remark=self._do(wish))
        except StoreError:
            return
        except ReviewError as error:
            self.answered = ReceivedView(wish.id, problem=str(error))

    def _do(self, wish: QueryRequest) -> str:
        """What is to be said beside what was stored. Raises what the store refuses."""
        database, visit = self._database, self._visit
        if wish.user != visit.user.id:
            raise ReviewError(_ANOTHER_USER)
        encounter = visit.encounter.id
        if wish.draft is None:
            withdraw_query(database, encounter, wish.withdraws, actor=visit.user, key=wish.id)
            return ""
        asked = ask_physician(database, encounter, wish.draft, actor=visit.user, key=wish.id)
        if not wish.holds:
            return ""
        refusal = self._decide(self._hold(wish, asked.sequence))
        return _NOT_HELD + refusal.message if refusal else ""

    def _hold(self, wish: QueryRequest, query: int) -> Sent:
        encounter = self._visit.encounter.id
        decision = Decision(
            key=f"{wish.id[:59]}-hold",
            action=Action.HOLD,
            code="",
            client="query",
            seen=last_sequence(self._database, encounter),
            reason=HoldReason.QUERY,
            query=query,
        )
        return Sent(encounter, wish.user, decision)
