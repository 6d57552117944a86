from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.model.explaining.words import group_words
from icd9_review.model.reading.predictor import Predictor


def words(predictor: Predictor, text: str) -> list[str]:
    (passage,) = predictor.passages(text)
    return [text[word.start : word.end] for word in group_words(text, passage.offsets)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lasix 40 mg b.i.d. for CHF.", ["Lasix", "40", "mg", "b.i.d", ".", "for", "CHF", "."]),
        ("x-ray of the patient's chest", ["x-ray", "of", "the", "patient's", "chest"]),
        ("temp 98.6, BP 120/80", ["temp", "98.6", ",", "BP", "120", "/", "80"]),
        ("no - pain -- at all.", ["no", "-", "pain", "-", "-", "at", "all", "."]),
        ("e\u0301tat 😀😀 fin", ["e\u0301tat", "😀😀", "fin"]),
        ("cafe\u0301, x", ["cafe\u0301", ",", "x"]),
        ("zebra", ["zebra"]),
    ],
)
def test_pieces_become_the_words_people_read(
    predictor: Predictor, text: str, expected: list[str]
) -> None:
    assert words(predictor, text) == expected


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=25))
def test_every_piece_is_in_one_word_and_words_do_not_overlap(
    predictor: Predictor, text: str
) -> None:
    passage = predictor.passages(text)[0]
    found = group_words(text, passage.offsets)
    assert [index for word in found for index in range(word.first, word.beyond)] == list(
        range(len(passage.offsets))
    )
    for before, after in pairwise(found):
        assert before.end <= after.start
