"""Single sentences struck from a note, as people strike them when they ask "what if"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from icd9_review.evaluation.steadiness.steadiness_figures import LEAST_MOVE, OutsideMove
from icd9_review.outline.sentences import sentences
from icd9_review.values import Suggestion, Window


@dataclass(frozen=True, slots=True)
class Strike:
    """``text[start:end]`` of a note, which is left out of it."""

    start: int
    end: int

    def apply(self, text: str) -> str:
        """The text without it.

        >>> Strike(0, 7).apply("Cough. Fever.")
        'Fever.'
        """
        return text[: self.start] + text[self.end :]

    def touches(self, window: Window) -> bool:
        """Whether a window holds something of it."""
        return self.start < window.end and window.start < self.end

    def joins(self, window: Window) -> bool:
        """Whether a window of the text without it holds the place where it stood."""
        return window.start < self.start < window.end


def possible_strikes(text: str) -> tuple[Strike, ...]:
    """Every sentence of a text that has letters, without the headings; never all of the text."""
    return tuple(
        Strike(each.start, each.end)
        for each in sentences(text)
        if not each.heading and any(map(str.isalpha, text[each.start : each.end]))
        if (text[: each.start] + text[each.end :]).strip()
    )


def moves_outside(
    strike: Strike, before: Sequence[Suggestion], after: Sequence[Suggestion]
) -> tuple[OutsideMove, ...]:
    """What reaches its threshold with or without a sentence, and was read outside it.

    A code that one of the two sides has not kept has no probability there worth showing.
    """
    first, second = ({each.code: each for each in side} for side in (before, after))
    reached = {each.code for each in (*before, *after) if each.reached}
    sides = ((first.get(code), second.get(code)) for code in sorted(reached))
    return tuple(_move(*pair) for pair in sides if not _inside(strike, *pair))


def _inside(strike: Strike, was: Suggestion | None, now: Suggestion | None) -> bool:
    """By the window of the note; of a code that the note has not kept by that without it."""
    if was is not None:
        return strike.touches(was.window)
    return now is not None and strike.joins(now.window)


def _move(was: Suggestion | None, now: Suggestion | None) -> OutsideMove:
    shown = _points(was.shown if was else 0.0, now.shown if now else 0.0)
    raw = _points(was.probability if was else 0.0, now.probability if now else 0.0)
    turned = _demoted(was) != _demoted(now)
    by_verdict = turned and raw < LEAST_MOVE
    points = 0.0 if by_verdict else shown
    return OutsideMove(points, _suggested(was) != _suggested(now), by_verdict)


def _points(was: float, now: float) -> float:
    return 100 * abs(now - was)


def _demoted(suggestion: Suggestion | None) -> bool:
    return suggestion is not None and suggestion.demotion is not None


def _suggested(suggestion: Suggestion | None) -> bool:
    return suggestion is not None and suggestion.suggested
