"""A person's own words find the code they gave them to, before anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes.search.own_words import called_so
from icd9_review.values import Kind, OwnCode

DIAGNOSIS, PROCEDURE = Kind.DIAGNOSIS, Kind.PROCEDURE
OWN = (
    OwnCode(DIAGNOSIS, "428.20", words="chf ef low, HFrEF"),
    OwnCode(DIAGNOSIS, "428.30", words="chf ef kept"),
    OwnCode(DIAGNOSIS, "428.0", words="chf"),
    OwnCode(DIAGNOSIS, "401.9", favourite=True),
    OwnCode(PROCEDURE, "37.22", words="left cath"),
)


def found(query: str, *kinds: Kind) -> list[str]:
    return [each.code for each in called_so(OWN, query, kinds or tuple(Kind))]


def test_what_is_typed_in_full_comes_first_then_the_shortest() -> None:
    assert found("chf") == ["428.0", "428.20", "428.30"]
    assert found("chf ef low") == ["428.20"]
    assert found("hfref") == ["428.20"]


@pytest.mark.parametrize("query", ["low chf", "CHF lo", "ef l", "chf, ef low", "chf\u200b low"])
def test_words_are_met_in_any_order_and_by_their_beginning(query: str) -> None:
    assert found(query)[0] == "428.20"


@pytest.mark.parametrize("query", ["", " ", "c", "chf acute", "chf chf", "cath right", ","])
def test_a_word_that_is_not_among_them_finds_nothing(query: str) -> None:
    assert found(query) == []


def test_only_the_kind_that_is_looked_for_is_found() -> None:
    assert found("left cath") == ["37.22"]
    assert found("left cath", DIAGNOSIS) == []


def test_other_alphabets_are_words_too() -> None:
    own = (OwnCode(DIAGNOSIS, "401.9", words="高血圧 давление"),)
    assert [each.code for each in called_so(own, "高血")] == ["401.9"]
    assert [each.code for each in called_so(own, "давл")] == ["401.9"]


@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_is_typed_and_however_it_is_called(words: str, query: str) -> None:
    called_so((OwnCode(DIAGNOSIS, "401.9", words=words),), query)
