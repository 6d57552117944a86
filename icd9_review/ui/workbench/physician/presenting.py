"""The queries of an encounter in words, read anew once something has happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from icd9_review.quality.queries.citing import quoted
from icd9_review.quality.queries.compliance import LONGEST_QUESTION
from icd9_review.quality.queries.open_queries import QUERY_KINDS
from icd9_review.quality.queries.templates import ALWAYS, TEMPLATES, offered_answers
from icd9_review.store.database.engine import Database
from icd9_review.store.querying.queries import physician_queries
from icd9_review.ui.encounter.highlights import shorten
from icd9_review.ui.words import describe_moment
from icd9_review.ui.workbench.physician.view import AskedQueryView, QueriesView, QueryFormView
from icd9_review.ui.workbench.snapshot import Snapshot
from icd9_review.values import Note, PhysicianAnswer, PhysicianQuery

_PURGED = "The words of this query were deleted."
FORMS: Final = tuple(
    QueryFormView(str(place), reason.value, each.words, each.question, each.options)
    for place, (reason, each) in enumerate(TEMPLATES.items(), 1)
)


class AskedQueries:
    """The queries of one encounter, told anew where an event is younger."""

    def __init__(self, database: Database, encounter_id: str) -> None:
        self._database = database
        self._id = encounter_id
        self._told: tuple[int, tuple[PhysicianQuery, ...]] = (0, ())

    def look(self, snapshot: Snapshot, notes: Iterable[Note]) -> QueriesView:
        """The queries as of a snapshot; most encounters have none and ask nothing."""
        last = max((e.sequence for e in snapshot.events if e.kind in QUERY_KINDS), default=0)
        if self._told[0] != last:
            self._told = last, physician_queries(self._database, self._id)
        hold = snapshot.state.hold
        waits = hold.query if hold is not None else None
        return present_queries(self._told[1], {note.id: note.text for note in notes}, waits)


def present_queries(
    queries: Iterable[PhysicianQuery], texts: Mapping[str, str], waits: int | None
) -> QueriesView:
    """The queries, the newest first; ``waits`` is the one that the hold waits for."""
    asked = tuple(_present(query, texts) for query in queries)
    return QueriesView(asked[::-1], FORMS, ALWAYS, waits or 0, LONGEST_QUESTION)


def _present(query: PhysicianQuery, texts: Mapping[str, str]) -> AskedQueryView:
    answers = offered_answers(query.options)
    return AskedQueryView(
        sequence=query.sequence,
        status=query.status,
        words=TEMPLATES[query.reason].words,
        asked=f"{query.actor}, {describe_moment(query.at)}",
        quotes=tuple(map(shorten, filter(None, quoted(query.indicators, texts)))),
        question=_PURGED if query.question is None else query.question,
        answers=answers,
        answered=_who(query.answer),
        answer=_told(query.answer, answers),
    )


def _who(answer: PhysicianAnswer | None) -> str:
    return f"{answer.actor}, {describe_moment(answer.at)}" if answer else ""


def _told(answer: PhysicianAnswer | None, answers: tuple[str, ...]) -> str:
    if answer is None:
        return ""
    # Of a purged query only the place of the answer is left.
    chosen = answers[answer.option : answer.option + 1] if answer.option is not None else ()
    return "\n".join(filter(None, (*chosen, answer.words))) or _PURGED
