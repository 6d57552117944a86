"""Small cells are hidden, and cannot be worked out from the others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from icd9_review.quality.outcomes.sentences import describe_groups
from icd9_review.quality.outcomes.subgroups import SMALLEST, GroupCount, subgroups

sizes = st.dictionaries(st.sampled_from(["a", "b", "c", "d", "e"]), st.integers(1, 40), min_size=1)


def group(value: str, cases: int, accepted: int = 0) -> GroupCount:
    return GroupCount("service", value, cases, cases * 10, cases * 10, accepted)


@given(sizes)
def test_no_small_cell_is_shown_or_follows_from_the_total(cases: dict[str, int]) -> None:
    found = subgroups([group(value, count) for value, count in cases.items()])
    hidden = [cases[each.value] for each in found if each.suppressed]
    shown = [each for each in found if not each.suppressed]
    assert all(each.cases == cases[each.value] >= SMALLEST for each in shown)
    if hidden and shown:
        assert len(hidden) >= 2
        assert sum(hidden) >= SMALLEST
    assert all(
        each.acceptance is None and each.decided is None for each in found if each.suppressed
    )


@given(sizes)
def test_nothing_is_hidden_where_no_cell_is_small(cases: dict[str, int]) -> None:
    found = subgroups([group(value, count + SMALLEST) for value, count in cases.items()])
    assert not any(each.suppressed for each in found)


def test_the_order_of_what_is_hidden_tells_nothing_of_its_size() -> None:
    found = subgroups([group("z", 9), group("m", 1), group("a", 5), group("big", 90)])
    hidden = [each.value for each in found if each.suppressed]
    assert hidden == ["a", "m", "z"]


def test_the_widest_gap_is_told() -> None:
    found = subgroups([group("Cardiology", 50, 450), group("Surgery", 50, 200)])
    assert "Cardiology 90 % (87–92) beside Surgery 40 %" in describe_groups(found)
    level = subgroups([group("Cardiology", 50, 450), group("Surgery", 50, 449), group("ENT", 3)])
    said = describe_groups(level)
    assert "No two groups differ" in said
    assert "fewer than 11" in said
