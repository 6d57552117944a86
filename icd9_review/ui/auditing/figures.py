"""How right each coder is by final audits, where differences come from, and the audits behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import pandas as pd
import streamlit as st

from icd9_review.quality.accuracy import FORMULAS, TARGET, AccuracyPart
from icd9_review.quality.audit_words import (
    CAUSE_WORDS,
    describe_accuracy_share,
    describe_causes,
    describe_target,
    describe_uncounted,
)
from icd9_review.quality.causes import CauseCount, sum_causes
from icd9_review.store.auditing.audits import CoderAccuracy, accuracy_audits, accuracy_by_coder
from icd9_review.store.auditing.cause_figures import CoderCauses, causes_by_coder
from icd9_review.store.database.engine import Database
from icd9_review.ui.auditing.listing import show_rows
from icd9_review.ui.words import plain
from icd9_review.values import DifferenceCause, User

_CODER: Final = "coder"
_PART: Final = "figure"
_TABLE: Final = "audit_figures"
_CAUSES: Final = "audit_causes"
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
_ALL: Final = "all"
_CAUSE_OF: Final[Mapping[str, DifferenceCause]] = {
    words.capitalize(): cause for cause, words in CAUSE_WORDS.items()
}
"""Causes by the heads of their columns."""
_Figure = AccuracyPart | DifferenceCause
_Chosen = tuple[int | None, _Figure | None]
"""The coder, None for all of them, and the figure, None for all final audits."""
_FIGURES: Final[Mapping[str, _Figure]] = {
    **{part.name.lower(): part for part in AccuracyPart},
    **{cause.value: cause for cause in DifferenceCause},
}
"""Figures by the words of the address."""


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
            on_select=lambda: _choose(chosen_figure(found, st.session_state[_TABLE].selection)),
            selection_mode="single-cell",
        )
        _show_causes(causes_by_coder(database, actor=user), people)
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


def chosen_cause(found: Sequence[CoderCauses], selection: Any) -> _Chosen | None:
    """The coder and the cause of the cell that was clicked; behind the coders stand all."""
    coders = [*(each.coder for each in found), None]
    cells = ((coders[row], name) for row, name in selection.cells if row < len(coders))
    return next(((coder, _CAUSE_OF.get(name)) for coder, name in cells), None)


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


def _show_causes(found: Sequence[CoderCauses], people: Mapping[int, str]) -> None:
    """Where differences come from, for each coder and all; a click lists the audits."""
    whole = sum_causes(each.causes for each in found)
    st.header("Where differences come from", anchor=False)
    st.write(plain(f"{describe_causes(whole)}."))
    if uncounted := sum(each.uncounted for each in found):
        st.caption(plain(describe_uncounted(uncounted)))
    rows = [
        *(_cause_row(people[each.coder], each.audits, each.causes) for each in found),
        _cause_row("All coders", sum(each.audits for each in found), whole),
    ]
    st.dataframe(
        pd.DataFrame(rows),
        key=_CAUSES,
        hide_index=True,
        on_select=lambda: _choose(chosen_cause(found, st.session_state[_CAUSES].selection)),
        selection_mode="single-cell",
    )


def _cause_row(name: str, audits: int, causes: CauseCount) -> dict[str, object]:
    counts = {head: getattr(causes, cause.value) for head, cause in _CAUSE_OF.items()}
    return {"Coder": name, "Audits": audits, "Differences": causes.whole, **counts}


def _choose(chosen: _Chosen | None) -> None:
    """Have the address name what was clicked, so that the list can be linked to."""
    st.query_params.clear()
    if chosen is not None:
        st.query_params.from_dict(_as_address(*chosen))


def _as_address(coder: int | None, figure: _Figure | None) -> dict[str, str]:
    named = [(_PART, name) for name, each in _FIGURES.items() if each is figure]
    return {_CODER: _ALL if coder is None else str(coder), **dict(named)}


def _asked() -> _Chosen | None:
    """What the address names; None for what is nothing here."""
    part, coder = st.query_params.get(_PART, ""), st.query_params.get(_CODER, "")
    with suppress(ValueError, KeyError):
        person = None if coder == _ALL else int(coder[:_DIGITS])
        return person, _FIGURES[part.lower()] if part else None
    return None


def _show_chosen(database: Database, user: User, people: Mapping[int, str]) -> None:
    if (asked := _asked()) is None:
        return
    coder, figure = asked
    found = accuracy_audits(database, coder, figure, actor=user, most=_LISTED + 1)
    of = "all coders" if coder is None else people.get(coder, "somebody")
    st.header(plain(f"Final audits of {of}{_behind(figure)}"), anchor=False)
    if not found:
        st.write("None.")
        return
    if len(found) > _LISTED:
        st.caption(f"The {_LISTED} with the most differences.")
    show_rows(found[:_LISTED], people, "figure")


def _behind(figure: _Figure | None) -> str:
    if figure is None:
        return ""
    if isinstance(figure, DifferenceCause):
        return f" with a difference from: {CAUSE_WORDS[figure]}"
    return f" that cost something in: {figure}"
