"""The plot of gold over time; the table beside it says the same in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import altair as alt
import pandas as pd

from icd9_review.quality.gold.scoring import GoldMonth
from icd9_review.quality.outcomes.periods import write_month

CODER: Final = "coder"
"""The name of the selection of a point; its field is ``Number``."""

_HEIGHT = 280
_POINT = 80  # square pixels: a coder of one month has no line
_PLAIN = {"embedOptions": {"actions": False}}  # no menu that would open an editor elsewhere


def months_plot(
    months: Sequence[GoldMonth], people: Mapping[int, str]
) -> alt.LayerChart | alt.FacetChart:
    """Code over code by month, a line for each coder; a click on a point chooses the coder."""
    rows = [
        {
            "Month": write_month(each.month),
            "Coder": people[each.coder],
            "Number": each.coder,
            "Share": each.figures.codes.value,
            "Signed": each.trials,
        }
        for each in months
    ]
    frame = pd.DataFrame(rows, columns=["Month", "Coder", "Number", "Share", "Signed"])
    base = alt.Chart(frame).encode(
        x=alt.X("Month:O", title="month of the signature", axis=alt.Axis(labelAngle=0)),
        y=alt.Y(
            "Share:Q",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format=".0%"),
            title="code over code",
        ),
        color=alt.Color("Coder:N", title=None),
    )
    points = (
        base.mark_point(filled=True, size=_POINT, opacity=1)
        .encode(
            shape=alt.Shape("Coder:N", title=None),
            tooltip=["Coder:N", "Month:O", alt.Tooltip("Share:Q", format=".1%"), "Signed:Q"],
        )
        .add_params(alt.selection_point(name=CODER, fields=["Number"]))
    )
    return alt.layer(base.mark_line(), points).properties(height=_HEIGHT, usermeta=_PLAIN)
