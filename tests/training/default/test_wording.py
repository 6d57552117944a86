# ruff: noqa: S311
import random

from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes.written_terms import written_terms
from icd9_review.training.default.phrases import load_phrase_book
from icd9_review.training.default.wording import reword

OWNERS = {term.lower(): code for code, terms in written_terms().items() for term in terms}
entries = st.sampled_from(
    [(code, term) for code, terms in written_terms().items() for term in terms]
)


@given(entries, st.integers(0, 2**32))
def test_no_variant_takes_the_term_of_another_code(entry: tuple[str, str], seed: int) -> None:
    code, term = entry
    assert OWNERS.get(reword(term, code, random.Random(seed)).lower(), code) == code


def _variants(term: str, code: str) -> set[str]:
    return {reword(term, code, random.Random(seed)) for seed in range(400)}


def test_a_stone_of_a_kidney_has_other_words() -> None:
    assert {"kidney calculus", "stone in the right kidney", "left kidney stone"} <= _variants(
        "kidney stone", "592.0"
    )


def test_abbreviations_and_status_stay_as_they_are() -> None:
    assert _variants("CHF", "428.0") == {"CHF"}
    assert _variants("long-term anticoagulants", "V58.61") == {"long-term anticoagulants"}


def test_a_widened_book_has_the_terms_and_more_and_is_the_same_every_time() -> None:
    book = load_phrase_book(None)
    wide = book.widened(9)
    assert wide == book.widened(9)
    assert all(set(book.written[code]) <= set(wide.written[code]) for code in book.written)
    assert sum(map(len, wide.written.values())) > 1.1 * sum(map(len, book.written.values()))
