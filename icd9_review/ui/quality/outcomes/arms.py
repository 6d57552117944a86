"""What suggestions and explanations do to coders: the arms side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import altair as alt
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from icd9_review.quality.arms import sentences
from icd9_review.quality.arms.figures import SHARES, ArmMeasure, ArmReport
from icd9_review.quality.outcomes.report import OutcomeReport
from icd9_review.ui.quality.outcomes.asking import ask_encounters
from icd9_review.ui.quality.outcomes.view import ReportView
from icd9_review.ui.words import plain
from icd9_review.values import Arm, OutcomeChoice

ARM: Final = "arm"
"""The name of the selection of a point of a plot; its field is ``Arm``."""

_DIFFERENCES: Final[Mapping[Arm, tuple[str, Callable[[ArmReport], str]]]] = {
    Arm.BLIND: ("What suggestions do", sentences.describe_bias),
    Arm.PLAIN: ("What explanations do", sentences.describe_highlights),
}
_HEIGHT: Final = 220
_WIDEST: Final = 200  # pixels of a label; the longest has 130
_PLAIN: Final = {"embedOptions": {"actions": False}}
_SHORT: Final[Mapping[ArmMeasure, str]] = {
    ArmMeasure.RECALL: "model has",
    ArmMeasure.SIGNED: "suggestions signed",
    ArmMeasure.OMISSION: "omission",
    ArmMeasure.COMMISSION: "commission",
}


def show_arms(report: OutcomeReport, view: ReportView, _: Mapping[int, str]) -> DeltaGenerator:
    """The arms, what suggestions do and what explanations do."""
    found = report.arms
    if not found.arms:
        st.info(plain(sentences.NOBODY))
        return st.container()
    st.write(plain(sentences.describe_recall(found)))
    key = "outcomes_arms"

    def choose(selection: Any) -> OutcomeChoice | None:
        names = [name for _, name in selection.cells]
        arms = {_heading(each.arm): each.arm for each in found.arms}
        return next((OutcomeChoice(arm=arms[name]) for name in names if name in arms), None)

    st.caption("A click on a figure lists the charts of its arm.")
    st.dataframe(
        arm_frame(found),
        key=key,
        hide_index=True,
        on_select=ask_encounters(view, key, choose),
        selection_mode="single-cell",
        column_config={"Measure": st.column_config.Column(width="large")},
    )
    place = st.container()
    _show_difference(view, found, Arm.BLIND)
    _show_difference(view, found, Arm.PLAIN)
    return place


def arm_frame(report: ArmReport) -> pd.DataFrame:
    """A row for each measure, a column for each arm."""
    charts = {
        "Measure": "charts (audited)",
        **{_heading(e.arm): f"{e.charts:,} ({e.audits:,})" for e in report.arms},
    }
    rows = [
        {
            "Measure": sentences.MEASURE_NAMES[measure],
            **{
                _heading(each.arm): sentences.describe_measure(measure, each.measures[measure])
                for each in report.arms
            },
        }
        for measure in ArmMeasure
    ]
    return pd.DataFrame([charts, *rows])


def difference_frame(report: ArmReport, arm: Arm) -> pd.DataFrame:
    """How full differs from an arm, a row for each measure."""
    found = report.bias if arm is Arm.BLIND else report.highlights
    rows = [
        {
            "Measure": sentences.MEASURE_NAMES[measure],
            f"Full less {arm.value}": sentences.describe_gap(measure, found.get(measure)),
        }
        for measure in ArmMeasure
    ]
    return pd.DataFrame(rows)


def share_frame(report: ArmReport, arms: tuple[Arm, ...]) -> pd.DataFrame:
    """The shares of some arms with their ends, for the plot."""
    rows = [
        {
            "Measure": _SHORT[measure],
            "Arm": each.arm.value,
            "Share": found.value,
            "Low": found.low,
            "High": found.high,
        }
        for each in report.arms
        if each.arm in arms
        for measure in SHARES
        if (found := each.measures[measure]) is not None
    ]
    return pd.DataFrame(rows, columns=["Measure", "Arm", "Share", "Low", "High"])


def share_plot(report: ArmReport, arms: tuple[Arm, ...]) -> alt.LayerChart | alt.FacetChart:
    """Each share as a point with its interval, one arm below the other."""
    names = [arm.value for arm in arms]
    order = [_SHORT[measure] for measure in SHARES]
    base = alt.Chart(share_frame(report, arms)).encode(
        y=alt.Y("Measure:N", sort=order, title=None, axis=alt.Axis(labelLimit=_WIDEST)),
        yOffset=alt.YOffset("Arm:N", sort=names),
        color=alt.Color("Arm:N", sort=names, title=None),
    )
    scale, axis = alt.Scale(domain=[0, 1]), alt.Axis(format=".0%")
    lines = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("Low:Q", scale=scale, axis=axis, title="share, with its interval"), x2="High:Q"
    )
    tooltip = ["Measure:N", "Arm:N", alt.Tooltip("Share:Q", format=".0%")]
    points = (
        base.mark_point(filled=True, size=70)
        .encode(x="Share:Q", tooltip=tooltip)
        .add_params(alt.selection_point(name=ARM, fields=["Arm"]))
    )
    return alt.layer(lines, points).properties(height=_HEIGHT, usermeta=_PLAIN)


def _show_difference(view: ReportView, report: ArmReport, arm: Arm) -> None:
    heading, describe = _DIFFERENCES[arm]
    st.header(plain(heading), anchor=False)
    st.write(plain(describe(report)))
    if report.of(arm) is None or report.of(Arm.FULL) is None:
        return
    plot, table = st.columns([1, 1], gap="large")
    if not share_frame(report, (Arm.FULL, arm)).empty:
        key = f"outcomes_arms_{arm.value}"
        with plot:
            st.altair_chart(
                share_plot(report, (Arm.FULL, arm)),
                key=key,
                on_select=ask_encounters(view, key, _chosen_arm),
                selection_mode=ARM,
            )
    table.table(difference_frame(report, arm).map(plain), hide_index=True)


def _chosen_arm(selection: Any) -> OutcomeChoice | None:
    return next((OutcomeChoice(arm=Arm(each["Arm"])) for each in selection.get(ARM, ())), None)


def _heading(arm: Arm) -> str:
    return sentences.ARM_NAMES[arm].capitalize()
