"""A way of explaining that weighs the words of one window, given as embeddings."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from icd9_review.model.explaining.attribution_method import (
    AttributionMethod,
    find_labels,
    find_passage,
)
from icd9_review.model.explaining.embeddings import EmbeddingReader, Path
from icd9_review.model.explaining.words import Word, group_words
from icd9_review.model.reading.predictor import Predictor
from icd9_review.model.reading.windows import Passage
from icd9_review.values import Attribution, Technique, Window, WordWeight


@dataclass(frozen=True, slots=True)
class ExplainedWindow:
    """A window with its words, and the way to its embeddings from those of the baseline."""

    passage: Passage
    words: tuple[Word, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class Weighing:
    """A weight for each word of a window; the rest as in `icd9_review.values.Attribution`."""

    weights: tuple[float, ...]
    steps: int
    delta: float
    holds: bool


class WindowMethod(AttributionMethod):
    """A method that weighs the words of a window, given as embeddings."""

    def __init__(
        self,
        predictor: Predictor,
        technique: Technique,
        let_pass: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(predictor, technique)
        self.reader = EmbeddingReader(predictor, let_pass)

    @abstractmethod
    def weigh(self, window: ExplainedWindow, labels: Sequence[int]) -> dict[int, Weighing]:
        """The weights of its words in the logits of these labels, by label."""

    def window(self, text: str, window: Window) -> ExplainedWindow:
        """What is explained of a text; ValueError for a window that is none of this text's."""
        passage = find_passage(self.predictor, text, window)
        return ExplainedWindow(
            passage, group_words(text, passage.offsets), self.reader.path(passage)
        )

    def explain_many(
        self, text: str, codes: Iterable[str], *, window: Window
    ) -> dict[str, Attribution]:
        labels = find_labels(self.predictor, codes)
        explained = self.window(text, window)
        found = self.weigh(explained, tuple(labels.values()))
        return {
            code: self.attribution(explained, code, found[label]) for code, label in labels.items()
        }

    def attribution(self, window: ExplainedWindow, code: str, found: Weighing) -> Attribution:
        """Weights of a window's words with where the words stand in the note."""
        return Attribution(
            code=code,
            window=window.passage.window,
            words=tuple(
                WordWeight(word.start, word.end, weight)
                for word, weight in zip(window.words, found.weights, strict=True)
            ),
            method=self.technique.method,
            baseline=self.technique.baseline,
            steps=found.steps,
            delta=found.delta,
            holds=found.holds,
            settings=self.technique.settings,
        )
