"""What the index finds and what a model reads become one list that is at least as good as each."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes import codes
from icd9_review.codes.lists import Lists
from icd9_review.codes.search import (
    Found,
    Index,
    ReadWords,
    Why,
    asks_in_words,
    build_index,
    merge_meaning,
    search,
)
from icd9_review.values import CodeKey, Kind

DIAGNOSIS, PROCEDURE = Kind.DIAGNOSIS, Kind.PROCEDURE
any_code = st.sampled_from([(kind, code) for kind in Kind for code in codes(kind)])
EVERY = frozenset((kind, code) for kind in Kind for code in codes(kind))


@cache
def index() -> Index:
    return build_index(Lists(lists={}))


def keys(found: tuple[Found, ...]) -> list[CodeKey]:
    return [(each.kind, each.code) for each in found]


def merged(query: str, *meant: CodeKey, known: frozenset[CodeKey] = EVERY) -> tuple[Found, ...]:
    return merge_meaning(index(), search(index(), query), ReadWords(meant, known), limit=50)


@pytest.mark.parametrize("query", ["428", "4280", "428.0", "v58", "I50.9", "I10", "428.0 failure"])
def test_a_code_typed_is_not_asked_for_in_words(query: str) -> None:
    assert not asks_in_words(query)


@pytest.mark.parametrize("query", ["", " ", "h", "mi", "m i", "25", "!?"])
def test_first_letters_are_not_asked_for_in_words(query: str) -> None:
    assert not asks_in_words(query)


@pytest.mark.parametrize("query", ["chf", "weak heart", "type 2 diabetes", "état de mal"])
def test_words_are_to_be_understood(query: str) -> None:
    assert asks_in_words(query)


def test_what_is_only_meant_comes_into_the_list_and_says_why() -> None:
    found = merged("heart failure", (DIAGNOSIS, "514"))
    (meant,) = [each for each in found if each.code == "514"]
    assert (meant.why, meant.title) == (Why.MEANING, "Pulmonary congestion and hypostasis")


def test_what_the_index_finds_too_says_what_the_index_says() -> None:
    by_index = {each.code: each for each in search(index(), "heart failure")}
    found = merged("heart failure", (DIAGNOSIS, "428.9"), (DIAGNOSIS, "428.0"))
    assert [each for each in found if each.code in by_index and each != by_index[each.code]] == []


def test_what_both_have_rises() -> None:
    before = keys(search(index(), "heart failure"))
    low = next(key for key in reversed(before) if key in EVERY)
    assert keys(merged("heart failure", low)).index(low) < before.index(low)


def test_what_the_index_has_first_stays_first() -> None:
    first, *others = keys(search(index(), "heart failure"))
    assert keys(merged("heart failure", *others))[0] == first


def test_a_code_that_the_model_cannot_name_costs_nothing() -> None:
    before = keys(search(index(), "appendectomy"))
    known = frozenset({(DIAGNOSIS, "540.9")})
    after = keys(merged("appendectomy", (DIAGNOSIS, "540.9"), known=known))
    assert [key for key in after if key != (DIAGNOSIS, "540.9")] == before
    assert after[0] == before[0]


def test_codes_found_as_they_are_written_stand_alone() -> None:
    for query in ("428", "428.0", "i50.9"):
        assert merged(query, (DIAGNOSIS, "486")) == search(index(), query)[:50]


def test_another_kind_than_is_asked_for_stays_out() -> None:
    found = search(index(), "appendicitis", (DIAGNOSIS,))
    meant = ReadWords(((PROCEDURE, "47.09"), (DIAGNOSIS, "541")), EVERY)
    assert {each.kind for each in merge_meaning(index(), found, meant, (DIAGNOSIS,))} == {DIAGNOSIS}


def test_a_label_that_is_no_code_of_version_32_stays_out() -> None:
    assert (DIAGNOSIS, "999.999") not in keys(merged("heart failure", (DIAGNOSIS, "999.999")))


@given(st.text(max_size=20), st.lists(any_code, unique=True, max_size=12), st.integers(1, 40))
def test_a_list_has_each_code_once_and_no_more_than_it_may(
    query: str, meant: list[CodeKey], limit: int
) -> None:
    found = search(index(), query)
    after = keys(merge_meaning(index(), found, ReadWords(meant, EVERY), limit=limit))
    assert len(after) == len(set(after)) <= limit
    assert set(after) <= {*keys(found), *meant}


@given(st.lists(any_code, unique=True, max_size=12))
def test_a_model_that_agrees_changes_nothing(meant: list[CodeKey]) -> None:
    found = merge_meaning(index(), (), ReadWords(meant, EVERY), limit=50)
    assert keys(found) == meant
    assert merge_meaning(index(), found, ReadWords(meant, EVERY), limit=50) == found
