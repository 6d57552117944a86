"""Plots of reliability, risk and drift; a table beside each says the same in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import altair as alt
import pandas as pd

from icd9_review.quality.outcomes.certainty_bins import BucketRisk, DecisionReliability
from icd9_review.quality.outcomes.drift import Stability

BIN: Final = "bin"
"""The name of the selection, and of the field, of a bin that was clicked."""
BUCKET: Final = "bucket"
"""The name of the selection of a point of the risk; its field is ``Codes``."""
BAR: Final = "bar"
"""The name of the selection of a bar of a distribution; its field is ``Place``."""

_HEIGHT = 300
_POINT = 60  # square pixels: large enough to be hit
_PLAIN = {"embedOptions": {"actions": False}}  # no menu that would open an editor elsewhere
_PERCENT = alt.Axis(format=".0%")
_WHOLE = alt.Scale(domain=[0, 1])


def reliability_frame(found: DecisionReliability) -> pd.DataFrame:
    """The bins that hold decisions."""
    rows = [
        {
            BIN: number,
            "Shown": f"{100 * each.low:.0f}–{100 * each.high:.0f} %",
            "Decisions": each.count,
            "Mean shown": each.mean_probability,
            "Accepted": each.share_positive,
        }
        for number, each in enumerate(found.bins)
        if each.count
    ]
    return pd.DataFrame(rows, columns=[BIN, "Shown", "Decisions", "Mean shown", "Accepted"])


def risk_frame(buckets: Sequence[BucketRisk]) -> pd.DataFrame:
    """The points of every curve."""
    rows = [
        {"Codes": each.bucket, "Kept": p.kept, "Not accepted": p.risk, "From": p.threshold}
        for each in buckets
        for p in each.curve.points
    ]
    return pd.DataFrame(rows, columns=["Codes", "Kept", "Not accepted", "From"])


def stability_frame(found: Stability) -> pd.DataFrame:
    """The share of each cell in either period, in their order."""
    rows = [
        {"Cell": cell, "Place": place, "Period": name, "Share": count / whole if whole else 0.0}
        for place, (cell, *counts) in enumerate(found.cells)
        for name, count, whole in zip(
            ("before", "after"), counts, (found.before, found.after), strict=True
        )
    ]
    return pd.DataFrame(rows, columns=["Cell", "Place", "Period", "Share"])


def reliability_plot(found: DecisionReliability) -> alt.LayerChart | alt.FacetChart:
    """Share accepted over the probability shown; on the dashed line both are the same."""
    frame = reliability_frame(found)
    clicked = alt.selection_point(name=BIN, fields=[BIN])
    points = (
        alt.Chart(frame)
        .mark_circle(opacity=0.9)
        .encode(
            x=alt.X("Mean shown:Q", scale=_WHOLE, axis=_PERCENT, title="probability shown"),
            y=alt.Y("Accepted:Q", scale=_WHOLE, axis=_PERCENT, title="share accepted"),
            size=alt.Size("Decisions:Q", legend=None, scale=alt.Scale(range=[40, 500])),
            tooltip=["Shown:N", "Decisions:Q", alt.Tooltip("Accepted:Q", format=".0%")],
        )
        .add_params(clicked)
    )
    ends = pd.DataFrame({"Mean shown": [0, 1], "Accepted": [0, 1]})
    same = (
        alt.Chart(ends)
        .mark_line(strokeDash=[4, 4], color="gray")
        .encode(x="Mean shown:Q", y="Accepted:Q")
    )
    return alt.layer(same, points).properties(height=_HEIGHT, usermeta=_PLAIN)


def risk_plot(buckets: Sequence[BucketRisk]) -> alt.LayerChart | alt.FacetChart:
    """The share not accepted over the share kept, from the surest suggestions on."""
    order = [each.bucket for each in buckets]
    clicked = alt.selection_point(name=BUCKET, fields=["Codes"])
    base = alt.Chart(risk_frame(buckets)).encode(
        x=alt.X("Kept:Q", scale=_WHOLE, axis=_PERCENT, title="share kept, surest first"),
        y=alt.Y("Not accepted:Q", axis=_PERCENT, title="not accepted"),
        color=alt.Color("Codes:N", sort=order, title="codes with"),
    )
    lines = base.mark_line().encode(strokeDash=alt.StrokeDash("Codes:N", sort=order, legend=None))
    points = (
        base.mark_circle(size=_POINT, opacity=1)
        .encode(tooltip=["Codes:N", alt.Tooltip("Kept:Q", format=".0%")])
        .add_params(clicked)
    )
    return alt.layer(lines, points).properties(height=_HEIGHT, usermeta=_PLAIN)


def stability_plot(found: Stability) -> alt.Chart:
    """The shares of both periods side by side."""
    frame = stability_frame(found)
    cells = [cell for cell, _, _ in found.cells]
    plot: alt.Chart = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X("Cell:N", sort=cells, title=found.name, axis=alt.Axis(labelOverlap=True)),
            xOffset=alt.XOffset("Period:N", sort=["before", "after"]),
            y=alt.Y("Share:Q", axis=_PERCENT, title="share"),
            color=alt.Color("Period:N", sort=["before", "after"], title=None),
            tooltip=["Cell:N", "Period:N", alt.Tooltip("Share:Q", format=".1%")],
        )
        .add_params(alt.selection_point(name=BAR, fields=["Place"]))
        .properties(height=_HEIGHT, usermeta=_PLAIN)
    )
    return plot
