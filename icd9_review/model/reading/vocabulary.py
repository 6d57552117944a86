"""How many words of a note a model hardly knows: what drift asks of the notes themselves.

A tokenizer breaks a word that its vocabulary lacks into pieces; in how many is the usual measure of
how well the two fit (Rust et al. 2021, "How Good is Your Tokenizer?", as fertility).
"""

from __future__ import annotations

from itertools import groupby
from typing import Final

from tokenizers import Tokenizer

from icd9_review.values import WordCount

MANY_PIECES: Final = 4
"""Pieces from which on a word counts as unfamiliar. By judgement: of 600 transcriptions (MTSamples)
by the embedded model's tokenizer 16 % of the words have two pieces or more and 9 % three, everyday
medical terms among them ("hypertension"); 2.8 % have four: long terms of one specialty
("transurethral"), drugs, slips and words run together."""


def count_words(text: str, tokenizer: Tokenizer) -> WordCount:
    """The words of a text that have a letter, and those of them that are unfamiliar.

    A word is what the tokenizer takes for one before it breaks it up; unfamiliar is one of
    MANY_PIECES, or with a piece that stands for what is in no vocabulary. No words where a
    tokenizer does not tell them apart.

    >>> from tokenizers import models, pre_tokenizers
    >>> pieces = ["?", "my", "##al", "##gi", "##as", "pain"]
    >>> wordpiece = models.WordPiece({piece: n for n, piece in enumerate(pieces)}, unk_token="?")
    >>> tokenizer = Tokenizer(wordpiece)
    >>> tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    >>> count_words("pain, myalgias; coryza 10", tokenizer)
    WordCount(words=3, unfamiliar=2)
    """
    encoding = tokenizer.encode(text, add_special_tokens=False)
    unknown = getattr(tokenizer.model, "unk_token", None)
    words = unfamiliar = 0
    pairs = zip(encoding.word_ids, encoding.offsets, encoding.tokens, strict=True)
    for word, pieces in groupby(pairs, key=lambda each: each[0]):
        held = list(pieces)
        if word is None or not _has_letter(text[held[0][1][0] : held[-1][1][1]]):
            continue
        words += 1
        unfamiliar += len(held) >= MANY_PIECES or any(token == unknown for *_, token in held)
    return WordCount(words, unfamiliar)


def _has_letter(word: str) -> bool:
    return any(character.isalpha() for character in word)
