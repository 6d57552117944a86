"""Outcomes: what became of what the model suggested, and the encounters behind each figure."""

from dataclasses import replace

import streamlit as st

from icd9_review.quality.outcomes.report import OutcomeReport, outcome_report
from icd9_review.quality.outcomes.sentences import describe_share
from icd9_review.statistics.proportions import Proportion
from icd9_review.store.oversight.outcome_counts import (
    counted_months,
    counted_versions,
    read_outcomes,
)
from icd9_review.store.people.permissions import Act
from icd9_review.store.users import names
from icd9_review.ui.quality.looking import begin_looking, tell_looked
from icd9_review.ui.quality.outcomes.asking import MODEL_KEY, ask_part, ask_view, write_view
from icd9_review.ui.quality.outcomes.encounters import show_encounters
from icd9_review.ui.quality.outcomes.parts import PART_SHOWS
from icd9_review.ui.quality.outcomes.view import ReportView, as_outcome_address
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import plain
from icd9_review.values import OutcomeChoice, OutcomeKind, OutcomeQuery

UNCOUNTED = (
    "Some encounters are from before outcomes were counted, and are in no figure yet. An "
    "administrator counts them with: python -m icd9_review quality recount"
)

user = require_user(Act.AUDIT)
database = services().database
people = names(database)


def show_head(report: OutcomeReport, view: ReportView) -> None:
    """The figures that come first, each with what stands behind it and a way to its encounters."""
    whole, columns = report.whole, st.columns(5)
    figures: dict[str, tuple[tuple[str, str], OutcomeChoice | None]] = {
        "Suggestions shown": ((f"{whole.shown:,}", ""), OutcomeChoice(suggested=True)),
        "Accepted": (
            divide_share(whole.acceptance),
            OutcomeChoice(outcomes=(OutcomeKind.ACCEPTED,), suggested=True),
        ),
        "Left untouched": (
            divide_share(whole.ignored),
            OutcomeChoice(outcomes=(OutcomeKind.UNTOUCHED,)),
        ),
        "Added unsuggested": (
            (f"{whole.added:,}", ""),
            OutcomeChoice(outcomes=(OutcomeKind.ON_TEXT, OutcomeKind.OFF_TEXT)),
        ),
        "Median time for a chart": (
            divide_duration(report.seconds),
            None if report.seconds is None else OutcomeChoice(signed=True),
        ),
    }
    for column, (label, told) in zip(columns, figures.items(), strict=True):
        (value, beside), choice = told
        column.metric(plain(f"{label} {beside}".strip()), value)
        if choice is not None:
            column.button(
                "Encounters",
                key=f"outcomes_head_{label}",
                type="tertiary",
                icon=":material/list:",
                help=plain(f"Lists the encounters of: {label.lower()}"),
                on_click=write_view,
                args=(replace(view, choice=choice),),
            )


def divide_duration(seconds: float | None) -> tuple[str, str]:
    """Minutes and seconds in words."""
    if seconds is None:
        return "none signed", ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s", ""


def divide_share(share: Proportion) -> tuple[str, str]:
    """A rate, and its interval, or of how few there is none."""
    rate, _, interval = describe_share(share).partition(" (")
    return rate, f"({interval}" if interval else ""


st.title("Outcomes")
months = counted_months(database, actor=user)
if months is None:
    if read_outcomes(database, OutcomeQuery(), [], actor=user).uncounted:
        st.warning(UNCOUNTED)
    st.info(
        "Nothing has been suggested or decided yet. Figures come with the first decisions on the "
        "workbench."
    )
    st.stop()
begin_looking(MODEL_KEY)
view = ask_view(counted_versions(database, actor=user), months)
tell_looked(user, "outcomes", as_outcome_address(view))
counted = read_outcomes(database, view.query, [view.part], actor=user)
report = outcome_report(counted)
if report.uncounted:
    st.warning(UNCOUNTED)
show_head(report, view)
ask_part(view)
if report.is_empty:
    st.info("Nothing was suggested or decided in this period by this version.")
    st.stop()
place = PART_SHOWS[view.part](report, view, people)
if view.choice is not None and report.period is not None:
    with place:
        show_encounters(view.query, report.period, view.choice, people, user)
