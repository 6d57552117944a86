"""Taken explanations of a window: worked out under their leases and stored, or given back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import structlog

from icd9_review.errors import ReviewError
from icd9_review.instruments import EXPLANATION_SECONDS
from icd9_review.repeating import repeating
from icd9_review.store import leases
from icd9_review.store.database.engine import Database
from icd9_review.store.explaining.attributions import save_attribution
from icd9_review.store.explaining.explanation_queue import (
    ExplanationJob,
    give_explanation_back,
    renew_explanations,
)
from icd9_review.store.intake.encounters import note_text

if TYPE_CHECKING:
    from icd9_review.model.explaining.attribution_method import AttributionMethod

_log = structlog.get_logger(__name__)


def work_out(
    database: Database, explainer: AttributionMethod, jobs: Sequence[ExplanationJob]
) -> Exception | None:
    """Store the attributions of taken jobs of one window; an error after giving jobs back.

    They share the passes through the model. Where something goes wrong, each is tried by
    itself, so that one does not stop the others.
    """
    error = _try(database, explainer, jobs)
    if error is None:
        return None
    if len(jobs) > 1:
        with _leased(database, jobs):  # those that wait for their turn, too
            errors = [work_out(database, explainer, [job]) for job in jobs]
        return next((each for each in errors if each is not None), None)
    # The message of an unforeseen error may quote the note: only its class is logged and kept.
    _log.warning("explanation_failed", error=type(error).__name__, code=jobs[0].key.code)
    _give_back(database, jobs[0], error)
    return error


def _try(
    database: Database, explainer: AttributionMethod, jobs: Sequence[ExplanationJob]
) -> Exception | None:
    first = jobs[0].key
    try:
        with _leased(database, jobs):
            text = note_text(database, first.note_id)
            codes = [job.key.code for job in jobs]
            with EXPLANATION_SECONDS.time():
                found = explainer.explain_many(text, codes, window=first.window)
        for job in jobs:
            save_attribution(database, job.key, found[job.key.code])
    except Exception as error:
        return error
    return None


def _leased(database: Database, jobs: Sequence[ExplanationJob]) -> AbstractContextManager[None]:
    return repeating(lambda: _renew(database, jobs), leases.LEASE.total_seconds() / 3, "lease")


def _renew(database: Database, jobs: Iterable[ExplanationJob]) -> None:
    try:
        renew_explanations(database, jobs)
    except ReviewError as error:
        _log.warning("lease_not_renewed", error=str(error))


def _give_back(database: Database, job: ExplanationJob, error: Exception) -> None:
    try:
        give_explanation_back(database, job, error)
    except ReviewError as problem:  # its lease runs out
        _log.warning("job_not_given_back", job=job.id, error=str(problem))
