from __future__ import annotations

import pytest

from icd9_review.store.explaining.plan import ExplanationProgress
from icd9_review.ui.worklist.explained import describe_explained


@pytest.mark.parametrize(
    ("progress", "told"),
    [
        (None, ""),
        (ExplanationProgress(suggested=12, explained=0, failed=0), "0 of 12 explained"),
        (ExplanationProgress(suggested=12, explained=7, failed=1), "7 of 12 explained"),
        (ExplanationProgress(suggested=12, explained=11, failed=1), "1 not explained"),
        (ExplanationProgress(suggested=12, explained=12, failed=0), ""),
    ],
)
def test_progress_is_told_while_something_is_missing(
    progress: ExplanationProgress | None, told: str
) -> None:
    assert describe_explained(progress) == told
