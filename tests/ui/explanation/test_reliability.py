"""The bins that say how often such a probability was right."""

from __future__ import annotations

from icd9_review.ui.explanation.reliability import NOT_MEASURED, present_reliability
from icd9_review.values import Reliability, ReliabilityBin

LOW, HIGH = ReliabilityBin(0.0, 0.5, 30, 0.2, 0.1), ReliabilityBin(0.5, 1.0, 20, 0.8, 0.75)
ALL = ReliabilityBin(0.0, 1.0, 900, 0.4, 0.35)
MEASURED = Reliability({"428.0": (LOW, HIGH), "486": ()}, (ALL,), "the test split")


def test_a_code_with_bins_of_its_own_is_judged_by_them() -> None:
    view = present_reliability(MEASURED, "428.0", 0.9)
    assert view.bins == ((0.0, 0.5, 30, 0.2, 0.1), (0.5, 1.0, 20, 0.8, 0.75))
    assert view.about == "50 predictions of 428.0 alone, measured on the test split."
    assert view.here == "Between 50 and 100 % the model was right in 75 % of 20 cases."


def test_a_rare_code_is_judged_by_all_codes_and_the_page_says_so() -> None:
    for code in ("486", "250.00"):
        view = present_reliability(MEASURED, code, 0.2)
        assert "of all codes together: this one was too rare" in view.about
        assert view.bins == ((0.0, 1.0, 900, 0.4, 0.35),)


def test_a_probability_on_a_border_belongs_to_the_lower_bin_and_none_is_left_out() -> None:
    assert "20 cases" in present_reliability(MEASURED, "428.0", 1.0).here
    on_border = present_reliability(MEASURED, "428.0", 0.5).here
    assert on_border == present_reliability(MEASURED, "428.0", 0.2).here
    assert on_border == present_reliability(MEASURED, "428.0", 0.0).here
    assert "20 cases" not in on_border


def test_a_bin_without_cases_is_not_drawn() -> None:
    empty = Reliability({"428.0": (LOW, ReliabilityBin(0.5, 1.0, 0, 0.0, 0.0))}, (), "test")
    view = present_reliability(empty, "428.0", 0.9)
    assert len(view.bins) == 1
    assert view.here == "There was no prediction near this probability."


def test_nothing_measured_is_said() -> None:
    assert present_reliability(None, "428.0", 0.5).about == NOT_MEASURED
    assert present_reliability(Reliability({}, (), "test"), "428.0", 0.5).about == NOT_MEASURED
