"""What is measured of codings: the same whoever is first, and whatever order they come in."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import InputError
from icd9_review.quality.agreement.codings import Coding
from icd9_review.quality.agreement.levels import CodeLevel
from icd9_review.quality.agreement.measuring import Agreement, measure, prepare
from icd9_review.quality.agreement.pairs import shared_encounters
from icd9_review.quality.agreement.per_code import LEAST_CODED, CodeAgreement
from icd9_review.values import Kind
from tests.quality.agreement.examples import coded, keys, some_codings


def measured(
    codings: list[Coding], *, kind: Kind | None = None, level: CodeLevel = CodeLevel.FULL
) -> Agreement:
    found = measure(codings, kind=kind, level=level)
    assert found is not None
    return found


def code(found: Agreement, name: str) -> CodeAgreement:
    return next(each for each in found.codes if each.key[1] == name)


def test_the_figures_of_two_people_are_those_of_pencil_and_paper() -> None:
    found = measured(
        coded({"Ana": ["428.20 486", "486", "250.00"], "Ben": ["428.21 486", "486", "-"]})
    )
    assert found.encounters == 3
    assert found.members == {"Ana": 3, "Ben": 3}
    assert found.jaccard.value == pytest.approx((1 / 3 + 1 + 0) / 3)
    assert found.credit.value == pytest.approx(((2 + 4 / 3) / 4 + 1 + 0) / 3)
    pneumonia = code(found, "486")
    assert (pneumonia.both, pneumonia.one, pneumonia.neither) == (2, 0, 1)
    assert (pneumonia.kappa.value, pneumonia.positive.value, pneumonia.negative) == (1, 1, 1)


def test_a_code_that_nobody_gave_twice_stands_behind_those_that_many_have() -> None:
    ana, ben = ["486 428.0"] + ["486"] * LEAST_CODED, ["-"] + ["486"] * LEAST_CODED
    found = measured(coded({"Ana": ana, "Ben": ben}))
    assert [each.key[1] for each in found.codes] == ["486", "428.0"]


def test_kappa_of_several_is_the_mean_of_their_pairs() -> None:
    lines = {"Ana": ["486", "-", "486", "-"], "Ben": ["486", "-", "-", "-"]}
    third = {"model": ["486", "486", "", ""]}
    pairs = [measured(coded(lines)), measured(coded({"Ana": lines["Ana"], **third}))]
    pairs.append(measured(coded({"Ben": lines["Ben"], **third})))
    one, two, three = (code(each, "486").kappa.value for each in pairs)
    found = code(measured(coded(lines | third)), "486")
    assert found.kappa.value == pytest.approx((4 * one + 2 * two + 2 * three) / 8)
    assert math.isnan(found.kappa.low)


def test_at_three_digits_siblings_are_one_code() -> None:
    codings = coded({"Ana": ["428.20", "486"], "Ben": ["428.21", "486"]})
    assert measured(codings, level=CodeLevel.SUBCATEGORY).jaccard.value == 1
    assert measured(codings).jaccard.value == 0.5


def test_one_kind_is_measured_alone() -> None:
    procedures = keys("99.61", kind=Kind.PROCEDURE)
    codings = [
        Coding("1", "Ana", keys("486") | procedures),
        Coding("1", "Ben", keys("428.0") | procedures),
    ]
    assert measured(codings, kind=Kind.PROCEDURE).jaccard.value == 1
    assert measured(codings, kind=Kind.DIAGNOSIS).jaccard.value == 0


def test_siblings_that_are_taken_for_each_other_come_with_their_encounters() -> None:
    lines = {"Ana": ["428.20 486", "428.21", "428.0"], "Ben": ["428.21 486", "428.20", "428.21"]}
    siblings, others = measured(coded(lines)).confusions
    assert (siblings.first[1], siblings.second[1]) == ("428.20", "428.21")
    assert siblings.siblings
    assert [(case.encounter, case.first_by, case.second_by) for case in siblings.cases] == [
        ("0", "Ana", "Ben"),
        ("1", "Ben", "Ana"),
    ]
    assert (others.first[1], others.second[1], others.siblings) == ("428.0", "428.21", False)


def test_confused_codes_are_named_in_full_at_every_level() -> None:
    codings = coded({"Ana": ["428.20"], "Ben": ["428.21"]})
    (found,) = measured(codings, level=CodeLevel.CATEGORY).confusions
    assert found.second[1] == "428.21"


def test_what_version_32_does_not_have_is_compared_and_named() -> None:
    found = measured(coded({"Ana": ["276.5", "486"], "Ben": ["276.5", "486"]}))
    assert found.jaccard.value == 1
    assert found.retired == ((Kind.DIAGNOSIS, "276.5"),)


def test_an_encounter_of_one_coder_is_not_compared() -> None:
    assert measure(coded({"Ana": ["486", "428.0"]})) is None
    assert measure([]) is None
    assert list(prepare(coded({"Ana": ["486", "486"], "Ben": ["", "486"]}))) == ["1"]


def test_two_codings_of_one_encounter_by_one_person_are_refused() -> None:
    with pytest.raises(InputError, match="Ana has two codings"):
        measure([Coding("1", "Ana", keys("486")), Coding("1", "Ana", keys())])


def test_encounters_of_a_pair_begin_with_the_least_agreement() -> None:
    codings = prepare(coded({"Ana": ["486", "428.20", "250.00"], "Ben": ["486", "428.21", "486"]}))
    found = shared_encounters(codings, "Ana", "Ben")
    assert [each.encounter for each in found] == ["2", "1", "0"]
    assert (found[0].only_first, found[0].only_second) == (keys("250.00"), keys("486"))


@given(some_codings(), st.randoms(use_true_random=False))
def test_the_order_of_codings_makes_no_difference(codings: list[Coding], chance: Random) -> None:
    shuffled = list(codings)
    chance.shuffle(shuffled)
    assert repr(measure(shuffled)) == repr(measure(codings))


@given(some_codings())
def test_who_is_called_what_makes_no_difference(codings: list[Coding]) -> None:
    other = {"Ana": "model", "model": "Ana", "Ben": "Ben"}
    turned = measured([replace(each, member=other[each.member]) for each in codings])
    found = measured(codings)
    assert turned.alpha.value == pytest.approx(found.alpha.value)
    assert turned.jaccard.value == pytest.approx(found.jaccard.value)
    for one, two in zip(found.codes, turned.codes, strict=True):
        figures = [
            (each.kappa.value, each.ac1, each.positive.value, each.negative) for each in (one, two)
        ]
        assert figures[0] == pytest.approx(figures[1], nan_ok=True)
        assert (one.key, one.both, one.one) == (two.key, two.both, two.one)
    assert [(each.first, each.second, len(each.cases)) for each in found.confusions] == [
        (each.first, each.second, len(each.cases)) for each in turned.confusions
    ]


@given(some_codings())
def test_equal_sets_agree_wholly_in_every_figure(codings: list[Coding]) -> None:
    sets = {each.encounter: each.codes for each in codings}
    found = measured([replace(each, codes=sets[each.encounter]) for each in codings])
    figures = [found.alpha.value, found.jaccard.value, found.credit.value]
    figures += [each.positive.value for each in found.codes]
    figures += [each.kappa.value for each in found.codes if not math.isnan(each.kappa.value)]
    assert figures == pytest.approx([1.0] * len(figures))
    assert found.confusions == ()
