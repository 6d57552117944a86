"""How long a person worked on an encounter, by the events they left there.

A visit begins with OPENED, or with REOPENED where none is under way, and ends with CLOSED
or FINALISED; one that was never closed ends with its last event. Within a visit the time
between two events counts, but never more than ``IDLE``: who did nothing for longer has
been away.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from icd9_review.values import Event, EventKind

IDLE = timedelta(minutes=10)  # by judgement, not measured: reading without a key for longer is rare
_ENDS = (EventKind.CLOSED, EventKind.FINALISED)


def time_spent(events: Iterable[Event]) -> timedelta:
    """The time of one person's visits to one encounter, from their events there in order."""
    spent = timedelta()
    last: datetime | None = None  # when the visit under way last saw an event
    for event in events:
        if event.kind is EventKind.OPENED:
            last = event.at
        elif last is not None:
            spent += max(timedelta(), min(event.at - last, IDLE))
            last = None if event.kind in _ENDS else event.at
        elif event.kind is EventKind.REOPENED:
            last = event.at
    return spent
