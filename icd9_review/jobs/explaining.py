"""One claimed explanation: worked out under its lease and stored, or given back."""

from __future__ import annotations

from typing import Protocol

import structlog

from icd9_review.errors import ReviewError
from icd9_review.jobs.leases import repeating
from icd9_review.store import explanation_jobs
from icd9_review.store.attributions import save_attribution
from icd9_review.store.encounters import note_text
from icd9_review.store.engine import Database
from icd9_review.store.explanation_jobs import ExplanationJob, Technique
from icd9_review.values import Attribution, Window

_log = structlog.get_logger(__name__)


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


def technique_of(explainer: Explains) -> Technique:
    """What the keys of this explainer's attributions have in common."""
    return Technique(
        explainer.model_version, explainer.method, explainer.baseline, explainer.settings
    )


def work_out(database: Database, explainer: Explains, job: ExplanationJob) -> Exception | None:
    """Store the attribution of a claimed job; the error after giving the job back.

    The message of an unforeseen error may quote the note: only its class is logged and kept.
    """
    try:
        with repeating(
            lambda: _renew(database, job), explanation_jobs.LEASE.total_seconds() / 3, "lease"
        ):
            text = note_text(database, job.key.note_id)
            found = explainer.explain(text, job.key.code, window=job.key.window)
        save_attribution(database, job.key, found)
    except Exception as error:
        _log.warning("explanation_failed", error=type(error).__name__, code=job.key.code)
        _give_back(database, job, error)
        return error
    return None


def _renew(database: Database, job: ExplanationJob) -> None:
    try:
        explanation_jobs.renew(database, job)
    except ReviewError as error:
        _log.warning("lease_not_renewed", job=job.id, error=str(error))


def _give_back(database: Database, job: ExplanationJob, error: Exception) -> None:
    try:
        explanation_jobs.fail(database, job, error)
    except ReviewError as problem:  # its lease runs out
        _log.warning("job_not_given_back", job=job.id, error=str(problem))
