"""A room is remembered for the person who arranged it, whatever a browser makes up."""

from __future__ import annotations

from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from icd9_review.store.database.engine import Database
from icd9_review.ui.encounter.room import RoomView, liked_room, read_room, remember_room
from tests.encounters import coders

NAMES = st.sampled_from([*asdict(RoomView()), "other"])
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3)


def test_each_person_has_the_room_as_they_left_it(sqlite: Database) -> None:
    first, second = coders(sqlite)
    room = RoomView(fixed=True, flow=False, size=18, left=420, right=360, lower=200)
    remember_room(sqlite, first, room)
    assert liked_room(sqlite, first) == room
    assert liked_room(sqlite, second) == RoomView()


def test_what_no_window_has_is_as_at_first() -> None:
    assert read_room({"size": 400, "left": -3, "right": 10**9, "lower": 2.5}) == RoomView()
    assert read_room({"size": True, "fixed": 1, "flow": 0}) == RoomView()
    assert read_room(None) is None
    assert read_room([]) is None


@given(st.dictionaries(NAMES, VALUES))
def test_whatever_is_sent_is_a_room_that_reads_back_as_it_is(sent: dict[str, object]) -> None:
    room = read_room(sent)
    assert room is not None
    assert read_room(asdict(room)) == room
