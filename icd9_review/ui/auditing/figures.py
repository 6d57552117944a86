"""How right each coder is by final audits, and the audits behind each figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import pandas as pd
import streamlit as st

from icd9_review.quality.accuracy import FORMULAS, TARGET, AccuracyPart
from icd9_review.quality.audit_words import describe_accuracy_share, describe_target
from icd9_review.store.auditing.audits import CoderAccuracy, accuracy_audits, accuracy_by_coder
from icd9_review.store.database.engine import Database
from icd9_review.ui.auditing.listing import show_rows
from icd9_review.ui.words import plain
from icd9_review.values import User

_CODER: Final = "coder"
_PART: Final = "figure"
_TABLE: Final = "audit_figures"
_DIGITS: Final = 9  # of the number of a person; no more fit into a column
_LISTED: Final = 50  # audits below the table; by judgement: as behind a figure of outcomes
_COLUMNS: Final[Mapping[str, AccuracyPart]] = {
    "Code over code": AccuracyPart.CODES,
    "Target": AccuracyPart.CODES,
    "Case over case": AccuracyPart.CASES,
    "Kept": AccuracyPart.KEPT,
    "POA": AccuracyPart.POA,
    "Order": AccuracyPart.ORDER,
}
_Chosen = tuple[int, AccuracyPart | None]


def show_figures(database: Database, user: User, people: Mapping[int, str]) -> None:
    """How right each coder is, beside a target, with the formulas; a click lists the audits."""
    target = st.number_input(
        "Target in per cent", 0, 100, round(100 * TARGET), key="audit_target", width=180
    )
    found = accuracy_by_coder(database, actor=user)
    if found:
        st.caption(
            "A click on a coder lists their final audits, one on a figure those that cost "
            "something in it."
        )
        st.dataframe(
            pd.DataFrame([_row(each, people, target / 100) for each in found]),
            key=_TABLE,
            hide_index=True,
            on_select=lambda: _choose(found),
            selection_mode="single-cell",
        )
        _show_chosen(database, user, people)
    else:
        st.info("No audit is final yet.")
    with st.expander("How each figure is worked out"):
        for name, formula in FORMULAS.items():
            st.markdown(f"**{plain(name.capitalize())}:** {plain(formula)}")


def chosen_figure(found: Sequence[CoderAccuracy], selection: Any) -> _Chosen | None:
    """The coder and the figure of the cell that was clicked; no figure where it is all of them."""
    cells = ((found[row].coder, name) for row, name in selection.cells if row < len(found))
    return next(((coder, _COLUMNS.get(name)) for coder, name in cells), None)


def asked_figure() -> dict[str, str]:
    """What of the figures the address asks for, for the ledger; nothing for none."""
    return _as_address(*asked) if (asked := _asked()) else {}


def _row(each: CoderAccuracy, people: Mapping[int, str], target: float) -> dict[str, object]:
    figures = each.figures
    return {
        "Coder": people[each.coder],
        "Audits": figures.audits,
        "Code over code": describe_accuracy_share(figures.codes),
        "Target": describe_target(figures.codes, target, figures.audits),
        "Case over case": describe_accuracy_share(figures.cases),
        "Kept": describe_accuracy_share(figures.kept),
        "POA": describe_accuracy_share(figures.poa),
        "Order": describe_accuracy_share(figures.order),
    }


def _choose(found: Sequence[CoderAccuracy]) -> None:
    """Have the address name what was clicked, so that the list can be linked to."""
    chosen = chosen_figure(found, st.session_state[_TABLE].selection)
    st.query_params.clear()
    if chosen is not None:
        st.query_params.from_dict(_as_address(*chosen))


def _as_address(coder: int, part: AccuracyPart | None) -> dict[str, str]:
    return {_CODER: str(coder)} | ({_PART: part.name.lower()} if part else {})


def _asked() -> _Chosen | None:
    """What the address names; None for what is nothing here."""
    part = st.query_params.get(_PART, "")
    with suppress(ValueError, KeyError):
        coder = int(st.query_params[_CODER][:_DIGITS])
        return coder, AccuracyPart[part.upper()] if part else None
    return None


def _show_chosen(database: Database, user: User, people: Mapping[int, str]) -> None:
    if (asked := _asked()) is None:
        return
    coder, part = asked
    found = accuracy_audits(database, coder, part, actor=user, most=_LISTED + 1)
    cost = f" that cost something in: {part}" if part else ""
    st.header(plain(f"Final audits of {people.get(coder, 'somebody')}{cost}"), anchor=False)
    if not found:
        st.write("None.")
        return
    if len(found) > _LISTED:
        st.caption(f"The {_LISTED} with the most differences.")
    show_rows(found[:_LISTED], people, "figure")
