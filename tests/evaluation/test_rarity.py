"""Codes are grouped by how often they occur."""

from __future__ import annotations

import numpy as np
import pytest

from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.labelled.scoring import Label
from icd9_review.evaluation.rarity import bucket_of, count_codes, measure_rarity
from icd9_review.statistics.metrics import PairCounts

# Codes with 0, 4 and 12 positives.
TABLE = PairCounts(right=np.array([0, 2, 9]), wrong=np.array([5, 0, 1]), missed=np.array([0, 2, 3]))


@pytest.mark.parametrize(
    ("count", "bucket"),
    [(0, "0"), (1, "1-10"), (10, "1-10"), (11, "11-50"), (100, "51-100"), (501, ">500")],
)
def test_a_bucket_takes_its_ends(count: int, bucket: str) -> None:
    assert bucket_of(count) == bucket


def test_without_training_counts_the_measured_notes_decide() -> None:
    rare, frequent = measure_rarity(TABLE, None)
    assert (rare.bucket, rare.codes, rare.positives) == ("1-10", 1, 4)
    assert (rare.precision, rare.recall) == (1.0, 0.5)
    assert (frequent.bucket, frequent.precision, frequent.recall) == ("11-50", 0.9, 0.75)


def test_codes_never_seen_in_training_are_a_bucket_of_their_own() -> None:
    never, often = measure_rarity(TABLE, [900, 0, 900])
    assert (never.bucket, never.codes, never.recall) == ("0", 1, 0.5)
    assert (often.bucket, often.codes, often.positives) == (">500", 2, 12)
    assert often.macro_f1 == pytest.approx((0 + 2 * 9 / 22) / 2)


def test_a_code_counts_once_a_note_and_for_core_labels_only() -> None:
    failure = Label(frozenset({"428.0", "428.9"}))
    arguable = Label(frozenset({"486"}), "arguable")
    notes = [LabelledNote("a", (failure, failure, arguable)), LabelledNote("b", (failure,))]
    assert count_codes(notes, ("428.0", "486")) == (2, 0)
