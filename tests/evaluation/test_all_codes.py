"""Over all codes, what the model has no code for is missed, and each label counts in its part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from icd9_review.evaluation.all_codes import OUTSIDE, AllCodes, measure_all_codes
from icd9_review.evaluation.code_parts import CodePart
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.labelled.scoring import Label
from icd9_review.evaluation.readings import Readings
from icd9_review.statistics.intervals import Bootstrap

CODES = ("428.0", "486", "V58.61", "311")


def core(*codes: str) -> Label:
    return Label(frozenset(codes))


# Found: 428.0; missed: V58.61; no code for: the procedure, and the E code of the second note.
NOTES = (
    LabelledNote("a", (core("428.0", "428.9"), core("V58.61"), core("38.93")), "n1"),
    LabelledNote("b", (core("E885.9"), Label(frozenset({"486"}), "arguable")), "n2"),
)
LOGITS = np.array([[3, -1, -2, 1], [-3, 2, -4, -1]], dtype=np.float32)


def measured(frequency: tuple[int, ...] | None = None) -> AllCodes:
    readings = Readings(NOTES, CODES, LOGITS, np.full(4, 0.5), np.ones(2))
    return measure_all_codes(readings, Bootstrap(draws=20), frequency, "passages")


def test_core_labels_outside_the_label_space_are_missed() -> None:
    found = measured().all
    assert (found.core, found.found, found.wrong) == (4, 1, 1)
    assert found.recall.value == 1 / 4
    assert found.precision.value == 1 / 2
    assert found.f1.value == 2 / (2 + 1 + 3)
    assert found.coverage.value == 2 / 4
    assert found.false_positives.value == 1 / 2
    assert found.recall.low <= found.recall.value <= found.recall.high


def test_with_a_judge_all_that_reached_its_threshold_is_measured_beside() -> None:
    readings = Readings(NOTES, CODES, LOGITS, np.full(4, 0.5), np.ones(2))
    demoted = frozenset({CODES.index("311")}), frozenset[int]()
    found = measure_all_codes(replace(readings, demoted=demoted), Bootstrap(draws=20))
    assert found.unjudged == measured().all
    assert (found.all.found, found.all.wrong) == (1, 0)
    assert measured().unjudged is None


def test_each_part_has_its_labels_and_its_wrong_suggestions() -> None:
    parts = measured().parts
    counts = {part: (each.found, each.core, each.wrong) for part, each in parts.items()}
    assert counts == {
        CodePart.DIAGNOSES: (1, 1, 1),
        CodePart.PROCEDURES: (0, 1, 0),
        CodePart.V_CODES: (0, 1, 0),
        CodePart.E_CODES: (0, 1, 0),
    }
    assert parts[CodePart.PROCEDURES].recall.value == 0.0
    assert parts[CodePart.PROCEDURES].coverage.value == 0.0


def test_the_parts_add_up_to_all_codes() -> None:
    found = measured()
    for count in ("core", "found", "wrong"):
        assert sum(getattr(each, count) for each in found.parts.values()) == getattr(
            found.all, count
        )


def test_a_label_counts_where_its_most_frequent_code_does() -> None:
    frequency = measured((600, 20, 3, 0)).frequency
    assert frequency is not None
    counts = {name: (each.found, each.core, each.wrong) for name, each in frequency.items()}
    assert counts == {
        "0": (0, 0, 1),
        "1-10": (0, 1, 0),
        "11-50": (0, 0, 0),
        ">500": (1, 1, 0),
        OUTSIDE: (0, 2, 0),
    }
    assert measured().frequency is None


def test_the_first_codes_are_ranked_without_what_may_be_coded_or_left_out() -> None:
    found = measured()
    # 428.0 is the first of its note, V58.61 the fourth; of the second note nothing can be found.
    assert found.all.recall_at["recall_at_5"].value == 2 / 4
    assert found.recall_by_note["recall_at_5"].value == pytest.approx((2 / 3 + 0) / 2)


def test_a_label_further_down_than_k_is_not_among_the_first_k() -> None:
    codes = tuple(f"{number}.0" for number in range(401, 413))
    logits = -np.arange(12, dtype=np.float32)[None, :]
    notes = (LabelledNote("a", (core("406.0"), core("411.0")), "n"),)
    readings = Readings(notes, codes, logits, np.full(12, 0.9), np.ones(1))
    found = measure_all_codes(readings, Bootstrap(draws=5)).all.recall_at
    assert [found[f"recall_at_{k}"].value for k in (5, 10, 15)] == [0.0, 0.5, 1.0]
