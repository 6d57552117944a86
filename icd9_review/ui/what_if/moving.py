"""Which suggestions move when a copy is read instead of the notes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from icd9_review.values import CodeKey, Suggestion

_LEAST = 0.005
"""The smallest change of a probability that people are shown: what rounds to a percent."""


class Crossing(StrEnum):
    """Whether a code comes to be suggested or stops being so."""

    APPEARS = "appears"
    DISAPPEARS = "disappears"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A code with its probability as it is shown, of the notes and of the copy.

    ``after`` is None where no text is left that could be read. ``was`` and ``now`` are what the
    figures are from; None for what a side has not kept.
    """

    key: CodeKey
    before: float
    after: float | None
    crossing: Crossing
    was: Suggestion | None = None
    now: Suggestion | None = None

    @property
    def turned(self) -> bool:
        """Whether it reaches its threshold in both and is demoted in one of them alone."""
        was, now = self.was, self.now
        if was is None or now is None or not (was.reached and now.reached):
            return False
        return (was.demotion is None) != (now.demotion is None)

    @property
    def by_verdict(self) -> bool:
        """Whether its verdict turned and nothing else: the model read of it what it read before."""
        was, now = self.was, self.now
        if was is None or now is None or not self.turned:
            return False
        return abs(now.probability - was.probability) < _LEAST

    @property
    def change(self) -> float:
        """What the copy adds to the probability; what is not read any more counts as none.

        A verdict adds nothing: it only has the probability shown by another line of calibration.
        """
        return 0.0 if self.by_verdict else (self.after or 0.0) - self.before


@dataclass(frozen=True, slots=True)
class Moves:
    """What moved, the largest change first, and how many suggestions did not."""

    moved: tuple[Move, ...]
    still: int


def compare(before: Iterable[Suggestion], after: Iterable[Suggestion]) -> Moves:
    """Compare the codes suggested for the notes or for the copy, each with what is kept of it.

    What one of the two has not kept has no probability there worth showing. A code moves when
    its shown probability changes by half a percent, or when it crosses its threshold, which
    holds for the raw probability as everywhere, or is demoted on one side alone. ``after`` may
    be empty, of a copy without a word.
    """
    stored = {(each.kind, each.code): each for each in before}
    copied = {(each.kind, each.code): each for each in after}
    sides = (*stored.items(), *copied.items())
    moves = [
        _move(key, stored.get(key), copied.get(key), read=bool(copied))
        for key in dict.fromkeys(key for key, each in sides if each.suggested)
    ]
    moved = [each for each in moves if each.crossing or abs(each.change) >= _LEAST]
    moved.sort(key=lambda each: (-abs(each.change), each.key))
    return Moves(tuple(moved), len(moves) - len(moved))


def _move(key: CodeKey, before: Suggestion | None, after: Suggestion | None, *, read: bool) -> Move:
    now, then = (each is not None and each.suggested for each in (before, after))
    crossing = Crossing.APPEARS if then else Crossing.DISAPPEARS
    nothing = 0.0 if read else None
    return Move(
        key=key,
        before=0.0 if before is None else before.shown,
        after=nothing if after is None else after.shown,
        crossing=Crossing.NONE if then == now else crossing,
        was=before,
        now=after,
    )
