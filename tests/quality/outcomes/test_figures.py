"""The figures of each code, by example and by property."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from icd9_review.quality.outcomes.figures import (
    CodeCount,
    all_figures,
    code_figures,
    is_enough,
)
from icd9_review.values import Kind, OutcomeKind

HEART = (Kind.DIAGNOSIS, "428.0")

counts = st.lists(
    st.builds(
        CodeCount,
        st.just(Kind.DIAGNOSIS),
        st.sampled_from(["428.0", "401.9"]),
        st.sampled_from(OutcomeKind),
        st.sampled_from(["", "x", "y"]),
        st.booleans(),
        st.integers(1, 40),
    )
)


def test_a_code_has_its_outcomes_with_what_replaced_it_and_why_it_was_rejected() -> None:
    (found,) = code_figures(
        [
            CodeCount(*HEART, OutcomeKind.ACCEPTED, "", True, 30),
            CodeCount(*HEART, OutcomeKind.ACCEPTED, "", False, 2),
            CodeCount(*HEART, OutcomeKind.REPLACED, "428.21", True, 4),
            CodeCount(*HEART, OutcomeKind.REPLACED, "428.31", True, 5),
            CodeCount(*HEART, OutcomeKind.REJECTED, "history", True, 1),
            CodeCount(*HEART, OutcomeKind.UNTOUCHED, "", True, 10),
            CodeCount(*HEART, OutcomeKind.ON_TEXT, "", False, 6),
            CodeCount(*HEART, OutcomeKind.DIRECT, "", True, 3),
        ]
    )
    assert (found.shown, found.decided, found.below, found.added) == (53, 40, 2, 6)
    assert (found.acceptance.part, found.acceptance.whole) == (30, 40)
    assert (found.ignored.part, found.ignored.whole) == (10, 50)
    assert (found.capture.part, found.capture.whole) == (33, 41)
    assert found.replaced_by == (("428.31", 5), ("428.21", 4))
    assert found.reasons == (("history", 1),)


def test_no_rate_is_shown_of_fewer_than_twenty() -> None:
    few, enough = (
        code_figures([CodeCount(*HEART, OutcomeKind.ACCEPTED, "", True, count)])[0]
        for count in (19, 20)
    )
    assert (is_enough(few.acceptance), is_enough(enough.acceptance)) == (False, True)


@given(counts)
def test_codes_add_up_to_the_whole(given_counts: list[CodeCount]) -> None:
    codes, whole = code_figures(given_counts), all_figures(given_counts)
    for name in ("shown", "decided", "final", "added", "untouched", "waiting", "edited", "direct"):
        assert sum(getattr(each, name) for each in codes) == getattr(whole, name)
    assert whole.shown == sum(each.cases for each in given_counts if each.suggested)
