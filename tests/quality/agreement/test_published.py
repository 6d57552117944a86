"""Figures that others have printed, to a millionth: exact fractions where a source rounds more."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest

from icd9_review.quality.agreement.alpha import Alpha, jaccard_index, masi_distances
from icd9_review.quality.agreement.coefficients import (
    ac1,
    kappa,
    specific_agreement,
)
from icd9_review.values import Kind


def test_kappa_of_cohen_1960() -> None:
    """Cohen (1960), Educational and Psychological Measurement 20, table 2: 200 cases, .492."""
    found = kappa([[88, 10, 2], [14, 40, 6], [18, 10, 12]])
    observed, expected = Fraction(70, 100), Fraction(41, 100)
    assert found.value == pytest.approx(float((observed - expected) / (1 - expected)), abs=1e-9)
    assert found.value == pytest.approx(0.492, abs=5e-4)


def test_kappa_with_its_error_and_interval_of_statpsych() -> None:
    """The documented example of ci.kappa(31, 12, 4, 58) in the R package statpsych."""
    found = kappa([[31, 12], [4, 58]])
    assert found.value == pytest.approx(0.6756757, abs=1e-6)
    assert found.error == pytest.approx(0.07344761, abs=1e-6)
    ends = found.value - 1.959964 * found.error, found.value + 1.959964 * found.error
    assert ends == pytest.approx((0.5317, 0.8196), abs=5e-5)


def test_kappa_and_ac1_of_three_categories() -> None:
    """The data cont3x3abstractors of the R package irrCAC, as its vignette prints them.

    AC1 by its formula: said of the categories 13, 22.5 and 64.5 of a hundred on average.
    """
    table = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
    found = kappa(table)
    assert found.value == pytest.approx(0.7964094, abs=1e-6)
    assert found.error == pytest.approx(0.05891072, abs=1e-6)
    said = [Fraction(26, 200), Fraction(51, 200), Fraction(123, 200)]
    expected = sum((each * (1 - each) for each in said), Fraction(0)) / 2
    assert ac1(table) == pytest.approx(
        float((Fraction(89, 100) - expected) / (1 - expected)), abs=1e-9
    )
    assert ac1(table) == pytest.approx(0.8493305, abs=1e-6)


def test_ac1_where_kappa_falls_below_none() -> None:
    """Gwet (2002), Statistical Methods for Inter-Rater Reliability Assessment 1: 118, 5, 2, 0.

    Observed .944, kappa -.0234, AC1 .9408.
    """
    table = [[118, 5], [2, 0]]
    expected = 2 * Fraction(243, 250) * Fraction(7, 250)
    exact = (Fraction(118, 125) - expected) / (1 - expected)
    assert ac1(table) == pytest.approx(float(exact), abs=1e-9)
    assert (kappa(table).value, ac1(table)) == pytest.approx((-0.0234, 0.9408), abs=5e-5)


@pytest.mark.parametrize(
    ("table", "coefficient", "positive", "negative"),
    [
        ([[40, 9], [6, 45]], 0.70, Fraction(80, 95), Fraction(90, 105)),
        ([[80, 10], [5, 5]], 0.32, Fraction(160, 175), Fraction(10, 25)),
    ],
)
def test_high_agreement_with_a_low_kappa(
    table: Sequence[Sequence[int]], coefficient: float, positive: Fraction, negative: Fraction
) -> None:
    """Feinstein and Cicchetti (1990), Cicchetti and Feinstein (1990), J Clin Epidemiol 43.

    Both tables agree in 85 of 100; specific agreement says on which side the second does not.
    """
    assert kappa(table).value == pytest.approx(coefficient, abs=5e-3)
    assert specific(table, 0) == pytest.approx(float(positive), abs=1e-9)
    assert specific(table, 1) == pytest.approx(float(negative), abs=1e-9)


def test_kappa_and_scotts_pi_of_artstein_and_poesio() -> None:
    """Artstein and Poesio (2008), Computational Linguistics 34: observed .88, kappa .801, pi .7995.

    Alpha corrects the same chance for a finite sample: 1 - alpha = (1 - pi) (n - 1) / n for the n
    values of both. NLTK prints the last digits of pi.
    """
    table = [[46, 6, 0], [0, 32, 0], [0, 6, 10]]
    expected = Fraction(52 * 46 + 32 * 44 + 16 * 10, 100**2)
    exact = (Fraction(88, 100) - expected) / (1 - expected)
    assert kappa(table).value == pytest.approx(float(exact), abs=1e-9)
    assert kappa(table).value == pytest.approx(0.801, abs=5e-4)
    first = "".join(name * sum(row) for name, row in zip("sic", table, strict=True))
    second = "".join(name * count for row in table for name, count in zip("sic", row, strict=True))
    pi = 1 - (1 - nominal([first, second])) * 200 / 199
    assert pi == pytest.approx(0.7995322418977615, abs=1e-9)


def test_alpha_of_two_observers_and_two_values() -> None:
    """Krippendorff (2011), Computing Krippendorff's alpha-reliability, section A: .095."""
    found = nominal(["0100000000", "1110010100"])
    assert found == pytest.approx(float(1 - Fraction(19 * 4, 14 * 6)), abs=1e-9)
    assert found == pytest.approx(0.095, abs=5e-4)


