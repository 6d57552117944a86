"""Accuracy by audits: worked examples, and what holds whatever was found."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.quality.accuracy import (
    FORMULAS,
    AuditCount,
    accuracy_figures,
    count_audit,
    sum_counts,
)
from icd9_review.quality.audit import compare_codes
from icd9_review.values import AuditedCode, DifferenceKind
from tests.quality.test_audit import side, sides


def counted(coded: str, audited: str, *overturned: str) -> AuditCount:
    found = compare_codes(side(coded), side(audited))
    return count_audit(found, inpatient=True, overturned=overturned)


@pytest.mark.parametrize(
    ("coded", "audited", "right", "reviewed", "case"),
    [
        ("428.0 486", "428.0 486", 2, 2, True),
        ("428.0 486", "428.0 486 250.00 401.9", 2, 4, False),  # two were missed
        ("428.0 486 250.00", "428.0", 1, 1, False),  # two too many: not in the denominator
        ("486 428.0", "486 428.20", 1, 2, False),
        ("428.0 486 250.00 401.9", "486 428.0 250.00 401.9", 2, 4, False),  # all there: two errors
        ("428.0 486 250.00 401.9", "428.20 486 250.00 401.9", 2, 4, False),  # one missed, one more
        ("428.0", "486", 0, 1, False),
        ("428.0Y 486Y", "428.0Y 486N", 2, 2, True),
        ("428.0 486 250.00", "428.0 250.00 486", 3, 3, True),
    ],
)
def test_a_case_counts_as_worked_out_by_hand(
    coded: str, audited: str, right: int, reviewed: int, case: bool
) -> None:
    count = counted(coded, audited)
    assert (count.right, count.reviewed, count.is_right) == (right, reviewed, case)


def test_codes_are_pooled_and_cases_are_not() -> None:
    """Nine of ten and one of two are ten of twelve, and no case right."""
    many = " ".join(f"{number}.0" for number in range(420, 429))
    counts = [counted(f"038.9 {many}", f"038.9 {many[:-6]} 780.6"), counted("486", "486 401.9")]
    figures = accuracy_figures(counts)
    assert (figures.audits, figures.cases_right) == (2, 0)
    assert figures.codes.value == pytest.approx(10 / 12)
    assert figures.kept.value == pytest.approx(10 / 11)
    assert figures.cases.value == 0
    assert (figures.total.reviewed, figures.total.added, figures.total.deleted) == (12, 2, 1)


def test_poa_and_order_stand_apart() -> None:
    figures = accuracy_figures(
        [counted("428.0Y 486Y 401.9Y 250.00Y", "428.0Y 250.00N 486Y 401.9Y")]
    )
    assert (figures.codes.value, figures.cases.value) == (1, 1)
    assert (figures.poa.value, figures.order.value) == (0.75, 0.75)


def test_the_interval_of_cases_is_that_of_wilson() -> None:
    """Eight of ten (Newcombe 1998, table I gives 0.4901 to 0.9433)."""
    right, wrong = counted("486", "486"), counted("486", "428.0")
    found = accuracy_figures([right] * 8 + [wrong] * 2).cases
    assert (found.value, round(found.low, 4), round(found.high, 4)) == (0.8, 0.4902, 0.9433)


def test_of_no_audit_and_of_no_code_there_is_no_figure() -> None:
    for counts in ([], [counted("", "")]):
        figures = accuracy_figures(counts)
        assert math.isnan(figures.codes.value)
        assert math.isnan(figures.poa.value)
    assert math.isnan(accuracy_figures([]).cases.value)


@pytest.mark.parametrize(
    ("coded", "audited", "overturned", "right", "reviewed"),
    [
        ("428.0", "428.0 486", "added/diagnosis//486", 1, 1),
        ("428.0 486", "428.0", "deleted/diagnosis/486/", 2, 2),
        ("486 428.0", "486 428.20", "revised/diagnosis/428.0/428.20", 2, 2),
        ("428.0 486", "486 428.0", "principal/diagnosis/428.0/486", 2, 2),
        ("428.0 486", "428.20 486", "revised/diagnosis/428.0/428.20", 2, 2),
        ("428.0 486", "428.20 486", "principal/diagnosis/428.0/428.20", 1, 2),
        ("428.0", "428.0", "added/diagnosis//999", 1, 1),
    ],
)
def test_where_the_coder_was_right_the_reviewer_gives_way(
    coded: str, audited: str, overturned: str, right: int, reviewed: int
) -> None:
    count = counted(coded, audited, overturned)
    assert (count.right, count.reviewed) == (right, reviewed)


@given(sides(), sides(), st.booleans())
def test_counts_add_up(
    coded: list[AuditedCode], audited: list[AuditedCode], inpatient: bool
) -> None:
    count = count_audit(compare_codes(coded, audited), inpatient=inpatient)
    assert count.same + count.added + count.revised == count.reviewed == len(audited)
    assert count.same + count.deleted + count.revised == count.coded == len(coded)
    assert 0 <= count.right <= count.reviewed
    assert count.is_right == (count.right == count.reviewed == count.coded and not count.principal)
    assert count.moved <= count.aligned
    assert count.poa_changed <= count.with_poa


@given(sides(), sides())
def test_where_the_coder_was_right_in_all_the_case_is_right(
    coded: list[AuditedCode], audited: list[AuditedCode]
) -> None:
    found = compare_codes(coded, audited)
    keys = [each.key for each in found.differences]
    count = count_audit(found, inpatient=True, overturned=keys)
    assert count.is_right
    assert count.right == count.reviewed == len(coded)
    assert (count.moved, count.poa_changed) == (0, 0)


@given(st.lists(st.tuples(sides(), sides()), max_size=4))
def test_a_figure_is_the_ratio_of_sums(
    cases: list[tuple[list[AuditedCode], list[AuditedCode]]],
) -> None:
    counts = [count_audit(compare_codes(*case), inpatient=True) for case in cases]
    total, figures = sum_counts(counts), accuracy_figures(counts)
    if total.reviewed:
        expected = sum(each.right for each in counts) / total.reviewed
        assert figures.codes.value == pytest.approx(expected)
        assert 0 <= figures.codes.low <= figures.codes.high <= 1
    assert total.right == sum(each.right for each in counts)


def test_every_formula_is_a_sentence() -> None:
    assert all(text.endswith(".") for text in FORMULAS.values())
    assert set(DifferenceKind) >= {DifferenceKind.PRINCIPAL}
