"""The model before stands beside the one that is described, on what both were measured on."""

from __future__ import annotations

from copy import deepcopy

from icd9_review.training.default.card.before import before_table
from tests.evaluation.invented import whole

SETS = {"measured": "the measured notes", "codiesp": "CodiEsp", "procedures": "operations"}


def test_both_models_have_a_column_for_each_set_that_both_read() -> None:
    older = deepcopy(whole())
    older["all_codes"]["all"]["f1"]["value"] = 0.123
    older["steadiness"] = None
    now = {"measured": whole(), "codiesp": whole(), "procedures": whole()}
    lines = before_table(SETS, {"measured": older, "codiesp": whole()}, now).splitlines()
    assert (
        "|  | measured notes: before | measured notes: now | CodiEsp: before | CodiEsp: now |"
        in lines
    )
    value = f"{whole()['all_codes']['all']['f1']['value']:.3f}"
    assert f"| Micro-F1 | 0.123 | {value} | {value} | {value} |" in lines
    (steady,) = (line for line in lines if line.startswith("| Codes in both lists"))
    assert steady.startswith("| Codes in both lists after neutral changes | – | 0.875 (40 notes) |")


def test_what_neither_was_measured_for_has_no_row() -> None:
    bare = deepcopy(whole())
    bare["pairs"] = {}
    table = before_table(SETS, {"measured": bare}, {"measured": bare})
    assert "Minimal pairs" not in table
    assert "R@15" in table
