"""An explainer for tests that need no model: it does as told, and counts."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from icd9_review.store.explaining.explanation_queue import Technique
from icd9_review.values import Attribution, Window, WordWeight
from tests.encounters import make_model


class Explains:
    """Gives the first word of a window all the weight; waits for ``go``, raises ``error``.

    ``begun`` are the codes asked for, ``codes`` those that were gone on with.
    """

    method = "integrated gradients"
    baseline = "padding"
    settings = "tolerance=0.05"

    def __init__(self, model_version: str = make_model().version) -> None:
        self.model_version = model_version
        self.begun: list[str] = []
        self.codes: list[str] = []
        self.go = threading.Event()
        self.go.set()
        self.error: Exception | None = None

    @property
    def technique(self) -> Technique:
        return Technique(self.model_version, self.method, self.baseline, self.settings)

    def explain_many(
        self, text: str, codes: Iterable[str], *, window: Window
    ) -> dict[str, Attribution]:
        return {code: self.explain(text, code, window=window) for code in codes}

    def explain(self, text: str, code: str, *, window: Window | None = None) -> Attribution:
        self.begun.append(code)
        self.go.wait(20)
        assert text
        self.codes.append(code)
        if self.error is not None:
            raise self.error
        assert window is not None
        words = (WordWeight(window.start, window.start + 4, 1.0),)
        return Attribution(code, window, words, self.method, self.baseline, 12, 0.01, holds=True)
