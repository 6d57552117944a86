"""How fast and how well codes are explained: ``python -m tests.bench.explain [THREADS] [WINDOWS]``.

Explains the suggested codes of the first WINDOWS (4) windows of 128 pieces of a
demonstration note by the embedded model, in one run: by Captum's ``LayerIntegratedGradients``
with 50 steps, one call per code; by its ``IntegratedGradients`` with 12, 24, 48 and 96 steps
until the weights add up, one code at a time; by the product. Prints seconds, their ratio to
the first, the share of explanations within 5 %, and the cosine to 64 points.
"""

# ruff: noqa: T201 - a bench prints

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from captum.attr import IntegratedGradients, LayerIntegratedGradients

from icd9_review.model.checkpoint import embedding
from icd9_review.model.declarations import Windows
from icd9_review.model.explainer import Explainer, ExplainerSettings
from icd9_review.model.predictor import Predictor, load_predictor
from icd9_review.model.preview import GradientInput
from icd9_review.model.windows import Passage
from icd9_review.model.words import group_words
from icd9_review.notes.demonstration import demonstration_encounters

_TOLERANCE = 0.05


@dataclass(frozen=True)
class Work:
    """One window of the note with the codes that are suggested there."""

    text: str
    passage: Passage
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """The weights of the words of one window for one code, and their error."""

    weights: npt.NDArray[np.float64]
    delta: float


Explain = Callable[[Work], list[Found]]


def main() -> None:
    """Measure and print."""
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    predictor = load_predictor(Path("models/default"))
    predictor.windows = Windows(length=128, stride=32)
    works = list(_works(predictor))[: int(sys.argv[2]) if len(sys.argv) > 2 else 4]
    ways: dict[str, Explain] = {
        "layer integrated gradients, 50 steps": _Stock(predictor),
        "integrated gradients, 12 to 96 steps": _Repeated(predictor),
        "the product": _Product(Explainer(predictor)),
        **{
            f"the product with {few} points": _Product(_few(predictor, few)) for few in (1, 2, 3, 4)
        },
        "its preview, gradient × input": _Product(GradientInput(predictor)),
    }
    exact = _Product(Explainer(predictor, ExplainerSettings(segments=1, points=64, cap=64)))
    reference = [found for work in works for found in exact(work)]
    print(f"{len(works)} windows, {len(reference)} codes, {torch.get_num_threads()} threads")
    first = None
    for name, way in ways.items():
        way(works[0])
        start = perf_counter()
        found = [one for work in works for one in way(work)]
        seconds = perf_counter() - start
        first = first or seconds
        print(f"{name:38} {seconds:7.2f} s {first / seconds:6.1f} x  {_quality(found, reference)}")


def _few(predictor: Predictor, points: int) -> Explainer:
    return Explainer(predictor, ExplainerSettings(segments=1, points=points, cap=points))


def _works(predictor: Predictor) -> Iterator[Work]:
    text = next(notes[0].text for _, notes in demonstration_encounters())
    codes: dict[int, list[str]] = defaultdict(list)
    for suggestion in predictor.predict(text):
        if suggestion.suggested:
            codes[suggestion.window.index].append(suggestion.code)
    for passage in predictor.passages(text):
        if found := codes[passage.window.index]:
            yield Work(text, passage, tuple(found))


def _quality(found: list[Found], reference: list[Found]) -> str:
    within = np.mean([one.delta <= _TOLERANCE for one in found])
    cosines = [
        float(a.weights @ b.weights / np.linalg.norm(a.weights) / np.linalg.norm(b.weights))
        for a, b in zip(found, reference, strict=True)
    ]
    return (
        f"within 5 %: {within:4.0%}  cosine: least {min(cosines):.4f}, mean {np.mean(cosines):.4f}"
    )


class _Product:
    def __init__(self, explainer: Explainer | GradientInput) -> None:
        self._explainer = explainer

    def __call__(self, work: Work) -> list[Found]:
        found = self._explainer.explain_many(work.text, work.codes, window=work.passage.window)
        return [
            Found(np.array([word.weight for word in one.words]), one.delta)
            for one in found.values()
        ]


class _Captum:
    """One code at a time, by Captum."""

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._model: Any = predictor.checkpoint.model

    def __call__(self, work: Work) -> list[Found]:
        point = self._predictor.checkpoint
        ids = self._predictor.framed(work.passage)
        empty = [point.first, *[point.padding] * (len(ids) - 2), point.last]
        both = torch.tensor([empty, ids])
        labels = [self._predictor.labels.index(code) for code in work.codes]
        return [self._found(work, *self._shares(both, label)) for label in labels]

    def _shares(self, both: torch.Tensor, label: int) -> tuple[torch.Tensor, float]:
        raise NotImplementedError

    def _found(self, work: Work, shares: torch.Tensor, delta: float) -> Found:
        pieces = shares.detach()[1:-1].numpy()
        words = group_words(work.text, work.passage.offsets)
        return Found(np.array([pieces[word.first : word.beyond].sum() for word in words]), delta)

    def _delta(self, both: torch.Tensor, label: int, shares: torch.Tensor) -> float:
        with torch.no_grad():
            logits = self._model(input_ids=both).logits[:, label].double()
        change = float(logits[1] - logits[0])
        return abs(float(shares.sum()) - change) / abs(change)


class _Stock(_Captum):
    def __init__(self, predictor: Predictor) -> None:
        super().__init__(predictor)
        self._gradients = LayerIntegratedGradients(
            lambda ids: self._model(input_ids=ids).logits, embedding(self._model)
        )

    def _shares(self, both: torch.Tensor, label: int) -> tuple[torch.Tensor, float]:
        found: Any = self._gradients.attribute(both[1:], baselines=both[:1], target=label)
        shares = found[0].sum(dim=-1)
        return shares, self._delta(both, label, shares)


class _Repeated(_Captum):
    def __init__(self, predictor: Predictor) -> None:
        super().__init__(predictor)
        self._gradients = IntegratedGradients(lambda e: self._model(inputs_embeds=e).logits)

    def _shares(self, both: torch.Tensor, label: int) -> tuple[torch.Tensor, float]:
        start, end = embedding(self._model)(both).detach().split(1)
        tried: list[tuple[torch.Tensor, float]] = []
        for steps in (12, 24, 48, 96):
            found: Any = self._gradients.attribute(
                end, baselines=start, target=label, n_steps=steps, internal_batch_size=8
            )
            shares = found[0].sum(dim=-1)
            tried.append((shares, self._delta(both, label, shares)))
            if tried[-1][1] <= _TOLERANCE:
                break
        return min(tried, key=lambda one: one[1])


if __name__ == "__main__":
    main()
