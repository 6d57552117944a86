"""Subgroups are the rule's figures of their notes, and small ones are not shown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.evaluation.groups import LENGTH, READ, factors, measure_groups, suppressed
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.labelled.scoring import Label
from icd9_review.evaluation.readings import Readings
from icd9_review.evaluation.rule import count_each
from icd9_review.statistics.intervals import Bootstrap

FAILURE = (Label(frozenset({"428.0"})),)
SIZES = st.dictionaries(st.text("abcdef", min_size=1), st.integers(1, 40), min_size=1)


def readings(*notes: LabelledNote, read: float = 1.0) -> Readings:
    """Heart failure is suggested for every note."""
    logits = np.ones((len(notes), 1), dtype=np.float32)
    return Readings(notes, ("428.0",), logits, np.array([0.5]), np.full(len(notes), read))


def test_a_group_has_the_figures_of_its_notes() -> None:
    women = [LabelledNote("a", FAILURE, factors={"sex": "F"})] * 12
    men = [LabelledNote("a", (), factors={"sex": "M"})] * 10
    read = readings(*women, *men)
    counts = count_each(read.notes, read.suggested_codes, read.codes)
    found = [g for g in measure_groups(read, counts, Bootstrap(10)) if g.factor == "sex"]
    assert [(g.value, g.notes, g.suppressed) for g in found] == [("F", 12, False), ("M", 10, False)]
    assert found[0].f1 is not None
    assert found[0].f1.value == 1.0
    assert found[1].f1 is not None
    assert found[1].f1.value == 0.0


def test_a_suppressed_group_keeps_its_name_alone() -> None:
    notes = [LabelledNote("a", FAILURE, factors={"sex": "F"})] * 4
    read = readings(*notes)
    counts = count_each(read.notes, read.suggested_codes, read.codes)
    (group,) = (g for g in measure_groups(read, counts, Bootstrap(10)) if g.factor == "sex")
    assert group.suppressed
    assert (group.notes, group.precision, group.recall, group.f1) == (None,) * 4


def test_notes_without_a_factor_are_a_group_of_their_own() -> None:
    read = readings(LabelledNote("a", (), factors={"sex": "F"}), LabelledNote("a", ()))
    assert factors(read)["sex"] == ["F", "unknown"]


@pytest.mark.parametrize(
    ("words", "band"),
    [
        (249, "under 250 words"),
        (250, "250 to 499 words"),
        (1999, "1,000 to 1,999 words"),
        (2000, "2,000 words or more"),
    ],
)
def test_notes_are_grouped_by_their_words(words: int, band: str) -> None:
    assert factors(readings(LabelledNote("word " * words, ())))[LENGTH] == [band]


@pytest.mark.parametrize(
    ("read", "band"),
    [(1.0, "all"), (0.99, "90 % or more"), (0.5, "50 to 89 %"), (0.4, "under 50 %")],
)
def test_notes_are_grouped_by_how_much_was_read(read: float, band: str) -> None:
    assert factors(readings(LabelledNote("a", ()), read=read))[READ] == [band]


def test_one_small_group_hides_the_next_smallest() -> None:
    assert suppressed({"a": 3, "b": 50, "c": 20}, 10) == {"a", "c"}


def test_small_groups_that_are_small_together_hide_another() -> None:
    assert suppressed({"a": 3, "b": 4, "c": 20, "d": 30}, 10) == {"a", "b", "c"}


def test_large_groups_are_all_shown() -> None:
    assert suppressed({"a": 10, "b": 11}, 10) == frozenset()


@given(SIZES)
def test_what_is_hidden_cannot_be_had_by_subtraction(sizes: dict[str, int]) -> None:
    hidden = suppressed(sizes, 10)
    assert {value for value, size in sizes.items() if size < 10} <= hidden
    if hidden and hidden != set(sizes):
        assert len(hidden) > 1
        assert sum(sizes[value] for value in hidden) >= 10
