"""How right coders are by gold: a line each, their months, and what they signed otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import pandas as pd
import streamlit as st

from icd9_review.quality.accuracy import FORMULAS, TARGET
from icd9_review.quality.audit_words import describe_accuracy_share
from icd9_review.quality.gold.gold_words import (
    NO_TRIAL,
    NOT_SIGNED,
    describe_done,
    describe_gold_target,
    describe_principal,
    describe_trial,
)
from icd9_review.quality.gold.scoring import CoderGold, GoldReport
from icd9_review.quality.outcomes.periods import write_month
from icd9_review.ui.quality.gold.months_plot import CODER, months_plot
from icd9_review.ui.words import plain
from icd9_review.values import GoldTrial

_People = Mapping[int, str]
_SHOWN = 50  # trials of a table; the command has all
_EVERYBODY = 0
_MONTHS, _OF = "gold_months", "gold_trials_of"


def show_results(report: GoldReport, people: _People) -> None:
    """Figures of each coder beside a target, by month, and the trials behind them."""
    if not report.coders:
        st.info(NO_TRIAL)
        return
    target = st.number_input(
        "Target in per cent", 0, 100, round(100 * TARGET), key="gold_target", width=180
    )
    rows = [_coder_row(each, people, target / 100) for each in report.coders]
    st.table(pd.DataFrame(rows).map(plain), hide_index=True)
    if not report.trials:
        st.info(NOT_SIGNED)
        return
    _show_months(report, people)
    _show_trials(report, people)
    with st.expander("How each figure is worked out"):
        for name, formula in FORMULAS.items():
            st.markdown(f"**{plain(name.capitalize())}:** {plain(formula)}")


def _coder_row(found: CoderGold, people: _People, target: float) -> dict[str, str]:
    figures = found.figures
    elsewhere = f" ({found.elsewhere:,} by others)" if found.elsewhere else ""
    return {
        "Coder": people[found.coder],
        "Signed": f"{found.signed:,} of {found.given:,}{elsewhere}",
        "Onboarding": describe_done(found.onboarding),
        "Code over code": describe_accuracy_share(figures.codes),
        "Target": describe_gold_target(figures.codes, target, figures.audits),
        "Case over case": describe_accuracy_share(figures.cases),
        "Principal": describe_principal(found.principal),
        "POA": describe_accuracy_share(figures.poa),
    }


def _show_months(report: GoldReport, people: _People) -> None:
    st.header("Over time", anchor=False)
    st.write(
        "Code over code by the month of the signature. A month of a few encounters moves by many "
        "points from one code; look at its interval before you speak of a trend. A click on a "
        "point lists below what its coder signed."
    )
    plot, table = st.columns(2, gap="large")
    with plot:
        st.altair_chart(
            months_plot(report.months, people),
            key=_MONTHS,
            on_select=_choose_coder,
            selection_mode=CODER,
        )
    rows = [
        {
            "Month": write_month(each.month),
            "Coder": people[each.coder],
            "Signed": f"{each.trials:,}",
            "Code over code": describe_accuracy_share(each.figures.codes),
        }
        for each in report.months
    ]
    table.table(pd.DataFrame(rows).map(plain), hide_index=True)


def _choose_coder() -> None:
    """A coder of whom a point was clicked is the one whose trials are listed."""
    for point in st.session_state[_MONTHS].selection.get(CODER, ()):
        st.session_state[_OF] = int(point["Number"])


def _show_trials(report: GoldReport, people: _People) -> None:
    st.header("What was signed", anchor=False)
    coders = [_EVERYBODY, *(each.coder for each in report.coders)]
    chosen = st.selectbox(
        "Of",
        coders,
        format_func=lambda each: people[each] if each else "everybody",
        key=_OF,
        width=300,
    )
    trials = [each for each in report.trials if chosen in (_EVERYBODY, each.coder)]
    st.table(trial_table(trials[:_SHOWN], people), hide_index=True)
    if len(trials) > _SHOWN:
        st.caption(plain(f"The newest {_SHOWN} of {len(trials):,}."))


def trial_table(trials: Sequence[GoldTrial], people: _People) -> pd.DataFrame:
    """Signed trials with a link to what was signed; all else is plain."""
    rows = [
        {
            "Signed": f"{each.signed_at:%Y-%m-%d}" if each.signed_at else "",
            "Coder": people[each.coder],
            "Gold": each.gold.label,
            "Differs from gold": describe_trial(each),
        }
        for each in trials
    ]
    table = pd.DataFrame(rows).map(plain)
    links = [
        f"[{each.encounter}](workbench?encounter={quote(each.encounter_id)})" for each in trials
    ]
    table.insert(2, "Encounter", links)
    return table
