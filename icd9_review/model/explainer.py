"""Why the model gave a code its logit: integrated gradients over the words of a window.

Sundararajan, Taly and Yan, Axiomatic Attribution for Deep Networks, 2017, by Captum and
over ``inputs_embeds``: attributing to a layer would hook the model that other threads
are predicting with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from captum._utils.gradient import compute_gradients
from captum.attr import IntegratedGradients

from icd9_review.errors import CodeError
from icd9_review.model.checkpoint import embedding
from icd9_review.model.predictor import Predictor
from icd9_review.model.windows import Passage
from icd9_review.model.words import group_words
from icd9_review.values import Attribution, Window, WordWeight

METHOD = "integrated gradients"
BASELINE = "[PAD] between [CLS] and [SEP]"
_BATCH_PIECES = 1024
_SMALLEST = 1e-6


@dataclass(frozen=True, slots=True)
class ExplainerSettings:
    """How exact an explanation is to be.

    ``steps`` are tried in turn, as Gauss-Legendre points, until the completeness error is
    within ``tolerance``; where the logit changes by less than ``floor`` between baseline
    and text there is nothing to explain.
    """

    steps: tuple[int, ...] = (12, 24, 48, 96)
    tolerance: float = 0.05
    floor: float = 0.1

    @property
    def key(self) -> str:
        """One canonical text, part of the key under which an attribution is stored."""
        steps = ",".join(str(number) for number in self.steps)
        return f"points=gauss-legendre steps={steps} tolerance={self.tolerance} floor={self.floor}"


@dataclass(frozen=True, slots=True)
class _Path:
    """The straight way from the baseline to the text, embeddings of shape (1, pieces, width)."""

    start: torch.Tensor
    end: torch.Tensor
    label: int
    change: float


@dataclass(frozen=True, slots=True)
class _Run:
    """The share of every piece, special ones included, and how far their sum is off."""

    shares: torch.Tensor
    steps: int
    delta: float


class Explainer:
    """Explains what a predictor's model used; shares its model and takes turns with it."""

    method = METHOD
    baseline = BASELINE

    def __init__(self, predictor: Predictor, settings: ExplainerSettings | None = None) -> None:
        self._predictor = predictor
        self._model = predictor.checkpoint.model
        self._embedding = embedding(self._model)
        self._chosen = settings or ExplainerSettings()
        self._gradients = IntegratedGradients(self._logits)
        self._gradients.gradient_func = self._compute_gradients

    @property
    def model_version(self) -> str:
        """SHA-256 of the model that is explained."""
        return self._predictor.model_version

    @property
    def settings(self) -> str:
        """The settings in one canonical text."""
        return self._chosen.key

    def explain(self, text: str, code: str, *, window: Window | None = None) -> Attribution:
        """The signed share of each word of one window in the code's logit.

        ``window`` is one that the predictor gave for this text; None takes the one where the
        code's logit is largest. Pieces of a word that the window's edge cuts off do not
        count. Raises CodeError for a code the model does not know, ValueError for a window
        that is none of this text's, NoteError like ``Predictor.score``.
        """
        if code not in self._predictor.labels:
            raise CodeError(f"the model does not know the code {code[:20]!r}")
        label = self._predictor.labels.index(code)
        passage = self._find_passage(text, label, window)
        path = self._path(passage, label)
        run = self._converge(path)
        return Attribution(
            code=code,
            window=passage.window,
            words=_weigh(text, passage, run.shares),
            method=METHOD,
            baseline=BASELINE,
            steps=run.steps,
            delta=run.delta,
            holds=abs(path.change) >= self._chosen.floor and run.delta <= self._chosen.tolerance,
        )

    def _find_passage(self, text: str, label: int, window: Window | None) -> Passage:
        if window is None:
            scores = self._predictor.score(text)
            window = scores.spans[scores.windows[label]]
        for passage in self._predictor.passages(text):
            if passage.window == window:
                return passage
        raise ValueError("this is no window of this text under this model")

    def _path(self, passage: Passage, label: int) -> _Path:
        checkpoint = self._predictor.checkpoint
        framed = self._predictor.framed(passage)
        empty = [checkpoint.first, *[checkpoint.padding] * len(passage.pieces), checkpoint.last]
        with self._predictor.turns, torch.no_grad():
            embedded = self._embedding(torch.tensor([empty, framed]))
            logits = self._logits(embedded)[:, label]
        start, end = embedded[:1], embedded[1:]
        return _Path(start, end, label, float(logits[1] - logits[0]))

    def _converge(self, path: _Path) -> _Run:
        """The best of ever more steps; the error may rise again, so the last is not the best."""
        best: _Run | None = None
        for steps in self._chosen.steps:
            run = self._integrate(path, steps)
            best = run if best is None or run.delta < best.delta else best
            if best.delta <= self._chosen.tolerance or abs(path.change) < self._chosen.floor:
                break
        if best is None:
            raise ValueError("settings without steps explain nothing")
        return best

    def _integrate(self, path: _Path, steps: int) -> _Run:
        attributions: torch.Tensor = self._gradients.attribute(
            path.end,
            baselines=path.start,
            target=path.label,
            n_steps=steps,
            method="gausslegendre",
            internal_batch_size=max(1, _BATCH_PIECES // path.end.shape[1]),
        )
        shares = attributions[0].sum(dim=-1)
        error = abs(float(shares.sum()) - path.change)
        return _Run(shares, steps, error / max(abs(path.change), _SMALLEST))

    def _logits(self, embedded: torch.Tensor) -> torch.Tensor:
        mask = torch.ones(embedded.shape[:2], dtype=torch.long)
        logits: torch.Tensor = self._model(inputs_embeds=embedded, attention_mask=mask).logits
        return logits

    def _compute_gradients(self, *arguments: Any, **named: Any) -> tuple[torch.Tensor, ...]:
        """Captum's gradients of one batch of steps, which is one turn."""
        with self._predictor.turns:
            gradients: tuple[torch.Tensor, ...] = compute_gradients(*arguments, **named)
        return gradients


def _weigh(text: str, passage: Passage, shares: torch.Tensor) -> tuple[WordWeight, ...]:
    """Shares of pieces summed to words, without the special pieces at both ends."""
    pieces = shares[1:-1].tolist()
    return tuple(
        WordWeight(word.start, word.end, sum(pieces[word.first : word.beyond]))
        for word in group_words(text, passage.offsets)
    )
