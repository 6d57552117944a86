"""The matrix of members: both sides of the diagonal, and the pair of a cell that was clicked."""

from __future__ import annotations

from icd9_review.quality.agreement.measuring import measure
from icd9_review.ui.quality.agreement.heat_map import CELL, chosen_pair, heat_map, matrix_frame
from tests.quality.agreement.examples import coded

FOUND = measure(coded({"Ana": ["486", "428.0"], "Ben": ["486", "-"], "model": ["", "428.0"]}))
assert FOUND is not None
PAIRS = FOUND.pairs


def test_a_pair_stands_on_both_sides_and_nobody_beside_themselves() -> None:
    frame = matrix_frame(PAIRS)
    cells = set(zip(frame["First"], frame["Second"], strict=True))
    assert len(cells) == 2 * len(PAIRS) == 6
    assert ("Ana", "Ben") in cells
    assert ("Ben", "Ana") in cells
    assert not any(first == second for first, second in cells)


def test_a_cell_says_its_figure_and_how_many_encounters_it_is_of() -> None:
    written = dict(zip(matrix_frame(PAIRS)["First"], matrix_frame(PAIRS)["Written"], strict=True))
    assert written["model"].endswith("(1)")


def test_a_click_on_either_side_chooses_the_pair() -> None:
    for first, second in (("Ana", "Ben"), ("Ben", "Ana")):
        assert chosen_pair({CELL: [{"First": first, "Second": second}]}, PAIRS) == ("Ana", "Ben")
    assert chosen_pair({CELL: []}, PAIRS) is None
    assert chosen_pair({CELL: [{"First": "Ana", "Second": "Cem"}]}, PAIRS) is None


def test_the_map_names_the_selection_that_is_asked_for() -> None:
    assert CELL in heat_map(PAIRS).to_json()
