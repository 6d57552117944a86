"""Why a code moves although the words that it stands in were left alone.

The model reads what a window holds and nothing else, and what was left alone is read in the
windows of the notes. Two things reach further than the words that were changed: the verdict of the
second judge, which looks at the whole note, and a heading that is gone or new, whose section is cut
anew. People are told which of them it was, code by code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from icd9_review.suggestions import unjudged
from icd9_review.ui.what_if.moving import Move
from icd9_review.values import CodeKey, Demotion, ModelVersion, Suggestion, Window


@dataclass(frozen=True, slots=True)
class Turn:
    """A verdict that turned: what was doubted of a code in the notes or is doubted in the copy.

    One of the two is None, where it passed. ``own`` is its probability before any verdict, of the
    notes and of the copy.
    """

    was: Demotion | None
    now: Demotion | None
    own: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Cause:
    """``recut`` says that its words stand in both texts and in other windows."""

    turn: Turn | None = None
    recut: bool = False


@dataclass(frozen=True, slots=True)
class Cuts:
    """A text, and the texts of the windows in which it is read, without white space around."""

    text: str
    windows: frozenset[str]

    @classmethod
    def of(cls, text: str, windows: Iterable[Window]) -> Cuts:
        """Of a text and its windows."""
        return cls(text, frozenset(_words(text, window) for window in windows))

    def cuts_otherwise(self, words: str) -> bool:
        """Whether words that are a window elsewhere stand here and are none."""
        return words in self.text and words not in self.windows


def find_causes(
    moves: Iterable[Move],
    model: ModelVersion,
    cuts: Mapping[str, tuple[Cuts, Cuts]],
) -> dict[CodeKey, Cause]:
    """The causes of those moves that have one; ``cuts`` are of the notes that were changed.

    They are given by a note's id, as it is stored and as the copy has it.
    """
    found = {
        each.key: Cause(_turn(each, model), not each.by_verdict and _is_recut(each, cuts))
        for each in moves
    }
    return {key: cause for key, cause in found.items() if cause != Cause()}


def _turn(move: Move, model: ModelVersion) -> Turn | None:
    was, now = move.was, move.now
    if was is None or now is None or not move.turned:
        return None
    return Turn(was.demotion, now.demotion, (unjudged(was, model), unjudged(now, model)))


def _is_recut(move: Move, cuts: Mapping[str, tuple[Cuts, Cuts]]) -> bool:
    was, now = move.was, move.now
    return _otherwise(was, cuts, there=0) or _otherwise(now, cuts, there=1)


def _otherwise(
    side: Suggestion | None, cuts: Mapping[str, tuple[Cuts, Cuts]], *, there: int
) -> bool:
    pair = cuts.get(side.note_id or "") if side else None
    if side is None or pair is None:
        return False
    words = _words(pair[there].text, side.window)
    return bool(words) and pair[1 - there].cuts_otherwise(words)


def _words(text: str, window: Window) -> str:
    return text[window.start : window.end].strip()
