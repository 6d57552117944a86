"""What the card tells of the figures: aims that were missed are said to be."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from icd9_review.training.default.card.account import tell_figures
from tests.evaluation.invented import whole

FITTED: dict[str, Any] = {
    "global_threshold": 0.5,
    "split": "187 notes",
    "micro_f1": 0.642,
    "judge": {"candidates": 1408, "right": 897, "demoted": 435, "demoted_right": 134},
}


def judged(*, wrong: int = 4, recall: float = 0.7) -> dict[str, Any]:
    """An evaluation with a judge that leaves so many false positives of 10, and such a recall."""
    evaluation = deepcopy(whole())
    every = evaluation["all_codes"]["all"]
    every |= {"wrong": wrong, "recall": {**every["recall"], "value": recall}}
    unjudged = deepcopy(every) | {"wrong": 10, "recall": {**every["recall"], "value": 0.75}}
    evaluation["all_codes"]["unjudged"] = unjudged
    evaluation["all_codes"]["parts"]["E codes"] |= {"found": 1, "core": 4}
    return evaluation


def told(measured: dict[str, Any], **others: dict[str, Any]) -> str:
    rest = {"codiesp": judged(), "procedures": judged()} | others
    return tell_figures(FITTED, {"measured": measured, **rest})


def test_passages_that_were_generated_have_what_was_fitted_and_no_other_corpus() -> None:
    text = tell_figures({**FITTED, "judge": None}, {"measured": whole()})
    assert text.startswith("Threshold 0.50 and calibration were fitted on 187 notes")
    assert "###" not in text


def test_what_the_judge_did_to_procedures_is_told_apart() -> None:
    assert "Procedures" not in tell_figures(FITTED, {"measured": whole()})
    own = {"candidates": 150, "right": 86, "demoted": 30, "demoted_right": 4}
    judge = {**FITTED["judge"], "procedures": own}
    text = tell_figures({**FITTED, "judge": judge}, {"measured": whole()})
    assert "it demoted 435, of which 134 were right (cross-validated by note). Procedures" in text
    assert (
        "of the 150 that reached them 86 were right; it demoted 30, of which 4 were right" in text
    )


@pytest.mark.parametrize(
    ("wrong", "recall", "words"),
    [(4, 0.7, "missed"), (8, 0.75, "missed"), (4, 0.74, "met")],
)
def test_the_judge_s_aim_is_met_by_fewer_false_positives_and_little_recall(
    wrong: int, recall: float, words: str
) -> None:
    text = told(judged(wrong=wrong, recall=recall))
    assert f"on the measured notes false positives −{10 * (10 - wrong)} % (10 to {wrong})" in text
    assert (
        "Aim: 30 % fewer false positives for at most 2 points of recall on the measured notes; "
        f"{words}." in text
    )


def test_buckets_whose_probabilities_are_off_by_more_than_ten_points_are_named() -> None:
    measured = judged()
    every = deepcopy(measured["certainty"]["all"])
    measured["certainty"]["frequency"] = {
        "0": every | {"suggested": 29, "ece_suggested": 0.4},
        "1-10": every | {"suggested": 30, "ece_suggested": 0.126},
        "11-50": every | {"suggested": 90, "ece_suggested": 0.09},
    }
    assert "on the measured notes 1 of 2 (seen 1-10 times 0.126)" in told(measured)
    assert "Aim: none; missed." in told(measured)


def test_how_many_external_causes_are_found_is_told() -> None:
    assert "25 % (1 of 4) on the measured notes, 25 % (1 of 4) on CodiEsp" in told(judged())


def test_recall_over_all_labels_stands_beside_the_mean_over_notes() -> None:
    evaluation = judged()
    ends = {"low": None, "high": None}
    evaluation["all_codes"]["all"]["recall_at"]["recall_at_10"] = {"value": 0.394, **ends}
    evaluation["ranking"]["recall_at_10"] = {"value": 0.419, **ends}
    assert "Recall at 10 is 0.394 of all labels together and 0.419 as a mean over notes." in told(
        judged(), codiesp=evaluation
    )


def test_the_other_sets_have_their_tables_of_all_codes() -> None:
    text = told(judged())
    assert text.count("**What is found**") == 2
    assert text.count("**Among the first codes**") == 2
    assert "Beside the model before" not in text
