"""Alpha with MASI distance is that of NLTK, and its draws are those of encounters drawn anew."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import masi_distance

from icd9_review.quality.agreement.alpha import Alpha, masi_distances
from icd9_review.quality.agreement.codings import Coding, by_encounter
from icd9_review.quality.agreement.incidence import Incidence
from icd9_review.values import CodeKey
from tests.quality.agreement.examples import coded, some_codings

CODINGS = coded(
    {
        "Ana": ["428.0 486", "250.00", "-", "428.21", "486 V45.81"],
        "Ben": ["428.0", "250.00 486", "486", "428.20", "486 V45.81"],
        "model": ["428.0 486 250.00", "", "-", "428.21 486", "V45.81"],
    }
)


def alpha(codings: list[Coding]) -> Alpha:
    incidence = Incidence.of(by_encounter(codings))
    return Alpha.of_distances(masi_distances(incidence.rows), incidence.encounter_of)


def distance(first: frozenset[CodeKey], second: frozenset[CodeKey]) -> float:
    """NLTK's, which divides by nothing for two empty sets."""
    return masi_distance(first, second) if first or second else 0.0


@given(some_codings())
def test_alpha_is_that_of_nltk(codings: list[Coding]) -> None:
    assume(len({each.codes for each in codings}) > 1)
    data = [(each.member, each.encounter, each.codes) for each in codings]
    assert alpha(codings).value == pytest.approx(AnnotationTask(data, distance).alpha(), abs=1e-9)


def test_alpha_of_some_sets_is_what_pencil_and_paper_give() -> None:
    """Two encounters: {a, b} and {a}; {c} and {c}. MASI of the first two is 1 - 1/2 * 2/3."""
    codings = coded({"Ana": ["428.0 486", "250.00"], "Ben": ["428.0", "250.00"]})
    observed = (2 / 3 + 0) / 2
    expected = (2 * 2 / 3 + 8 * 1) / (4 * 3)
    assert alpha(codings).value == pytest.approx(1 - observed / expected)


def test_who_codes_the_same_agrees_wholly_even_where_nothing_differs() -> None:
    assert alpha(coded({"Ana": ["486", "428.0"], "Ben": ["486", "428.0"]})).value == 1
    assert alpha(coded({"Ana": ["486", "486"], "Ben": ["486", "486"]})).value == 1
    assert alpha(coded({"Ana": ["-"], "Ben": ["-"]})).value == 1


def test_two_codings_of_one_encounter_that_differ_agree_no_more_than_chance() -> None:
    assert alpha(coded({"Ana": ["486"], "Ben": ["428.0"]})).value == 0


def test_an_encounter_that_is_drawn_twice_counts_twice() -> None:
    again = [
        Coding(f"{each.encounter}b", each.member, each.codes)
        for each in CODINGS
        if each.encounter in "03"
    ]
    times = np.array([[2.0, 1, 1, 2, 1]])
    assert alpha(CODINGS).of(times)[0] == pytest.approx(alpha(CODINGS + again).value)


def test_alpha_without_each_encounter_is_that_of_the_others() -> None:
    found = alpha(CODINGS).without_each()
    left = [alpha([each for each in CODINGS if each.encounter != out]).value for out in "01234"]
    assert found == pytest.approx(left)
