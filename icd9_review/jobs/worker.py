"""The worker: one thread that scores the notes in the queue, then explains what it suggests."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Protocol

import structlog

from icd9_review.errors import ReviewError
from icd9_review.instruments import NOTES_SCORED
from icd9_review.jobs.explaining import work_out
from icd9_review.jobs.priority import step_back
from icd9_review.jobs.webhooks import LOOKS_FOR_MESSAGES, WebhookSender
from icd9_review.repeating import repeating
from icd9_review.store import leases
from icd9_review.store.auditing.promotion_audits import draw_promoted
from icd9_review.store.database.engine import Database
from icd9_review.store.explaining.explanation_queue import take_explanations
from icd9_review.store.explaining.plan import adopt, replan, unplanned
from icd9_review.store.intake.encounters import note_text
from icd9_review.store.recoding.seconds import ask_seconds
from icd9_review.store.scoring import heartbeats
from icd9_review.store.scoring.catching_up import behind, catch_up
from icd9_review.store.scoring.scores import save_scores
from icd9_review.store.scoring.scoring_queue import (
    give_note_back,
    renew_note,
    retry_failed,
    take_note,
)
from icd9_review.store.users import system_user
from icd9_review.values import Job, ModelVersion, Scores, WordCount

if TYPE_CHECKING:
    from icd9_review.model.explaining.attribution_method import AttributionMethod

_POLL = 1.0  # seconds between two looks for work; by judgement
_AT_ONCE = 20  # encounters taken on in one transaction; by judgement: a decision waits for it
_BREATH = 0.03  # seconds between two of these for whoever else writes; by judgement
_ASKS = 3600.0  # seconds between two looks whether agreement is too low; by judgement
_log = structlog.get_logger(__name__)


class NotePredictor(Protocol):
    """What the worker needs of a predictor: this package knows no model."""

    @property
    def version(self) -> ModelVersion: ...

    def score(self, text: str) -> Scores: ...

    def count_words(self, text: str) -> WordCount: ...


class Worker:
    """Scores queued notes until stopped, and explains suggestions while no note waits.

    Looks at the queues when notified, and every second for what other processes have
    queued. Logs ids, codes and classes of errors, never a note's text.

    ``standby``: the app's own worker, which rests while a worker process is alive, so that
    the two do not share the cores. A worker process says by its heartbeat that it is.
    ``gives_way`` says when a person waits for an explanation of this process; none is
    begun here meanwhile. ``beside`` does one thing while no note waits, between explanations, and
    says whether there was one. ``ahead``: what nobody has asked for is explained, too.
    ``promotion_sample`` is how many signed encounters are drawn for audit after a promotion.
    ``until_empty``: it ends when nothing waits.
    """

    def __init__(
        self,
        database: Database,
        scorer: NotePredictor,
        explainer: AttributionMethod | None = None,
        *,
        standby: bool = True,
        until_empty: bool = False,
        gives_way: Callable[[], bool] = lambda: False,
        beside: Callable[[], bool] = lambda: False,
        ahead: bool = True,
        promotion_sample: int = 0,
    ) -> None:
        self._database = database
        self._scorer = scorer
        self._explainer = explainer
        self._standby = standby
        self._until_empty = until_empty
        self._gives_way = gives_way
        self._beside = beside
        self._ahead = ahead
        self._promotion_sample = promotion_sample
        self._id = secrets.token_hex(11)
        self._behind: list[str] | None = None
        self._unplanned: list[str] | None = None
        self._asked: float | None = None
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin; what this model version has not counted or read yet is found by the thread."""
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Take no more work and wait for what is being done, ``timeout`` seconds at most."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(timeout)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until it ends; whether it did within ``timeout`` seconds."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def notify(self) -> None:
        """Look at the queues now."""
        self._wake.set()

    @property
    def _version(self) -> str:
        return self._scorer.version.version

    def _run(self) -> None:
        step_back()
        with ExitStack() as stack:
            if not self._standby:
                stack.callback(self._leave)
                self._beat()
                beat = heartbeats.ALIVE.total_seconds() / 3
                stack.enter_context(repeating(self._beat, beat, "heartbeat"))
            sender = WebhookSender(self._database)
            send = partial(_send_messages, sender)
            stack.enter_context(repeating(send, LOOKS_FOR_MESSAGES, "webhooks"))
            self._work()

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                found = self._step()
            except ReviewError as error:
                _log.warning("queue_unreadable", error=str(error))
                found = False
            else:
                if self._until_empty and not found:
                    return
            if not found:
                self._wake.wait(_POLL)

    def _step(self) -> bool:
        """Do one thing, a note before an explanation; whether there was one."""
        if self._standby and heartbeats.workers_alive(self._database, self._version):
            return False
        caught_up = self._catch_up()
        read = self._score_next() or caught_up
        if read or self._plan_next():
            return True
        explained = self._explain_next()
        beside = not self._gives_way() and self._beside()
        return explained or beside or self._ask_seconds()

    def _ask_seconds(self) -> bool:
        """Ask for second coders by the rule in force, once in a while, when nothing waits.

        And draw the audit of a model that was promoted. Whether any second coder was asked for:
        there are notes to be read then.
        """
        if self._asked is not None and time.monotonic() - self._asked < _ASKS:
            return False
        self._asked = time.monotonic()
        draw_promoted(self._database, self._promotion_sample, actor=system_user(self._database))
        return ask_seconds(self._database, actor=system_user(self._database)).made > 0

    def _catch_up(self) -> bool:
        """Take on a few encounters that this model version has not counted or read."""
        if self._behind is None:
            self._behind = self._begin()
        if not (chosen := self._behind[-_AT_ONCE:]):
            return False
        catch_up(self._database, chosen, self._version)
        del self._behind[-len(chosen) :]
        self._stopping.wait(_BREATH)
        return True

    def _begin(self) -> list[str]:
        """What is to be caught up with; what failed is tried again.

        What an older program was to explain is taken over, so that it is not explained again.
        """
        retry_failed(self._database, self._version, actor=system_user(self._database))
        if self._explainer is not None:
            adopt(self._database, self._explainer.technique)
        return behind(self._database, self._version)

    def _score_next(self) -> bool:
        job = take_note(self._database, self._version)
        if job is None:
            return False
        try:
            self._score(job)
        except Exception as error:
            _log.warning("scoring_failed", note=job.note_id, error=type(error).__name__)
            self._give_back(job, error)
        return True

    def _score(self, job: Job) -> None:
        with repeating(lambda: self._renew(job), leases.LEASE.total_seconds() / 3, "lease"):
            text = note_text(self._database, job.note_id)
            scores, words = self._scorer.score(text), self._scorer.count_words(text)
        technique = self._explainer.technique if self._explainer else None
        save_scores(self._database, job.note_id, scores, technique, words)
        NOTES_SCORED.inc()

    def _give_back(self, job: Job, error: Exception) -> None:
        try:
            give_note_back(self._database, job, error)
        except ReviewError as problem:  # its lease runs out
            _log.warning("job_not_given_back", job=job.id, error=str(problem))

    def _renew(self, job: Job) -> None:
        try:
            renew_note(self._database, job)
        except ReviewError as error:
            _log.warning("lease_not_renewed", job=job.id, error=str(error))

    def _plan_next(self) -> bool:
        """Plan one of the encounters that were scored before this worker began."""
        if self._explainer is None:
            return False
        technique = self._explainer.technique
        if self._unplanned is None:
            self._unplanned = unplanned(self._database, technique)
        if not self._unplanned:
            return False
        replan(self._database, self._unplanned[-1], technique)
        self._unplanned.pop()
        return True

    def _explain_next(self) -> bool:
        if self._explainer is None or self._gives_way():
            return False
        taken = take_explanations(self._database, self._explainer.technique, ahead=self._ahead)
        if taken:
            work_out(self._database, self._explainer, taken)
        return bool(taken)

    def _beat(self) -> None:
        try:
            heartbeats.beat(self._database, self._id, self._version)
        except ReviewError as error:
            _log.warning("heartbeat_missed", error=str(error))

    def _leave(self) -> None:
        try:
            heartbeats.leave(self._database, self._id)
        except ReviewError as error:  # it runs out
            _log.warning("heartbeat_missed", error=str(error))


def _send_messages(sender: WebhookSender) -> None:
    """What waits for webhooks, beside notes: who answers slowly holds up no reading."""
    try:
        sender.send_due()
    except Exception as error:  # the next look goes on
        _log.warning("webhook_failed", error=type(error).__name__)
