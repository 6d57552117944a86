"""Each plot names the selection, and has the field, that a click is read by."""

from __future__ import annotations

from typing import Any

import altair as alt
import pytest

from icd9_review.quality.arms.figures import ArmReport
from icd9_review.quality.outcomes.drift import Stability
from icd9_review.ui.quality.gold.months_plot import CODER, months_plot
from icd9_review.ui.quality.outcomes.arms import ARM, share_plot
from icd9_review.ui.quality.outcomes.plots import BAR, BUCKET, risk_plot, stability_plot
from icd9_review.values import Arm

AGES = Stability("age", (("0–17", 3, 4), ("18–64", 30, 41)), 33, 45, 0.1)


@pytest.mark.parametrize(
    ("plot", "name", "field"),
    [
        (risk_plot([]), BUCKET, "Codes"),
        (stability_plot(AGES), BAR, "Place"),
        (share_plot(ArmReport(), (Arm.FULL, Arm.BLIND)), ARM, "Arm"),
        (months_plot([], {}), CODER, "Number"),
    ],
)
def test_a_click_is_read_by_a_selection_over_a_field_of_the_marks(
    plot: alt.Chart | alt.LayerChart, name: str, field: str
) -> None:
    told: dict[str, Any] = plot.to_dict()
    (selection,) = [each for each in told["params"] if each["name"] == name]
    assert selection["select"] == {"type": "point", "fields": [field]}


def test_a_bar_knows_its_place_in_the_distribution() -> None:
    rows = stability_plot(AGES).data
    assert list(zip(rows["Cell"], rows["Place"], strict=True))[::2] == [("0–17", 0), ("18–64", 1)]
