"""What every way of explaining shares: what it is asked, and what it answers.

This module loads no torch, so that whoever only hands a method on need not either.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING

from icd9_review.errors import CodeError
from icd9_review.values import Attribution, Technique, Window

if TYPE_CHECKING:
    from icd9_review.model.reading.predictor import Predictor
    from icd9_review.model.reading.windows import Passage


class AttributionMethod(ABC):
    """A way of explaining a predictor's model; safe to share between threads.

    ``technique`` is part of the key under which its attributions are stored.
    """

    def __init__(self, predictor: Predictor, technique: Technique) -> None:
        self.predictor = predictor
        self.technique = technique

    def explain(self, text: str, code: str, *, window: Window | None = None) -> Attribution:
        """The signed share of each word of one window in the code's logit.

        ``window`` is one that the predictor gave for this text; None takes the one where the
        code's logit is largest. Pieces of a word that the window's edge cuts off do not
        count. Raises CodeError for a code the model does not know, ValueError for a window
        that is none of this text's, NoteError like ``Predictor.score``.
        """
        chosen = find_window(self.predictor, text, code) if window is None else window
        return self.explain_many(text, [code], window=chosen)[code]

    @abstractmethod
    def explain_many(
        self, text: str, codes: Iterable[str], *, window: Window
    ) -> dict[str, Attribution]:
        """The same of several codes in one window, in their order, with shared passes."""


def find_labels(predictor: Predictor, codes: Iterable[str]) -> dict[str, int]:
    """The place of each code among the model's outputs; CodeError for one it does not know."""
    wanted = list(codes)
    for code in wanted:
        if code not in predictor.place_of:
            raise CodeError(f"the model does not know the code {code[:20]!r}")
    return {code: predictor.place_of[code] for code in wanted}


def find_window(predictor: Predictor, text: str, code: str) -> Window:
    """The window where a code's logit is largest."""
    label = find_labels(predictor, [code])[code]
    scores = predictor.score(text)
    return scores.spans[int(scores.windows[label])]


def find_passage(predictor: Predictor, text: str, window: Window) -> Passage:
    """What is explained with a window (``Predictor.read_together``).

    ValueError for one that is none of this text's.
    """
    return predictor.read_together(text, window)
