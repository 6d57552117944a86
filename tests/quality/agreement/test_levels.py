"""Codes at full, four-character and three-character level, and credit for a part of the way."""

from __future__ import annotations

import pytest
from hypothesis import given

from icd9_review.quality.agreement.levels import CodeLevel, all_at_level, at_level, credit, path
from icd9_review.values import Kind
from tests.quality.agreement.examples import SETS, keys


@pytest.mark.parametrize(
    ("kind", "code", "four", "three"),
    [
        (Kind.DIAGNOSIS, "428.21", "428.2", "428"),
        (Kind.DIAGNOSIS, "486", "486", "486"),
        (Kind.DIAGNOSIS, "V45.81", "V45.8", "V45"),
        (Kind.DIAGNOSIS, "E885.9", "E885.9", "E885"),
        (Kind.PROCEDURE, "39.61", "39.6", "39"),
        (Kind.PROCEDURE, "00.66", "00.6", "00"),
    ],
)
def test_a_level_keeps_so_many_characters(kind: Kind, code: str, four: str, three: str) -> None:
    assert at_level((kind, code), CodeLevel.FULL) == (kind, code)
    assert at_level((kind, code), CodeLevel.SUBCATEGORY) == (kind, four)
    assert at_level((kind, code), CodeLevel.CATEGORY) == (kind, three)


def test_codes_of_one_category_count_once_there() -> None:
    assert all_at_level(keys("428.0", "428.21", "486"), CodeLevel.CATEGORY) == keys("428", "486")


def test_the_way_to_a_code_has_as_many_steps_as_it_has_levels() -> None:
    assert [code for _, code in path((Kind.DIAGNOSIS, "E885.9"))] == ["E885", "E885.9"]
    assert path((Kind.DIAGNOSIS, "486")) == ((Kind.DIAGNOSIS, "486"),)


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        (("428.20",), ("428.21",), 2 / 3),
        (("428.0",), ("428.21",), 1 / 3),
        (("428",), ("428.21",), 1 / 3),
        (("428.0",), ("486",), 0.0),
        (("428.0", "486"), ("428.0",), 2 / 3),  # 428.0 twice, 486 not at all
        (("486",), (), 0.0),
        ((), (), 1.0),
    ],
)
def test_credit_is_the_share_of_the_way_that_the_nearest_code_goes_along(
    one: tuple[str, ...], other: tuple[str, ...], share: float
) -> None:
    assert credit(keys(*one), keys(*other)) == pytest.approx(share)


def test_a_procedure_goes_no_step_along_with_a_diagnosis() -> None:
    assert credit(keys("38.9", kind=Kind.PROCEDURE), keys("038.9")) == 0.0


@given(SETS, SETS)
def test_credit_asks_not_who_is_first_and_is_whole_for_equal_sets(
    one: frozenset[tuple[Kind, str]], other: frozenset[tuple[Kind, str]]
) -> None:
    assert credit(one, other) == pytest.approx(credit(other, one))
    assert 0 <= credit(one, other) <= 1
    assert (credit(one, other) == 1) is (one == other)
