"""Time on an encounter: visits, gaps, and the time away that does not count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from icd9_review.review.time_spent import IDLE, time_spent
from icd9_review.values import Event, EventKind

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
OPENED, CLOSED, ACCEPTED = EventKind.OPENED, EventKind.CLOSED, EventKind.ACCEPTED
FINALISED, REOPENED = EventKind.FINALISED, EventKind.REOPENED


def _minutes(*events: tuple[EventKind, float]) -> float:
    """The time that events at these minutes of the day come to, in minutes."""
    told = [
        Event(
            stream="encounter",
            sequence=number,
            kind=kind,
            schema=1,
            payload={},
            actor=1,
            at=START + timedelta(minutes=minute),
            key=str(number),
            previous="",
            hash="",
        )
        for number, (kind, minute) in enumerate(events)
    ]
    return time_spent(told) / timedelta(minutes=1)


def test_a_visit_runs_from_opening_to_closing() -> None:
    assert _minutes((OPENED, 0), (ACCEPTED, 3), (CLOSED, 5)) == 5


def test_several_visits_are_added_and_the_time_between_them_is_not() -> None:
    assert _minutes((OPENED, 0), (CLOSED, 4), (OPENED, 5), (ACCEPTED, 6), (CLOSED, 8)) == 7


def test_who_did_nothing_for_long_was_away() -> None:
    idle = IDLE / timedelta(minutes=1)
    assert _minutes((OPENED, 0), (ACCEPTED, 1), (ACCEPTED, 240), (CLOSED, 241)) == idle + 2


def test_finalising_ends_the_visit_and_reopening_goes_on() -> None:
    assert _minutes((OPENED, 0), (FINALISED, 6), (CLOSED, 9)) == 6
    assert _minutes((OPENED, 0), (FINALISED, 6), (REOPENED, 8), (FINALISED, 9), (CLOSED, 9)) == 7


def test_a_visit_that_was_never_closed_ends_with_its_last_event() -> None:
    assert _minutes((OPENED, 0), (ACCEPTED, 2), (OPENED, 7), (CLOSED, 8)) == 3


def test_no_event_and_one_event_are_no_time() -> None:
    assert _minutes() == 0
    assert _minutes((OPENED, 0)) == 0


def test_what_was_done_outside_a_visit_does_not_count() -> None:
    created, added = EventKind.ENCOUNTER_CREATED, EventKind.NOTE_ADDED
    assert _minutes((created, 0), (added, 2), (OPENED, 3), (CLOSED, 4), (added, 6)) == 1


kinds = st.sampled_from([OPENED, CLOSED, ACCEPTED, FINALISED, REOPENED])


@given(st.lists(st.tuples(kinds, st.integers(0, 600))))
def test_the_time_is_never_negative_and_never_more_than_passed(
    told: list[tuple[EventKind, int]],
) -> None:
    ordered = sorted(told, key=lambda each: each[1])
    passed = ordered[-1][1] - ordered[0][1] if ordered else 0
    assert 0 <= _minutes(*ordered) <= passed
