"""What the page of outcomes shows stands in its address, and what a click on the table asks for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from icd9_review.quality.outcomes.figures import CodeCount, code_figures
from icd9_review.ui.quality.outcomes.code_table import COLUMNS, chosen_cell, code_frame
from icd9_review.ui.quality.outcomes.view import ReportView, as_outcome_address, read_view
from icd9_review.values import (
    Arm,
    CaseAxis,
    Kind,
    OutcomeChoice,
    OutcomeKind,
    OutcomePart,
    OutcomeQuery,
)

VERSIONS = ("a" * 64, "b" * 64, "")
HEART = (Kind.DIAGNOSIS, "428.0")

choices = st.builds(
    OutcomeChoice,
    key=st.sampled_from([None, HEART, (Kind.PROCEDURE, "99.04")]),
    outcomes=st.sampled_from([(), (OutcomeKind.REJECTED,), tuple(OutcomeKind)]),
    suggested=st.sampled_from([None, True, False]),
    detail=st.sampled_from([None, "history"]),
    bin=st.sampled_from([None, 0, 19]),
    group=st.sampled_from([None, (CaseAxis.SERVICE, "Ward 3, west & east")]),
    signer=st.sampled_from([None, 7]),
    arm=st.sampled_from([None, *Arm]),
    raw=st.sampled_from([None, 0, 19]),
    often=st.sampled_from([None, "1–9 decisions", "200 or more"]),
    signed=st.booleans(),
)
views = st.builds(
    ReportView,
    query=st.builds(
        OutcomeQuery,
        first=st.sampled_from([None, 202511]),
        last=st.sampled_from([None, 202601]),
        version=st.sampled_from([None, *VERSIONS]),
    ),
    part=st.sampled_from(OutcomePart),
    choice=st.none() | choices.filter(lambda choice: choice != OutcomeChoice()),
)


@given(views)
def test_a_view_comes_back_from_its_address(view: ReportView) -> None:
    assert read_view(as_outcome_address(view), VERSIONS) == (view, ())


def test_a_bucket_that_is_none_asks_for_nothing() -> None:
    view, _ = read_view({"often": "now and then"}, VERSIONS)
    assert view.choice is None


def test_a_number_of_a_person_fits_into_a_column() -> None:
    view, _ = read_view({"signer": "9" * 30}, VERSIONS)
    assert view.choice == OutcomeChoice(signer=999_999_999)


def test_swapped_months_are_said() -> None:
    view, problems = read_view({"from": "2026-02", "to": "2026-01"}, VERSIONS)
    assert (view.query, len(problems)) == (OutcomeQuery(), 1)


def test_a_click_asks_for_the_encounters_of_its_figure() -> None:
    figures = code_figures(
        [
            CodeCount(*HEART, OutcomeKind.ACCEPTED, "", True, 30),
            CodeCount(*HEART, OutcomeKind.REPLACED, "428.21", True, 4),
            CodeCount(*HEART, OutcomeKind.REJECTED, "history", True, 2),
        ]
    )
    assert chosen_cell(figures, 0, "Accepted") == OutcomeChoice(
        HEART, (OutcomeKind.ACCEPTED,), suggested=True
    )
    assert chosen_cell(figures, 0, "By") == OutcomeChoice(
        HEART, (OutcomeKind.REPLACED,), detail="428.21"
    )
    assert chosen_cell(figures, 0, "Title") == OutcomeChoice(HEART)
    assert chosen_cell(figures, 1, "Accepted") is None
    (row,) = code_frame(figures).to_dict("records")
    assert list(row) == list(COLUMNS)
    assert (row["Acceptance"], row["95 %"], row["By"]) == (83.3, "68–92", "428.21 (4)")
