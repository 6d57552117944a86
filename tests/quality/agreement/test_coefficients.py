"""Kappa as statsmodels has it for any table, and what is not defined is said to be so."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa

from icd9_review.quality.agreement.coefficients import (
    ac1,
    kappa,
    specific_agreement,
)

TABLES = st.lists(st.lists(st.integers(1, 40), min_size=3, max_size=3), min_size=3, max_size=3)


@given(TABLES)
def test_kappa_and_its_error_are_those_of_statsmodels(table: list[list[int]]) -> None:
    known, found = cohens_kappa(table), kappa(table)
    assert found.value == pytest.approx(known.kappa, abs=1e-9)
    assert found.error == pytest.approx(known.std_kappa, abs=1e-9)
    assert -1 < found.low < found.value < found.high < 1


@given(TABLES)
def test_no_coefficient_asks_who_is_first(table: list[list[int]]) -> None:
    turned = np.transpose(table)
    assert ac1(table) == pytest.approx(float(ac1(turned)))
    assert kappa(table).value == pytest.approx(float(kappa(turned).value))
    assert kappa(table).error == pytest.approx(float(kappa(turned).error))


def test_many_tables_are_worked_out_at_once() -> None:
    tables = np.array([[[40, 9], [6, 45]], [[80, 10], [5, 5]]])
    assert kappa(tables).value == pytest.approx([float(kappa(each).value) for each in tables])
    assert ac1(tables) == pytest.approx([float(ac1(each)) for each in tables])


def test_where_all_is_said_of_everything_kappa_is_not_defined() -> None:
    assert math.isnan(kappa([[7, 0], [0, 0]]).value)
    assert ac1([[7, 0], [0, 0]]) == 1


def test_a_table_of_nothing_has_no_figure() -> None:
    empty = np.zeros((2, 2))
    assert all(math.isnan(each) for each in (kappa(empty).value, ac1(empty)))
    assert math.isnan(specific_agreement(empty, empty).value[0])


def test_an_interval_stays_within_what_a_figure_can_be() -> None:
    assert kappa([[20, 1], [0, 20]]).high < 1
    found = specific_agreement([[2]] * 19 + [[0]], [[2]] * 19 + [[1]])
    assert 0 < found.low[0] < found.value[0] < found.high[0] < 1


def test_where_all_or_none_agree_there_are_no_ends() -> None:
    assert math.isnan(kappa([[20, 0], [0, 20]]).low)
    for agreed in (0, 2):
        found = specific_agreement([[agreed]] * 9, [[2]] * 9)
        assert found.value[0] == agreed / 2
        assert math.isnan(found.low[0])


def test_several_pairs_of_one_encounter_count_as_one_observation() -> None:
    """Three members who see a note alike say thrice what two would say once."""
    agreed, said = np.array([[2], [2], [0], [2.0]]), np.array([[2], [2], [1], [2.0]])
    one, three = specific_agreement(agreed, said), specific_agreement(3 * agreed, 3 * said)
    assert (three.low[0], three.high[0]) == pytest.approx((one.low[0], one.high[0]))
