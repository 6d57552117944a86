"""The matrix of members as a heat map; the table beside it says the same in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt
import pandas as pd

from icd9_review.quality.agreement.pairs import PairAgreement
from icd9_review.quality.agreement.words import write_figure

CELL: Final = "cell"
"""The name of the selection of a cell."""

_ROW = 44  # pixels of a member
_PALE, _FULL = "#e3ecf7", "#14589c"
_ON_PALE, _ON_FULL = "#10151c", "#ffffff"
_BY_WORD = "split(datum.label, ' ')"  # a line for each word: columns are narrow
_PLAIN = {"embedOptions": {"actions": False}}  # no menu that would open an editor elsewhere


def matrix_frame(pairs: Sequence[PairAgreement]) -> pd.DataFrame:
    """Each pair on both sides of the diagonal."""
    rows = [
        {
            "First": first,
            "Second": second,
            "Alpha": each.alpha.value,
            "Encounters": each.encounters,
            "Jaccard": each.jaccard.value,
            # On two lines: from 100 encounters on one would reach into the next cell.
            "Written": f"{write_figure(each.alpha.value)}\n({each.encounters:,})",
        }
        for each in pairs
        for first, second in ((each.first, each.second), (each.second, each.first))
    ]
    return pd.DataFrame(rows)


def heat_map(pairs: Sequence[PairAgreement]) -> alt.LayerChart | alt.FacetChart:
    """Alpha of every pair and their encounters; a click chooses the pair."""
    frame = matrix_frame(pairs)
    clicked = alt.selection_point(name=CELL, fields=["First", "Second"])
    base = alt.Chart(frame).encode(
        x=alt.X(
            "Second:N",
            axis=_axis(labelExpr=_BY_WORD, labelAngle=0, labelAlign="center", labelFlush=False),
        ),
        y=alt.Y("First:N", axis=_axis()),
    )
    cells = (
        base.mark_rect(cornerRadius=4, stroke="transparent", strokeWidth=3)
        .encode(
            color=alt.Color(
                "Alpha:Q",
                scale=alt.Scale(domain=[0, 1], range=[_PALE, _FULL], clamp=True),
                legend=None,
            ),
            tooltip=[
                "First:N",
                "Second:N",
                "Encounters:Q",
                alt.Tooltip("Alpha:Q", format=".2f"),
                alt.Tooltip("Jaccard:Q", format=".2f"),
            ],
        )
        .add_params(clicked)
    )
    ink = alt.condition("datum.Alpha > 0.45", alt.value(_ON_FULL), alt.value(_ON_PALE))
    lines = base.mark_text(fontSize=13, lineBreak="\n", baseline="middle", dy=-7)
    words = lines.encode(text="Written:N", color=ink)
    return alt.layer(cells, words).properties(height=alt.Step(_ROW), usermeta=_PLAIN)


def _axis(**more: Any) -> alt.Axis:
    return alt.Axis(labelLimit=150, labelOverlap=False, title=None, domain=False, **more)


def chosen_pair(
    selection: Mapping[str, Any], pairs: Sequence[PairAgreement]
) -> tuple[str, str] | None:
    """The pair of the cell that was clicked, in the order of the pairs; None where none is."""
    known = {frozenset((each.first, each.second)): (each.first, each.second) for each in pairs}
    for point in selection.get(CELL, ()):
        return known.get(frozenset((point.get("First"), point.get("Second"))))
    return None
