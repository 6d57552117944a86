"""What is said of the figures, and of what they are not worth."""

from __future__ import annotations

import math

import pytest

from icd9_review.quality.agreement.codings import Coding, FoundCodings
from icd9_review.quality.agreement.gold import GoldStandard
from icd9_review.quality.agreement.levels import CodeLevel
from icd9_review.quality.agreement.measuring import measure
from icd9_review.quality.agreement.words import (
    FEW,
    KINDS_WORDS,
    LEVEL_WORDS,
    NOTHING_CHOSEN,
    NOTHING_SIGNED,
    ONE_CODER,
    agreement_notices,
    describe_agreement,
    describe_none,
)
from icd9_review.quality.agreement.written import agreement_data
from icd9_review.values import Kind
from tests.quality.agreement.examples import coded


def read(codings: list[Coding], signed: int | None = None) -> FoundCodings:
    labels = {each.encounter: f"E-{each.encounter}" for each in codings}
    return FoundCodings(tuple(codings), labels, len(labels) if signed is None else signed)


def notices(codings: list[Coding], signed: int | None = None) -> list[str]:
    return list(agreement_notices(read(codings, signed), measure(codings)))


MANY = coded({"Ana": ["486"] * FEW, "Ben": ["486"] * (FEW - 1) + ["428.0"]})


def test_two_are_named_and_many_are_counted() -> None:
    found = measure(MANY)
    assert found is not None
    assert describe_agreement(found).startswith("30 encounters were coded by Ana and Ben. Of the")
    members = {name: ["486"] for name in ("Ana", "Ben", "Cem")}
    three = measure(coded(members))
    assert three is not None
    assert "1 encounter was coded by two or more of Ana, Ben and Cem. " in describe_agreement(three)
    more = measure(coded({name: ["486"] for name in "abcde"}))
    assert more is not None
    assert "coded by two or more of 5 members. " in describe_agreement(more)


def test_enough_encounters_need_no_notice() -> None:
    assert notices(MANY) == []


def test_few_encounters_are_said_to_be_few() -> None:
    (notice,) = notices(MANY[1:])
    assert notice.startswith("With 29 encounters compared, intervals are not to be relied on")


def test_what_was_left_out_is_said() -> None:
    (notice,) = notices(MANY, 1200)
    assert notice.startswith("1,200 encounters were signed in this time; the newest 30 were read.")


@pytest.mark.parametrize(
    ("codes", "words"), [("276.5", "276.5 is"), ("276.5 585", "276.5 and 585 are")]
)
def test_a_code_that_was_retired_meanwhile_is_named(codes: str, words: str) -> None:
    codings = coded({"Ana": [codes] * FEW, "Ben": [codes] * FEW})
    (notice,) = notices(codings)
    assert notice == (
        f"{words} not in version 32, retired or never in it, and compared as written."
    )


def test_encounters_of_the_gold_standard_that_are_not_here_are_named() -> None:
    gold = GoldStandard((), ("E-00009",))
    (notice,) = agreement_notices(read([]), None, gold)
    assert notice.startswith("The gold standard has E-00009, which are not among")


def test_why_there_is_nothing_to_compare_is_said() -> None:
    assert describe_none(read([])) == NOTHING_SIGNED
    assert describe_none(read(coded({"Ana": ["486"]}))) == ONE_CODER
    apart = [*coded({"Ana": ["486"]}), *coded({"Ben": ["", "486"]})]
    assert describe_none(read(apart)) == NOTHING_CHOSEN


def test_every_choice_has_words() -> None:
    assert set(LEVEL_WORDS) == set(CodeLevel)
    assert set(KINDS_WORDS) == {None, *Kind}


def test_what_is_not_defined_is_null_in_data() -> None:
    found = measure(coded({"Ana": ["486"], "Ben": ["486"]}))
    assert found is not None
    assert agreement_data(found, {"0": "E-00001"})["alpha"] == {
        "value": 1.0,
        "low": None,
        "high": None,
    }
    assert not any(math.isnan(each) for each in agreement_data(found, {})["members"].values())
