"""What every way of explaining shares: what it is asked, and how words get their weights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from icd9_review.errors import CodeError
from icd9_review.model.explaining.path import Integral
from icd9_review.model.explaining.words import group_words
from icd9_review.model.reading.predictor import Predictor
from icd9_review.model.reading.windows import Passage
from icd9_review.values import Attribution, Window, WordWeight


class Explains(Protocol):
    """An explainer of one model version; safe to share between threads.

    ``method``, ``baseline``, ``settings`` and ``model_version`` are part of the key under
    which an attribution is stored.
    """

    @property
    def method(self) -> str: ...

    @property
    def baseline(self) -> str: ...

    @property
    def settings(self) -> str: ...

    @property
    def model_version(self) -> str: ...

    def explain(self, text: str, code: str, *, window: Window | None = None) -> Attribution:
        """The signed share of each word of one window in the code's logit.

        ``window`` is one that the predictor gave for this text; None takes the one where the
        code's logit is largest. Pieces of a word that the window's edge cuts off do not
        count. Raises CodeError for a code the model does not know, ValueError for a window
        that is none of this text's, NoteError like ``Predictor.score``.
        """

    def explain_many(
        self, text: str, codes: Iterable[str], *, window: Window
    ) -> dict[str, Attribution]:
        """The same of several codes in one window, in their order, with shared passes."""


def find_labels(predictor: Predictor, codes: Iterable[str]) -> dict[str, int]:
    """The place of each code among the model's outputs; CodeError for one it does not know."""
    places = {code: place for place, code in enumerate(predictor.labels)}
    wanted = list(codes)
    for code in wanted:
        if code not in places:
            raise CodeError(f"the model does not know the code {code[:20]!r}")
    return {code: places[code] for code in wanted}


def find_window(predictor: Predictor, text: str, code: str) -> Window:
    """The window where a code's logit is largest."""
    label = find_labels(predictor, [code])[code]
    scores = predictor.score(text)
    return scores.spans[int(scores.windows[label])]


def find_passage(predictor: Predictor, text: str, window: Window) -> Passage:
    """The passage of a window; ValueError for one that is none of this text's."""
    for passage in predictor.passages(text):
        if passage.window == window:
            return passage
    raise ValueError("this is no window of this text under this model")


def explain_one(
    explainer: Explains, predictor: Predictor, text: str, code: str, window: Window | None
) -> Attribution:
    """``Explains.explain`` by means of ``explain_many``."""
    chosen = find_window(predictor, text, code) if window is None else window
    return explainer.explain_many(text, [code], window=chosen)[code]


@dataclass(frozen=True, slots=True)
class Rule:
    """Of integrals: what the method and its baseline are called, and when the sum holds.

    Within ``tolerance`` of a change that is at least ``floor``; see `ExplainerSettings`.
    """

    method: str
    baseline: str
    floor: float
    tolerance: float


def attribute(
    text: str, passage: Passage, code: str, integral: Integral, rule: Rule
) -> Attribution:
    """An integral along the path to a passage as weights of its words."""
    delta = integral.delta
    return Attribution(
        code=code,
        window=passage.window,
        words=_weigh(text, passage, integral.shares[1:-1].tolist()),
        method=rule.method,
        baseline=rule.baseline,
        steps=integral.points,
        delta=delta,
        holds=abs(integral.change) >= rule.floor and delta <= rule.tolerance,
    )


def _weigh(text: str, passage: Passage, shares: Sequence[float]) -> tuple[WordWeight, ...]:
    """Shares of the pieces between the special ones, summed to words."""
    return tuple(
        WordWeight(word.start, word.end, sum(shares[word.first : word.beyond]))
        for word in group_words(text, passage.offsets)
    )
