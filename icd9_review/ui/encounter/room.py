"""How a person has the room that they read in: letters, lines and panes, remembered for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from icd9_review.store.database.engine import Database
from icd9_review.store.preferences import preference, save_preference
from icd9_review.values import User

_PAGE = "room"
_SIZES = range(12, 25)
"""Pixels of a note's letters. By judgement: below no one reads, above the browser's zoom helps."""
_WIDEST = 4_000
"""Pixels of a pane: more than any screen; the page keeps a pane within what its window has."""


@dataclass(frozen=True, slots=True)
class RoomView:
    """``fixed`` is whether every letter is as wide, ``flow`` whether lines that merely wrap flow.

    ``size`` is that of a note's letters in pixels. ``left`` and ``right`` are the widths of the
    panes beside the note and ``lower`` the height of my codes in a narrow window, in pixels, 0
    for what the window gives.
    """

    fixed: bool = False
    flow: bool = True
    size: int = 15
    left: int = 0
    right: int = 0
    lower: int = 0


def read_room(sent: object) -> RoomView | None:
    """A room as a browser sent or the database kept it; None where it is none at all."""
    if not isinstance(sent, Mapping):
        return None
    return RoomView(
        fixed=sent.get("fixed") is True,
        flow=sent.get("flow") is not False,
        size=_within(sent.get("size"), _SIZES, RoomView().size),
        left=_within(sent.get("left"), range(_WIDEST), 0),
        right=_within(sent.get("right"), range(_WIDEST), 0),
        lower=_within(sent.get("lower"), range(_WIDEST), 0),
    )


def _within(sent: object, allowed: range, otherwise: int) -> int:
    return sent if type(sent) is int and sent in allowed else otherwise


def liked_room(database: Database, user: User) -> RoomView:
    """The room as this person left it."""
    return read_room(preference(database, user, _PAGE)) or RoomView()


def remember_room(database: Database, user: User, room: RoomView) -> None:
    """Keep a room for this person, on every encounter from now on."""
    save_preference(database, user, _PAGE, asdict(room))
