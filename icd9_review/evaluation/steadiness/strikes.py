"""Single sentences struck from a note, as people strike them when they ask "what if"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from icd9_review.outline.sentences import sentences
from icd9_review.values import Window

STRIKES = 3
"""Sentences struck from a note, one at a time; by judgement."""


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


def possible_strikes(text: str) -> tuple[Strike, ...]:
    """Every sentence of a text that has letters, without the headings; never all of the text."""
    return tuple(
        Strike(each.start, each.end)
        for each in sentences(text)
        if not each.heading and any(map(str.isalpha, text[each.start : each.end]))
        if (text[: each.start] + text[each.end :]).strip()
    )


def draw_strikes(text: str, rng: np.random.Generator, most: int = STRIKES) -> Sequence[Strike]:
    """So many of them by lot, in the order of the text."""
    found = possible_strikes(text)
    if len(found) <= most:
        return found
    return [found[place] for place in sorted(rng.choice(len(found), most, replace=False).tolist())]
