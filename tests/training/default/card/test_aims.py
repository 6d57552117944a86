"""What was aimed at stands beside what was reached, with the distance."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from icd9_review.training.default.card.account import BOTH_KINDS, CODIESP, MEASURED
from icd9_review.training.default.card.aims import AIMS, aims_table
from tests.evaluation.invented import bare, whole


def table(**others: dict[str, Any]) -> str:
    return aims_table({MEASURED: whole(), CODIESP: whole(), BOTH_KINDS: whole()} | others)


@pytest.mark.parametrize(
    ("reached", "row"),
    [
        (0.75, "| ≥ 0.750 | 0.750 | met |"),
        (0.681, "| ≥ 0.750 | 0.681 | missed by 0.069 |"),
    ],
)
def test_what_is_missed_says_by_how_much(reached: float, row: str) -> None:
    measured = deepcopy(whole())
    measured["all_codes"]["all"]["f1"]["value"] = reached
    assert f"| Micro-F1 over all codes, measured notes {row}" in table(measured=measured)


@pytest.mark.parametrize(
    ("error", "row"),
    [(0.05, "| ≤ 0.050 | 0.050 | met |"), (0.096, "| ≤ 0.050 | 0.096 | missed by 0.046 |")],
)
def test_what_is_to_be_small_is_missed_above_its_bound(error: float, row: str) -> None:
    measured = deepcopy(whole())
    measured["certainty"]["all"]["ece_suggested"] = error
    assert f"| Calibration error, suggested codes {row}" in table(measured=measured)


def test_pairs_count_together_whatever_their_cue() -> None:
    text = table()
    assert "| Minimal pairs right, all | ≥ 0.750 | 0.875 | met |" in text  # 21 of 24
    assert "| Withheld of recognised, all pairs | ≥ 0.950 | 0.913 | missed by 0.037 |" in text
    assert "| Minimal pairs right, held-out wording | ≥ 0.750 | 0.500 | missed by 0.250 |" in text


def test_what_was_not_measured_has_no_row() -> None:
    text = table(measured=bare())
    assert "Micro-F1 over all codes, measured notes" in text
    assert "marked words" not in text
    assert "neutral changes" not in text
    assert "held-out" not in text


def test_every_aim_is_of_a_set_that_is_measured() -> None:
    assert {aim.found for aim in AIMS} == {MEASURED, CODIESP, BOTH_KINDS}
