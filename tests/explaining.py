"""An explainer for tests that need no model: it does as told, and counts."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from icd9_review.model.explaining.attribution_method import AttributionMethod
from icd9_review.values import Attribution, Technique, Window, WordWeight
from tests.encounters import make_model


class Explains(AttributionMethod):
    """Gives the first word of a window all the weight; waits for ``go``, raises ``error``.

    ``begun`` are the codes asked for, ``codes`` those that were gone on with.
    """

    def __init__(
        self, model_version: str = make_model().version, settings: str = "tolerance=0.05"
    ) -> None:
        self.technique = Technique(model_version, "first word", "padding", settings)
        self.begun: list[str] = []
        self.codes: list[str] = []
        self.go = threading.Event()
        self.go.set()
        self.error: Exception | None = None

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
        return Attribution(
            code=code,
            window=window,
            words=words,
            method=self.technique.method,
            baseline=self.technique.baseline,
            steps=12,
            delta=0.01,
            holds=True,
            settings=self.technique.settings,
        )
