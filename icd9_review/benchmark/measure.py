"""The measurements: ours and theirs by turns on the same work, so that noise hits both."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from icd9_review.benchmark.products import backward_work, forward_work
from icd9_review.benchmark.stock import StockExplanation, StockPrediction
from icd9_review.errors import InputError
from icd9_review.model.explaining.explainer import Explainer, ExplainerSettings
from icd9_review.model.reading.backends import Backend, PyTorch
from icd9_review.model.reading.predictor import Predictor
from icd9_review.model.reading.windows import Passage
from icd9_review.suggestions import sigmoid
from icd9_review.values import Attribution

_SHARE = 25  # notes that are read together; by judgement


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds for the same work in two ways, and the GFLOP that ours needs."""

    ours: float
    stock: float
    work: float

    @property
    def speedup(self) -> float:
        """How many times as fast ours is."""
        return self.stock / self.ours

    @property
    def speed(self) -> float:
        """GFLOP/s of ours."""
        return self.work / self.ours


@dataclass(frozen=True, slots=True)
class Quality:
    """Of explanations: how many, which share adds up, how near they are to 64 points."""

    explanations: int
    within: float
    least_cosine: float


def time_prediction(predictor: Predictor, texts: Sequence[str]) -> Timed:
    """Whole notes in windows by the predictor against the stock snippet."""
    stock = StockPrediction(predictor)
    stock.predict(texts[0])
    predictor.score_many(texts[:_SHARE])
    ours = theirs = 0.0
    for first in range(0, len(texts), _SHARE):
        share = texts[first : first + _SHARE]
        ours += _seconds(partial(predictor.score_many, share))
        theirs += _seconds(partial(list, map(stock.predict, share)))
    config = predictor.checkpoint.model.config
    passages = [passage for text in texts for passage in predictor.passages(text)]
    work = sum(forward_work(config, len(passage.pieces) + 2) for passage in passages)
    return Timed(ours, theirs, work)


def time_explanation(
    predictor: Predictor, texts: Sequence[str], settings: ExplainerSettings | None = None
) -> tuple[Timed, Quality]:
    """All suggestions of notes by the explainer against Captum with 50 steps, window by window."""
    explainer, stock = Explainer(predictor, settings), StockExplanation(predictor)
    exact = Explainer(predictor, ExplainerSettings(segments=64, cap=64))
    ours = theirs = work = 0.0
    cosines: list[float] = []
    held: list[bool] = []
    for text in texts:
        for passage, codes in windows_to_explain(predictor, text):
            with _counting(predictor) as rows:
                started = time.perf_counter()
                found = explainer.explain_many(text, codes, window=passage.window)
                ours += time.perf_counter() - started
            theirs += _seconds(partial(stock.explain, passage, codes))
            work += _explaining_work(predictor, passage, rows[0], found)
            # The tolerance of ``ExplainerSettings``.
            held += [one.delta <= 0.05 for one in found.values()]
            reference = exact.explain_many(text, codes, window=passage.window)
            cosines += [_cosine(found[code], reference[code]) for code in codes]
    if not held:
        raise InputError(
            f"the model suggests no code in the {len(texts):,} notes to be explained; take more "
            "with --explained, or fit its thresholds: python -m icd9_review model fit"
        )
    quality = Quality(len(held), statistics.fmean(held), min(cosines))
    return Timed(ours, theirs, work), quality


def windows_to_explain(
    predictor: Predictor, text: str
) -> Iterator[tuple[Passage, tuple[str, ...]]]:
    """The windows of a note with the codes that are suggested because of them."""
    codes: dict[int, list[str]] = defaultdict(list)
    for suggestion in predictor.predict(text):
        if suggestion.suggested:
            codes[suggestion.window.index].append(suggestion.code)
    for passage in predictor.passages(text):
        if found := codes[passage.window.index]:
            yield passage, tuple(found)


def compare_backend(predictor: Predictor, backend: Backend, texts: Sequence[str]) -> float:
    """The largest difference of a probability of the notes between a backend and PyTorch."""
    used, found = predictor.backend, []
    for each in (backend, PyTorch(predictor.checkpoint.model)):
        predictor.backend = each
        found.append(np.stack([sigmoid(one.logits) for one in predictor.score_many(texts)]))
    predictor.backend = used
    return float(np.abs(found[0] - found[1]).max())


def _explaining_work(
    predictor: Predictor, passage: Passage, rows: int, found: dict[str, Attribution]
) -> float:
    config, pieces = predictor.checkpoint.model.config, len(passage.pieces) + 2
    ways_back = sum(one.steps for one in found.values())
    return rows * forward_work(config, pieces) + ways_back * backward_work(config, pieces)


@contextmanager
def _counting(predictor: Predictor) -> Iterator[list[int]]:
    """Counts the rows that go through the model."""
    classifier: Any = predictor.checkpoint.model.classifier
    rows = [0]

    def count(_: Any, given: Any) -> None:
        rows[0] += len(given[0])

    hook = classifier.register_forward_pre_hook(count)
    try:
        yield rows
    finally:
        hook.remove()


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _cosine(one: Attribution, other: Attribution) -> float:
    a, b = (np.array([word.weight for word in each.words]) for each in (one, other))
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))
