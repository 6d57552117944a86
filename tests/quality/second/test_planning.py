"""When a second coder is asked for, for which encounters, and who."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import InputError
from icd9_review.quality.agreement.codings import Coding
from icd9_review.quality.second.groups import group_agreements, group_of
from icd9_review.quality.second.planning import (
    NO_ENCOUNTER,
    NO_PAIR,
    NOBODY_ELSE,
    NOTHING_LOW,
    check_second_rule,
    plan_seconds,
    room_left,
)
from icd9_review.values import GroupLevel, Kind, SecondRule

RULE = SecondRule(active=True, least=0.6, fewest=2)
PEOPLE = ("Ana", "Ben", "Cleo")
CODES = st.frozensets(st.sampled_from(("428.0", "428.21", "427.31", "486"))).map(
    lambda codes: frozenset((Kind.DIAGNOSIS, code) for code in codes)
)
CODINGS = st.dictionaries(
    st.tuples(st.sampled_from("123456"), st.sampled_from((*PEOPLE, "Model"))), CODES
).map(lambda held: [Coding(*where, codes) for where, codes in held.items()])


def coding(encounter: str, member: str, *codes: str) -> Coding:
    return Coding(encounter, member, frozenset((Kind.DIAGNOSIS, code) for code in codes))


DISPUTED = [
    *(coding("1", "Ana", "428.0", "486"), coding("1", "Ben", "428.21", "486")),
    *(coding("2", "Ana", "428.0"), coding("2", "Ben", "428.21")),
]
"""Ana and Ben never agree on 428, and do on 486."""


def test_agreement_on_a_group_is_that_of_its_whole_codes() -> None:
    found = {each.group[1]: each for each in group_agreements(DISPUTED, PEOPLE, RULE.level)}
    assert (found["428"].both, found["428"].one, found["428"].encounters) == (0, 4, 2)
    assert (found["486"].both, found["486"].one, found["486"].positive) == (1, 0, 1)
    chapters = group_agreements(DISPUTED, PEOPLE, GroupLevel.CHAPTER)
    assert {each.group[1] for each in chapters} == {"390–459", "460–519"}


@pytest.mark.parametrize(
    ("key", "category", "chapter"),
    [
        ((Kind.DIAGNOSIS, "E885.9"), "E885", "E000–E999"),
        ((Kind.DIAGNOSIS, "V45.81"), "V45", "V01–V91"),
        ((Kind.PROCEDURE, "37.22"), "37", "35–39"),
    ],
)
def test_external_causes_v_codes_and_procedures_have_groups_of_their_own(
    key: tuple[Kind, str], category: str, chapter: str
) -> None:
    assert group_of(key, GroupLevel.CATEGORY) == (key[0], category)
    assert group_of(key, GroupLevel.CHAPTER) == (key[0], chapter)


@given(CODINGS)
def test_models_are_nobodys_pair_and_shares_are_shares(codings: list[Coding]) -> None:
    for each in group_agreements(codings, PEOPLE, GroupLevel.CATEGORY):
        assert {each.first, each.second} < set(PEOPLE)
        assert 0 <= each.positive <= 1
        assert each.both + each.one >= each.encounters


def test_further_encounters_of_the_pair_with_the_group_are_asked_for() -> None:
    further = [
        coding("3", "Ben", "428.0"),
        coding("4", "Ana", "486"),
        coding("5", "Cleo", "428.0"),
        coding("6", "Ana", "428.21"),
        coding("7", "Ana", "428.0"),
    ]
    asked = {"Ana": 0, "Ben": 0, "Cleo": 0}
    plan = plan_seconds([*DISPUTED, *further], asked, RULE, taken={"7"})
    assert [each.encounter for each in plan.requests] == ["3", "6"]
    assert [each.coders for each in plan.requests] == [("Ana", "Cleo"), ("Ben", "Cleo")]
    assert plan.message == ""


def test_who_was_asked_least_comes_after_the_other_of_the_pair() -> None:
    asked = {"Ana": 0, "Ben": 9, "Cleo": 2, "Dora": 1}
    plan = plan_seconds([*DISPUTED, coding("3", "Ana", "428.0")], asked, RULE)
    assert plan.requests[0].coders == ("Ben", "Dora", "Cleo")


@pytest.mark.parametrize(
    ("codings", "asked", "message"),
    [
        (DISPUTED, ("Ana",), NOBODY_ELSE),
        (DISPUTED[:1], ("Ana", "Ben"), NO_PAIR),
        (DISPUTED[:2], ("Ana", "Ben"), NOTHING_LOW),
        (DISPUTED, ("Ana", "Ben"), NO_ENCOUNTER),
    ],
)
def test_where_there_is_nothing_to_do_it_says_why(
    codings: list[Coding], asked: tuple[str, ...], message: str
) -> None:
    plan = plan_seconds(codings, dict.fromkeys(asked, 0), RULE)
    assert (plan.requests, plan.message) == ((), message)


@given(CODINGS, st.floats(0, 1), st.integers(1, 4), st.sampled_from(GroupLevel))
def test_nobody_codes_their_own_chart_again_and_each_encounter_is_asked_for_once(
    codings: list[Coding], least: float, fewest: int, level: GroupLevel
) -> None:
    rule = SecondRule(True, level, least, fewest)
    plan = plan_seconds(codings, dict.fromkeys(PEOPLE, 0), rule, taken={"1"})
    encounters = [each.encounter for each in plan.requests]
    assert len(set(encounters)) == len(encounters)
    assert "1" not in encounters
    assert bool(plan.requests) is not bool(plan.message)
    for each in plan.requests:
        (signer,) = {c.member for c in codings if c.encounter == each.encounter} & set(PEOPLE)
        assert signer not in each.coders
        assert signer in (each.found.first, each.found.second)
        assert each.found.positive < least
        assert each.found.encounters >= fewest


@given(st.integers(0, 9), st.integers(0, 30))
def test_no_more_are_asked_for_than_a_day_and_a_week_allow(day: int, week: int) -> None:
    room = room_left(day, week, SecondRule(per_day=3, per_week=10))
    assert room >= 0
    assert room == 0 or (day + room <= 3 and week + room <= 10)


@pytest.mark.parametrize(
    "rule",
    [
        SecondRule(least=1.1),
        SecondRule(fewest=0),
        SecondRule(per_day=-1),
        SecondRule(per_week=9999),
    ],
)
def test_a_rule_that_cannot_be_is_refused(rule: SecondRule) -> None:
    with pytest.raises(InputError):
        check_second_rule(rule)
