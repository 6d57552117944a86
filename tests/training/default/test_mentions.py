"""Where a text names codes."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from icd9_review.training.default.mentions import LabelledMention, find_terms, without_overlaps
from icd9_review.training.default.phrases import PhraseBook

TEXT = "Known CHF with congestive heart failure; hypertension. No CHFX, prehypertension of note."


def found(text: str, codes: set[str], book: PhraseBook) -> list[tuple[str, str]]:
    return [
        (text[m.start : m.end], m.code) for m in without_overlaps(find_terms(text, codes, book))
    ]


def test_terms_of_the_codes_are_found_as_whole_words_the_longest_first(book: PhraseBook) -> None:
    assert found(TEXT, {"428.0", "401.9"}, book) == [
        ("CHF", "428.0"),
        ("congestive heart failure", "428.0"),
        ("hypertension", "401.9"),
    ]


def test_terms_of_other_codes_are_not_looked_for(book: PhraseBook) -> None:
    assert found(TEXT, {"486"}, book) == []


def test_offsets_hold_beside_letters_whose_small_form_is_longer(book: PhraseBook) -> None:
    text = "İİİ seen for hypertension"
    assert found(text, {"401.9"}, book) == [("hypertension", "401.9")]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), max_size=12))
def test_mentions_that_are_kept_apart_never_overlap(places: list[tuple[int, int]]) -> None:
    mentions = [LabelledMention(start, start + size, "486", 1) for start, size in places]
    kept = without_overlaps(mentions)
    assert all(
        one.end <= two.start or (one.start, one.end) == (two.start, two.end)
        for one, two in pairwise(kept)
    )
    assert set(kept) <= set(mentions)
    assert bool(kept) == bool(mentions)
