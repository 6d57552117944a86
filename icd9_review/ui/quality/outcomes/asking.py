"""What is asked above the figures: months, model version, part; and what a click asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import streamlit as st

from icd9_review.quality.outcomes.periods import Period, write_month
from icd9_review.store.oversight.outcome_counts import CountedVersion
from icd9_review.ui.quality.outcomes.view import (
    ReportView,
    as_outcome_address,
    read_view,
)
from icd9_review.ui.words import plain
from icd9_review.values import OutcomeChoice, OutcomePart, OutcomeQuery

_PART_WORDS: Final[Mapping[OutcomePart, str]] = {
    OutcomePart.CODES: "Codes",
    OutcomePart.PROBABILITIES: "Probabilities",
    OutcomePart.CODERS: "Time and coders",
    OutcomePart.DRIFT: "Drift",
    OutcomePart.GROUPS: "Groups",
    OutcomePart.ARMS: "Without suggestions",
}
_FIRST, _LAST, _PART = (f"outcomes_{name}" for name in ("first", "last", "part"))
MODEL_KEY: Final = "outcomes_model"
"""The key of a widget that is there whenever the page has figures."""
_ANY: Final = "any"
_ANY_MONTH: Final = 0


def ask_view(versions: Sequence[CountedVersion], months: Period) -> ReportView:
    """The view of the address, with the widgets that change it."""
    known = [each.version for each in versions]
    view, problems = read_view(st.query_params.to_dict(), known)
    for problem in problems:
        st.warning(plain(problem))
    first, last, model, _ = st.columns([1.2, 1.2, 3, 2.2])
    months_here = [_ANY_MONTH, *_months(months)]
    query = view.query
    for column, label, key, chosen in (
        (first, "From", _FIRST, query.first),
        (last, "To", _LAST, query.last),
    ):
        chosen = chosen or _ANY_MONTH
        options = months_here if chosen in months_here else [*months_here, chosen]
        column.selectbox(
            label,
            options,
            options.index(chosen),
            format_func=lambda month: write_month(month) if month else "any month",
            key=key,
            on_change=_take,
            args=(view,),
        )
    names = {each.version: describe_version(each) for each in versions}
    given = [_ANY, *known]
    model.selectbox(
        "Model version",
        given,
        given.index(_ANY if query.version is None else query.version),
        format_func=lambda version: names.get(version, "all model versions"),
        key=MODEL_KEY,
        on_change=_take,
        args=(view,),
    )
    return view


def ask_part(view: ReportView) -> None:
    """Which figures are shown."""
    st.segmented_control(
        "Figures",
        list(OutcomePart),
        default=view.part,
        format_func=_PART_WORDS.__getitem__,
        key=_PART,
        label_visibility="collapsed",
        on_change=_turn,
        args=(view,),
    )


def ask_encounters(
    view: ReportView, key: str, choose: Callable[[Any], OutcomeChoice | None]
) -> Callable[[], None]:
    """A callback that has the address name the figure that was clicked in the widget ``key``."""

    def take() -> None:
        chosen = choose(st.session_state[key].selection)
        write_view(replace(view, choice=chosen))

    return take


def write_view(view: ReportView) -> None:
    """Have the address name a view."""
    st.query_params.from_dict(as_outcome_address(view))


def describe_version(each: CountedVersion) -> str:
    """A model version in a list; one that is gone says so."""
    if not each.version:
        return "without a model"
    name = "removed" if each.name is None else each.name
    return f"{each.version[:12]} ({name})"


def _take(view: ReportView) -> None:
    """Another period or version; a figure that was clicked is of the former one."""
    held = st.session_state
    version = None if held[MODEL_KEY] == _ANY else held[MODEL_KEY]
    query = OutcomeQuery(held[_FIRST] or None, held[_LAST] or None, version)
    write_view(replace(view, query=query, choice=None))


def _turn(view: ReportView) -> None:
    part = st.session_state[_PART] or view.part
    write_view(replace(view, part=part, choice=None))


def _months(period: Period) -> list[int]:
    found, month = [], period.first
    while month <= period.last:
        found.append(month)
        month = month + 1 if month % 100 < 12 else month + 89
    return found
