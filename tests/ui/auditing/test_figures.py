"""What a click on the figures of coders asks for."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from icd9_review.quality.accuracy import AccuracyPart, accuracy_figures
from icd9_review.quality.causes import CauseCount
from icd9_review.store.auditing.audits import CoderAccuracy
from icd9_review.store.auditing.cause_figures import CoderCauses
from icd9_review.ui.auditing.figures import chosen_cause, chosen_figure
from icd9_review.values import DifferenceCause

FOUND = [CoderAccuracy(coder, accuracy_figures([])) for coder in (7, 9)]


@pytest.mark.parametrize(
    ("cells", "asked"),
    [
        ([(1, "Coder")], (9, None)),
        ([(0, "Audits")], (7, None)),
        ([(0, "Kept")], (7, AccuracyPart.KEPT)),
        ([(1, "Target")], (9, AccuracyPart.CODES)),
        ([(2, "Kept")], None),
        ([], None),
    ],
)
def test_a_click_asks_for_a_coder_and_a_figure(
    cells: list[tuple[int, str]], asked: tuple[int, AccuracyPart | None] | None
) -> None:
    assert chosen_figure(FOUND, SimpleNamespace(cells=cells)) == asked


@pytest.mark.parametrize(
    ("cell", "asked"),
    [
        ((0, "Error of the coder"), (7, DifferenceCause.CODER)),
        ((1, "Gap in a guideline"), (None, DifferenceCause.GUIDELINE)),
        ((1, "Differences"), (None, None)),
        ((2, "Edge case"), None),
    ],
)
def test_a_click_on_a_cause_asks_for_a_coder_or_for_all(
    cell: tuple[int, str], asked: tuple[int | None, DifferenceCause | None] | None
) -> None:
    found = [CoderCauses(7, 3, 0, CauseCount(coder=2))]
    assert chosen_cause(found, SimpleNamespace(cells=[cell])) == asked
