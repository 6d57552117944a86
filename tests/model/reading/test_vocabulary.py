"""Words that a tokenizer hardly knows."""

from __future__ import annotations

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from icd9_review.model.reading.vocabulary import count_words
from icd9_review.values import WordCount

_PIECES = ("[UNK]", "heart", "fail", "##ure", "x", "##a", "##r", "##el", "##to", "##ir")


@pytest.fixture
def wordpiece() -> Tokenizer:
    vocabulary = {piece: number for number, piece in enumerate(_PIECES)}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return made


@pytest.mark.parametrize(
    ("text", "words", "unfamiliar"),
    [
        ("heart failure", 2, 0),
        ("xarelto, heart", 2, 1),
        ("心", 1, 1),
        ("xar xarel", 2, 1),
        ("12/04 :: 500", 0, 0),
        ("", 0, 0),
    ],
)
def test_words_of_four_pieces_or_none_are_unfamiliar(
    wordpiece: Tokenizer, text: str, words: int, unfamiliar: int
) -> None:
    assert count_words(text, wordpiece) == WordCount(words, unfamiliar)


def test_a_tokenizer_that_tells_no_words_apart_counts_one_word_or_none() -> None:
    """Nothing is divided by what it gives: an encounter without words is in no band."""
    plain = Tokenizer(models.WordPiece({"[UNK]": 0}, unk_token="[UNK]"))
    assert count_words("heart failure", plain).words <= 1
