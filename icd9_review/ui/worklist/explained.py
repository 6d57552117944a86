"""How far the explanations of encounters are, as the worklist tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from icd9_review.store.explaining.plan import ExplanationProgress, explanation_progress
from icd9_review.ui.services import Services
from icd9_review.values import WorklistRow


def explained_so_far(
    services: Services, rows: Sequence[WorklistRow]
) -> Mapping[str, ExplanationProgress]:
    """The progress by the model in use, by the id of the encounter; none without a model."""
    if services.model_version is None:
        return {}
    ids = [row.id for row in rows if not row.veiled]
    return explanation_progress(services.database, ids, services.model_version)


def describe_explained(progress: ExplanationProgress | None) -> str:
    """How many suggestions are explained, while they are not all; empty once they are."""
    if progress is None or progress.explained == progress.suggested:
        return ""
    if progress.waiting:
        return f"{progress.explained} of {progress.suggested} explained"
    return f"{progress.failed} not explained"
