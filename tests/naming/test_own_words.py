"""A code's own words are found word by word, and weighed by how telling they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes.written_terms import written_terms
from icd9_review.naming.own_words import OwnWords, own_terms
from icd9_review.values import Kind

FAILURE, PNEUMONIA = (Kind.DIAGNOSIS, "428.0"), (Kind.DIAGNOSIS, "486")
UNKNOWN = (Kind.DIAGNOSIS, "999.999")


def places(text: str, code: str = "428.0") -> list[str]:
    found = OwnWords(text).named((Kind.DIAGNOSIS, code))
    return [text[start:end] for start, end in found]


@pytest.mark.parametrize(
    "text", ["Congestive heart failure.", "CHF", "chf exacerbation", "congestive\nheart  failure"]
)
def test_a_code_is_named_by_its_title_and_by_what_clinicians_write(text: str) -> None:
    assert places(text)


@pytest.mark.parametrize(
    "text", ["", "failure of the heart", "heart, renal failure", "chfs2", "😀"]
)
def test_words_that_are_not_its_own_in_order_name_nothing(text: str) -> None:
    assert places(text) == []


def test_every_place_is_told_from_the_first_to_the_last() -> None:
    assert places("CHF. No pneumonia. Known CHF.") == ["CHF", "CHF"]
    assert OwnWords("CHF. CHF").named(FAILURE) == ((0, 3), (5, 8))


def test_offsets_are_code_points_behind_astral_characters() -> None:
    text = "😀𝔸 CHF 😀"
    assert OwnWords(text).named(FAILURE) == ((3, 6),)
    assert places(text) == ["CHF"]


def test_a_procedure_is_named_by_its_title_alone() -> None:
    (term, *_) = own_terms((Kind.PROCEDURE, "99.61"))
    assert OwnWords(f"He had {' '.join(term)}.").named((Kind.PROCEDURE, "99.61"))


def test_a_code_that_version_32_lacks_has_no_words() -> None:
    assert own_terms(UNKNOWN) == own_terms((Kind.PROCEDURE, "428.0")) == ()
    words = OwnWords("Anything at all.")
    assert words.named(UNKNOWN) == ()
    assert words.share(UNKNOWN, 0, 99) == 0.0


@given(st.sampled_from(sorted(written_terms())))
def test_every_term_of_a_code_names_it(code: str) -> None:
    key = (Kind.DIAGNOSIS, code)
    for term in own_terms(key):
        text = " ".join(term)
        assert OwnWords(text).named(key)
        assert OwnWords(text).share(key, 0, len(text)) == pytest.approx(1.0)


@given(st.text(max_size=80), st.integers(-5, 90), st.integers(-5, 90))
def test_a_share_is_between_none_and_all(text: str, start: int, end: int) -> None:
    assert 0.0 <= OwnWords(text).share(FAILURE, start, end) <= 1.0


@given(st.lists(st.sampled_from(["CHF", "heart", "failure", "congestive", "😀", "no", ",", "\n"])))
def test_what_is_named_lies_in_the_text(words: list[str]) -> None:
    text = " ".join(words)
    for start, end in OwnWords(text).named(FAILURE):
        assert text[start:end].split()[0] in {"CHF", "heart", "congestive"}
        assert text[start:end].strip() == text[start:end]


def test_a_share_counts_the_words_of_the_stretch_alone() -> None:
    text = "Pneumonia. The heart sounds are normal."
    words = OwnWords(text)
    assert words.share(PNEUMONIA, 0, 10) == 1.0
    assert words.share(PNEUMONIA, 10, len(text)) == 0.0
    assert 0.0 < words.share(FAILURE, 10, len(text)) < 1.0


def test_a_telling_word_counts_more_than_one_of_many_codes() -> None:
    key = (Kind.DIAGNOSIS, "162.9")
    by_site, by_word = OwnWords("lung").share(key, 0, 9), OwnWords("neoplasm").share(key, 0, 9)
    assert own_terms(key)
    assert by_site > by_word or by_word == 0.0


def test_words_that_only_join_say_nothing() -> None:
    key = (Kind.DIAGNOSIS, "V15.82")
    assert own_terms(key)
    assert OwnWords("history of the patient").share(key, 0, 99) == 0.0
