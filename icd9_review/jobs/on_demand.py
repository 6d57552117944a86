"""Explanations on demand: one thread beside the pages computes what a coder looks at.

The newest request comes first, since it is what is on the screen now. Each is taken from
the queue that workers share, so that nothing is computed twice: a request that is waiting
or running is not taken again, here or elsewhere, and what is stored is never computed anew.
"""

from __future__ import annotations

import threading
from collections import deque
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING

import structlog

from icd9_review.errors import ReviewError
from icd9_review.jobs.explaining import work_out
from icd9_review.jobs.priority import step_back
from icd9_review.store.database.engine import Database
from icd9_review.store.explaining.attributions import attribution
from icd9_review.store.explaining.explanation_queue import hurry_explanation, take_explanation
from icd9_review.store.intake.encounters import note_text
from icd9_review.values import Attribution, AttributionKey, Suggestion

if TYPE_CHECKING:
    from icd9_review.model.explaining.attribution_method import AttributionMethod

_AGAIN = 0.2  # seconds until what another worker has is looked for again; by judgement
_PATIENCE = 10.0  # seconds that one pass in the background is held up; by judgement
_log = structlog.get_logger(__name__)


class Explanations:
    """Computes attributions in the background; safe to ask from many threads."""

    def __init__(
        self,
        database: Database,
        explainer: AttributionMethod,
        previewer: AttributionMethod | None = None,
    ) -> None:
        self._database = database
        self._explainer = explainer
        self._previewer = previewer
        self._previews: dict[AttributionKey, Attribution] = {}
        self._technique = explainer.technique
        self._waiting: LifoQueue[AttributionKey | None] = LifoQueue()
        self._elsewhere: deque[AttributionKey] = deque()
        self._lock = threading.Lock()
        self._idle = threading.Event()
        self._idle.set()
        self._running: set[AttributionKey] = set()
        self._failed: dict[AttributionKey, str] = {}
        self._thread = threading.Thread(target=self._work, name="explanations", daemon=True)
        self._thread.start()

    def key(self, suggestion: Suggestion) -> AttributionKey:
        """The key under which this suggestion's attribution is stored.

        Raises ValueError for a suggestion that belongs to no stored note.
        """
        return self._technique.key(suggestion)

    def request(self, key: AttributionKey) -> None:
        """Have it computed and stored, unless that is under way; a failed one is tried again.

        While this thread is busy a worker may be quicker: the job goes to the front for all.
        """
        with self._lock:
            if key in self._running:
                return
            busy = self.busy()
            self._failed.pop(key, None)
            self._running.add(key)
            self._idle.clear()
        self._waiting.put(key)
        if busy:
            self._hurry(key)

    def running(self, key: AttributionKey) -> bool:
        """Whether it waits or is being computed."""
        with self._lock:
            return key in self._running

    def preview(self, key: AttributionKey) -> Attribution | None:
        """A rough explanation, by another method, while the one asked for is running."""
        with self._lock:
            return self._previews.get(key)

    def busy(self) -> bool:
        """Whether a person waits for what this thread has to do."""
        return not self._idle.is_set()

    def let_pass(self) -> None:
        """Wait while a person waits: what works in the background calls it between passes."""
        self._idle.wait(_PATIENCE)

    def failure(self, key: AttributionKey) -> str | None:
        """What to tell people when the last try failed."""
        with self._lock:
            return self._failed.get(key)

    def stop(self) -> None:
        """End the thread after what it is doing now."""
        self._waiting.put(None)
        self._thread.join(timeout=30)  # seconds; by judgement: beyond an explanation

    def _hurry(self, key: AttributionKey) -> None:
        try:
            hurry_explanation(self._database, key)
        except ReviewError as error:  # it only waits its turn here
            _log.warning("queue_unreadable", error=str(error))

    def _work(self) -> None:
        step_back()
        while (key := self._next()) is not None:
            try:
                failure = self._explain(key)
            except _Elsewhere:
                self._elsewhere.append(key)
            else:
                self._finish(key, failure)
            with self._lock:
                if len(self._elsewhere) == len(self._running):
                    self._idle.set()  # what is worked out elsewhere must not wait for this thread

    def _finish(self, key: AttributionKey, failure: str | None) -> None:
        with self._lock:
            self._running.discard(key)
            self._previews.pop(key, None)
            if failure is not None:
                self._failed[key] = failure

    def _next(self) -> AttributionKey | None:
        """The newest request; between requests, one that another worker had."""
        try:
            return self._waiting.get(timeout=_AGAIN if self._elsewhere else None)
        except Empty:
            return self._elsewhere.popleft()

    def _explain(self, key: AttributionKey) -> str | None:
        """Compute and store one; what went wrong in words for people, None when it is stored."""
        try:
            if attribution(self._database, key) is not None:
                return None
            self._look(key)
            job = take_explanation(self._database, key)
        except ReviewError as error:
            return str(error)
        if job is None:
            raise _Elsewhere
        self._idle.clear()
        problem = work_out(self._database, self._explainer, [job])
        if problem is None:
            return None
        if isinstance(problem, ReviewError):
            return str(problem)
        return f"The explanation could not be computed ({type(problem).__name__})."

    def _look(self, key: AttributionKey) -> None:
        """Compute the preview, once; without it people wait for the explanation itself."""
        if self._previewer is None or key in self._previews:
            return
        try:
            text = note_text(self._database, key.note_id)
            found = self._previewer.explain_many(text, [key.code], window=key.window)
        except Exception as error:  # its message may quote the note
            _log.warning("preview_failed", error=type(error).__name__, code=key.code)
            return
        with self._lock:
            self._previews[key] = found[key.code]


class _Elsewhere(Exception):
    """Another worker is computing it."""
