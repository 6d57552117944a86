"""Explanations on demand: one thread beside the pages computes what a coder looks at.

The newest request comes first, since it is what is on the screen now. A request that
is waiting or running is not taken twice, and what is stored is never computed again.
"""

from __future__ import annotations

import threading
from queue import LifoQueue
from typing import Protocol

import structlog

from icd9_review.errors import ReviewError
from icd9_review.store.attributions import attribution, save_attribution
from icd9_review.store.encounters import note_text
from icd9_review.store.engine import Database
from icd9_review.values import Attribution, AttributionKey, Suggestion, Window

log = structlog.get_logger(__name__)


class Explains(Protocol):
    """What is needed of an explainer: the words that name its method, and its work."""

    @property
    def model_version(self) -> str: ...

    @property
    def method(self) -> str: ...

    @property
    def baseline(self) -> str: ...

    @property
    def settings(self) -> str: ...

    def explain(self, text: str, code: str, *, window: Window | None = None) -> Attribution: ...


class Explanations:
    """Computes attributions in the background; safe to ask from many threads."""

    def __init__(self, database: Database, explainer: Explains) -> None:
        self._database = database
        self._explainer = explainer
        self._waiting: LifoQueue[AttributionKey | None] = LifoQueue()
        self._lock = threading.Lock()
        self._running: set[AttributionKey] = set()
        self._failed: dict[AttributionKey, str] = {}
        self._thread = threading.Thread(target=self._work, name="explanations", daemon=True)
        self._thread.start()

    def key(self, suggestion: Suggestion) -> AttributionKey:
        """The key under which this suggestion's attribution is stored.

        Raises ValueError for a suggestion that belongs to no stored note.
        """
        if suggestion.note_id is None:
            raise ValueError("only suggestions for stored notes have attributions")
        return AttributionKey(
            note_id=suggestion.note_id,
            window=suggestion.window,
            kind=suggestion.kind,
            code=suggestion.code,
            model_version=self._explainer.model_version,
            method=self._explainer.method,
            baseline=self._explainer.baseline,
            settings=self._explainer.settings,
        )

    def request(self, key: AttributionKey) -> None:
        """Have it computed and stored, unless that is under way; a failed one is tried again."""
        with self._lock:
            if key in self._running:
                return
            self._failed.pop(key, None)
            self._running.add(key)
        self._waiting.put(key)

    def running(self, key: AttributionKey) -> bool:
        """Whether it waits or is being computed."""
        with self._lock:
            return key in self._running

    def failure(self, key: AttributionKey) -> str | None:
        """What to tell people when the last try failed."""
        with self._lock:
            return self._failed.get(key)

    def stop(self) -> None:
        """End the thread after what it is doing now."""
        self._waiting.put(None)
        self._thread.join(timeout=30)

    def _work(self) -> None:
        while (key := self._waiting.get()) is not None:
            failure = self._explain(key)
            with self._lock:
                self._running.discard(key)
                if failure is not None:
                    self._failed[key] = failure

    def _explain(self, key: AttributionKey) -> str | None:
        """Compute and store one; what went wrong in words for people, None when it is stored."""
        try:
            if attribution(self._database, key) is None:
                text = note_text(self._database, key.note_id)
                found = self._explainer.explain(text, key.code, window=key.window)
                save_attribution(self._database, key, found)
        except ReviewError as error:
            return str(error)
        except Exception as error:
            # The message of an unforeseen error may quote the note: its class says enough.
            log.error("explanation_failed", error=type(error).__name__, code=key.code)
            return f"The explanation could not be computed ({type(error).__name__})."
        return None
