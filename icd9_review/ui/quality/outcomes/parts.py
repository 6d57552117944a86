"""The parts of the page: each with a sentence, a plot where it says more, and a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import altair as alt
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from icd9_review.quality.outcomes import sentences
from icd9_review.quality.outcomes.drift import Stability
from icd9_review.quality.outcomes.figures import FINAL_KINDS, is_enough
from icd9_review.quality.outcomes.report import LENGTHS, SCORES, VOCABULARY, OutcomeReport
from icd9_review.quality.outcomes.subgroups import Subgroup
from icd9_review.ui.quality.outcomes.arms import show_arms
from icd9_review.ui.quality.outcomes.asking import ask_encounters
from icd9_review.ui.quality.outcomes.code_table import COLUMNS, chosen_cell, code_frame
from icd9_review.ui.quality.outcomes.plots import (
    BAR,
    BIN,
    BUCKET,
    reliability_frame,
    reliability_plot,
    risk_plot,
    stability_plot,
)
from icd9_review.ui.quality.outcomes.view import ReportView
from icd9_review.ui.words import plain
from icd9_review.values import CaseAxis, CodeKey, OutcomeChoice, OutcomeKind, OutcomePart

_ROW, _MOST = 35, 10  # pixels of a row of Streamlit's, and rows of a table before it scrolls
_Show = Callable[[OutcomeReport, ReportView, Mapping[int, str]], DeltaGenerator]
"""Shows a part; gives the place where the encounters of its figures are listed."""
_Keys = Mapping[str, CodeKey]


def show_code_outcomes(
    report: OutcomeReport, view: ReportView, _: Mapping[int, str]
) -> DeltaGenerator:
    """What became of each code."""
    st.write(plain(sentences.describe_whole(report.whole)))
    st.caption("A click on a heading sorts; a click on a figure lists its encounters.")

    def choose(selection: Any) -> OutcomeChoice | None:
        return next((chosen_cell(report.codes, *cell) for cell in selection.cells), None)

    numbers = st.column_config.NumberColumn
    config = {
        name: numbers(help=words, format="%.1f %%")
        if name in ("Acceptance", "Capture")
        else st.column_config.Column(help=words, width="medium" if name == "Title" else None)
        for name, words in COLUMNS.items()
    }
    _clickable("outcomes_codes", code_frame(report.codes), view, choose, config)
    return st.container()


def show_probabilities(
    report: OutcomeReport, view: ReportView, _: Mapping[int, str]
) -> DeltaGenerator:
    """How far probabilities hold, and where a queue by them sorts."""
    st.header("Reliability", anchor=False)
    st.write(plain(sentences.describe_reliability(report.reliability)))
    frame = reliability_frame(report.reliability)
    if not frame.empty:
        plot, table = st.columns([3, 2], gap="large")
        with plot:
            _clickable_plot(
                "outcomes_reliability",
                reliability_plot(report.reliability),
                view,
                (BIN, BIN),
                lambda number: OutcomeChoice(bin=int(number)),
            )
        with table:
            shown = frame.drop(columns=[BIN])
            shown["Mean shown"], shown["Accepted"] = (
                (100 * shown[name]).round(1) for name in ("Mean shown", "Accepted")
            )
            _clickable("outcomes_bins", shown, view, lambda s: _chosen_bin(frame, s))
    place = st.container()
    st.header("Risk against share kept", anchor=False)
    st.write(plain(sentences.describe_risk(report.risk)))
    if report.risk:
        plot, table = st.columns([3, 2], gap="large")
        with plot:
            _clickable_plot(
                "outcomes_risk_plot",
                risk_plot(report.risk),
                view,
                (BUCKET, "Codes"),
                lambda name: _wrong_of(str(name)),
            )
        with table:
            _clickable("outcomes_risk", _risk_frame(report), view, lambda s: _of_bucket(report, s))
    return place


def show_coders(
    report: OutcomeReport, view: ReportView, people: Mapping[int, str]
) -> DeltaGenerator:
    """How long charts take, and whose are worth a look together."""
    if report.seconds is not None:
        middle = sentences.describe_duration(report.seconds)
        st.write(f"{report.charts:,} charts were signed; the middle one took {plain(middle)}.")
    st.write(plain(sentences.describe_coders(report.coders, people)))
    rows = [
        {
            "Coder": people.get(each.coder, "somebody"),
            "Charts": each.charts,
            "Median time for a chart (s)": each.seconds,
            "Per suggestion (s)": round(each.per_decision, 1) if each.per_decision else None,
            "Acceptance": sentences.describe_share(each.acceptance),
            "Look together": {None: "", True: "worthwhile", False: "no"}[each.look],
        }
        for each in report.coders
    ]

    def choose(selection: Any) -> OutcomeChoice | None:
        found = (report.coders[row] for row, _ in selection.cells if row < len(report.coders))
        return next((OutcomeChoice(signer=each.coder) for each in found), None)

    if rows:
        _clickable("outcomes_coders", pd.DataFrame(rows), view, choose)
    return st.container()


def show_drift(report: OutcomeReport, view: ReportView, _: Mapping[int, str]) -> DeltaGenerator:
    """What has changed since the period before."""
    drift = report.drift
    st.write(plain(sentences.describe_drift(drift)))
    if drift is None:
        return st.container()
    st.caption(plain(sentences.describe_compared(drift)))
    for each in drift.distributions:
        if each.psi is None:
            continue
        st.header(plain(each.name.capitalize()), anchor=False)
        st.write(plain(f"{_upper(sentences.describe_stability(each))}."))
        plot, table = st.columns([3, 2], gap="large")
        keys = {code: (kind, code) for kind, code in drift.codes}
        with plot:
            _clickable_plot(
                f"outcomes_drift_plot_{each.name}",
                stability_plot(each),
                view,
                (BAR, "Place"),
                partial(_of_place, each, keys),
            )
        frame = pd.DataFrame(each.cells, columns=["Cell", "Before", "After"])
        with table:
            _clickable(f"outcomes_drift_{each.name}", frame, view, partial(_of_row, each, keys))
    place = st.container()
    if drift.moved:
        st.header("Codes that moved", anchor=False)
        rows = [
            {
                "Code": each.key[1],
                "Before": sentences.describe_share(each.before),
                "After": sentences.describe_share(each.after),
            }
            for each in drift.moved
        ]
        _clickable("outcomes_moved", pd.DataFrame(rows), view, lambda s: _of_moved(report, s))
    return place


def show_groups(report: OutcomeReport, view: ReportView, _: Mapping[int, str]) -> DeltaGenerator:
    """Acceptance by group."""
    st.write(plain(sentences.describe_groups(report.groups)))
    frame = pd.DataFrame([_group_row(each) for each in report.groups])

    def choose(selection: Any) -> OutcomeChoice | None:
        found = (report.groups[row] for row, _ in selection.cells if row < len(report.groups))
        shown = (each for each in found if not each.suppressed)
        return next((OutcomeChoice(group=(each.axis, each.value)) for each in shown), None)

    if report.groups:
        _clickable("outcomes_groups", frame, view, choose)
    return st.container()


PART_SHOWS: Final[Mapping[OutcomePart, _Show]] = {
    OutcomePart.CODES: show_code_outcomes,
    OutcomePart.PROBABILITIES: show_probabilities,
    OutcomePart.CODERS: show_coders,
    OutcomePart.DRIFT: show_drift,
    OutcomePart.GROUPS: show_groups,
    OutcomePart.ARMS: show_arms,
}


def _clickable(
    key: str,
    frame: pd.DataFrame,
    view: ReportView,
    choose: Callable[[Any], OutcomeChoice | None],
    config: Any = None,
) -> None:
    """A table that sorts, of which a click on a cell opens its encounters."""
    st.dataframe(
        frame,
        key=key,
        hide_index=True,
        height=_height(len(frame)),
        on_select=ask_encounters(view, key, choose),
        selection_mode="single-cell",
        column_config=config,
        placeholder="–",
    )


def _clickable_plot(
    key: str,
    plot: alt.LayerChart | alt.FacetChart | alt.Chart,
    view: ReportView,
    mark: tuple[str, str],
    choose: Callable[[Any], OutcomeChoice | None],
) -> None:
    """A plot of which a click on a mark opens its encounters; the table beside it does by keys.

    ``mark`` names the selection, and the field that ``choose`` takes.
    """
    name, field = mark

    def chosen(selection: Any) -> OutcomeChoice | None:
        return next((choose(point[field]) for point in selection.get(name, ())), None)

    st.altair_chart(plot, key=key, on_select=ask_encounters(view, key, chosen), selection_mode=name)


def _upper(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _height(rows: int) -> int:
    return _ROW * (min(rows, _MOST) + 1) + 3


def _chosen_bin(frame: pd.DataFrame, selection: Any) -> OutcomeChoice | None:
    rows = (row for row, _ in selection.cells if row < len(frame))
    return next((OutcomeChoice(bin=int(frame[BIN].iloc[row])) for row in rows), None)


def _of_bucket(report: OutcomeReport, selection: Any) -> OutcomeChoice | None:
    """What was decided and not accepted of the codes of the bucket whose row was clicked."""
    rows = [report.risk[row] for row, _ in selection.cells if row < len(report.risk)]
    return next((_wrong_of(each.bucket) for each in rows), None)


def _wrong_of(bucket: str) -> OutcomeChoice:
    return OutcomeChoice(outcomes=(OutcomeKind.REPLACED, OutcomeKind.REJECTED), often=bucket)


def _of_row(found: Stability, keys: _Keys, selection: Any) -> OutcomeChoice | None:
    """What a click on a row of a distribution asks for."""
    return next((_of_place(found, keys, row) for row, _ in selection.cells), None)


def _of_place(found: Stability, keys: _Keys, place: float) -> OutcomeChoice | None:
    """What a cell of a distribution asks for; nothing for what is many codes."""
    if not 0 <= (row := int(place)) < len(found.cells):
        return None
    cell = found.cells[row][0]
    if found.name == SCORES:
        return OutcomeChoice(raw=row)
    if found.name == LENGTHS:
        return OutcomeChoice(group=(CaseAxis.LENGTH, cell))
    if found.name == VOCABULARY:
        return OutcomeChoice(group=(CaseAxis.VOCABULARY, cell))
    return OutcomeChoice(keys[cell], FINAL_KINDS) if cell in keys else None


def _of_moved(report: OutcomeReport, selection: Any) -> OutcomeChoice | None:
    moved = report.drift.moved if report.drift else ()
    rows = [moved[row] for row, _ in selection.cells if row < len(moved)]
    return next((OutcomeChoice(each.key, FINAL_KINDS) for each in rows), None)


def _risk_frame(report: OutcomeReport) -> pd.DataFrame:
    rows = [
        {
            "Codes with": each.bucket,
            "Codes": f"{each.codes:,}",
            "Surer half wrong": sentences.describe_share(each.surest),
            "Rest wrong": sentences.describe_share(each.rest),
            "Sorts": {None: "too few", True: "yes", False: "no"}[each.falls],
        }
        for each in report.risk
    ]
    return pd.DataFrame(rows)


def _group_row(each: Subgroup) -> dict[str, object]:
    share = each.acceptance
    enough = share is not None and is_enough(share)
    return {
        "By": each.axis.value,
        "Group": each.value,
        "Encounters": each.cases,
        "Decided": each.decided,
        "Acceptance": round(100 * share.value, 1) if share is not None and enough else None,
        "With interval": sentences.describe_share(share) if share is not None else "not shown",
    }
