"""From the days that people name to the moments that bound an export."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from icd9_review.errors import InputError

# Nothing was decided here before or will be after, and these have a beginning in any zone.
_FIRST, _LAST = date(1900, 1, 1), date(9000, 1, 1)


def day_bounds(first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """Where the first day begins and where the last one ends, in the time zone of the server.

    None on a side that has no bound. Raises InputError where the last day is before the first.
    """
    if first and last and last < first:
        raise InputError(f"{last} is before {first}; name the earlier day first.")
    return (
        None if first is None else _beginning(first),
        None if last is None else _beginning(min(last, _LAST) + timedelta(days=1)),
    )


def _beginning(day: date) -> datetime:
    return datetime.combine(min(max(day, _FIRST), _LAST + timedelta(days=1)), time.min).astimezone()