def test_alpha_of_two_observers_and_five_values() -> None:
    """Krippendorff (2011), section B: .692."""
    found = nominal(["aabbdcccedda", "babbbccceddd"])
    exact = 1 - Fraction(23 * 6, 24**2 - (4**2 + 6**2 + 6**2 + 6**2 + 2**2))
    assert found == pytest.approx(float(exact), abs=1e-9)
    assert found == pytest.approx(0.692, abs=5e-4)


def test_alpha_of_four_observers_who_left_some_out() -> None:
    """Krippendorff (2011), section C, twelve units with missing values: .743 where nominal."""
    found = nominal(["123321412...", "1233224125.3", ".3332342251.", "12332441251."])
    assert found == pytest.approx(float(Fraction(113, 152)), abs=1e-9)
    assert found == pytest.approx(0.743, abs=5e-4)


def test_masi_takes_a_third_for_each_step_away_from_equal_sets() -> None:
    """Passonneau (2006), LREC: Jaccard times 1, 2/3, 1/3 or 0 for equal, held, crossed, apart."""
    rows = np.array([[1, 1, 0, 0], [1, 1, 1, 1], [0, 1, 1, 0], [0, 0, 0, 1], [1, 1, 0, 0]], bool)
    found = masi_distances(rows)[0]
    exact = [
        Fraction(0),
        1 - Fraction(1, 2) * Fraction(2, 3),
        1 - Fraction(1, 3) * Fraction(1, 3),
        Fraction(1),
        Fraction(0),
    ]
    assert found == pytest.approx([float(each) for each in exact], abs=1e-9)


def test_the_jaccard_index_of_sets() -> None:
    one, other = (frozenset((Kind.DIAGNOSIS, code) for code in codes) for codes in ("abc", "bcde"))
    assert jaccard_index(one, other) == pytest.approx(float(Fraction(2, 5)), abs=1e-9)


def test_a_rare_code_has_an_ac1_near_one_whatever_people_do() -> None:
    """In 1,000 encounters 8 have it from both and 6 from each alone, worked out by hand."""
    table = [[8, 6], [6, 980]]
    expected = 2 * Fraction(14, 1000) * Fraction(986, 1000)
    observed = Fraction(988, 1000)
    exact = float((observed - expected) / (1 - expected))
    assert ac1(table) == pytest.approx(exact, abs=1e-9)
    assert (kappa(table).value, ac1(table)) == pytest.approx((0.565, 0.988), abs=5e-4)
    assert specific(table, 0) == pytest.approx(float(Fraction(16, 28)), abs=1e-9)


def specific(table: Sequence[Sequence[int]], place: int) -> float:
    """Positive (0) or negative (1) agreement of a table of two members."""
    one = table[0][1] + table[1][0]
    return float(
        specific_agreement([[2 * table[place][place]]], [[2 * table[place][place] + one]]).value[0]
    )


def nominal(observers: Sequence[str]) -> float:
    """Alpha of values, each a set of its own: MASI is 0 or 1 then. A dot is no value."""
    values = sorted(set("".join(observers)) - {"."})
    units = [
        [each[place] for each in observers if each[place] != "."]
        for place in range(len(observers[0]))
    ]
    units = [unit for unit in units if len(unit) > 1]
    rows = np.array([[value == known for known in values] for unit in units for value in unit])
    encounters = np.repeat(np.arange(len(units)), [len(unit) for unit in units])
    return Alpha.of_distances(masi_distances(rows), encounters).value
