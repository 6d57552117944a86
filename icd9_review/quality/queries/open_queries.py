"""Which queries to the physician of an encounter are open, and which hold waits for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, cast

from icd9_review.review.fold import fold
from icd9_review.values import Event, EventKind, QueryStanding

QUERY_KINDS: Final = (
    EventKind.PHYSICIAN_ASKED,
    EventKind.PHYSICIAN_ANSWERED,
    EventKind.PHYSICIAN_QUERY_WITHDRAWN,
)
"""The events that queries are made of."""


def open_queries(events: Iterable[Event]) -> frozenset[int]:
    """The numbers of the queries that nobody has answered or withdrawn."""
    told = [event for event in events if event.kind in QUERY_KINDS]
    asked = {event.sequence for event in told if event.kind is EventKind.PHYSICIAN_ASKED}
    settled = {event.payload["query"] for event in told if event.sequence not in asked}
    return frozenset(asked - cast(set[int], settled))


def query_standing(events: Iterable[Event]) -> QueryStanding:
    """How many queries of an encounter wait, and how many were answered; not what was withdrawn."""
    told = list(events)
    answered = sum(event.kind is EventKind.PHYSICIAN_ANSWERED for event in told)
    return QueryStanding(len(open_queries(told)), answered)


def hold_to_end(events: Sequence[Event]) -> int | None:
    """The query that the hold of an encounter waits for, where no query is open any more.

    ``events`` are all decisions and queries, in order. None where nothing is to be released: a
    hold that names no query is for whoever placed it to end.
    """
    hold = fold(events).hold
    return None if hold is None or open_queries(events) else hold.query
