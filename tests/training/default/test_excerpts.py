# ruff: noqa: S311
import random
from itertools import pairwise

import pytest

from icd9_review.training.default.excerpts import _bounds, draw_excerpt
from icd9_review.training.default.labels import is_procedure
from icd9_review.training.default.mentions import LabelledMention
from icd9_review.training.default.phrases import PhraseBook
from icd9_review.training.default.sources import SourceNote

NOTE = (
    "HISTORY OF PRESENT ILLNESS: , This woman was seen for follow-up of her swelling. "
    "She denies pneumonia and gout. There was no evidence of pulmonary embolism on the scan., "
    "PAST MEDICAL HISTORY: , Hypertension, hyperlipidemia and atrial fibrillation., "
    "FAMILY HISTORY: , Her mother had asthma., "
    "DISCHARGE DIAGNOSES: , Congestive heart failure and urinary tract infection."
)
SAID = {
    "pneumonia": ("486", 0),
    "gout": ("274.9", 0),
    "Hypertension": ("401.9", 1),
    "atrial fibrillation": ("427.31", 1),
    "Congestive heart failure": ("428.0", 1),
    "urinary tract infection": ("599.0", 1),
}
SOURCE = SourceNote(
    NOTE,
    tuple(
        LabelledMention(NOTE.index(words), NOTE.index(words) + len(words), *said)
        for words, said in SAID.items()
    ),
)


@pytest.mark.parametrize("seed", range(40))
def test_mentions_of_an_excerpt_lie_where_their_offsets_say(seed: int, book: PhraseBook) -> None:
    excerpt = draw_excerpt((SOURCE,), book, random.Random(seed), 200)
    places = [(mention.start, mention.end) for mention in excerpt.mentions]
    assert all(0 <= start < end <= len(excerpt.text) for start, end in places)
    assert all(end <= start for (_, end), (start, _) in pairwise(places))
    for mention in excerpt.mentions:
        term = excerpt.text[mention.start : mention.end].lower()
        known = (*book.written.get(mention.code, ()), *book.official[mention.code], *SAID)
        assert term in {words.lower() for words in known}


def test_an_exchanged_term_keeps_what_the_context_says(book: PhraseBook) -> None:
    after_denial = [
        mention.target
        for seed in range(300)
        for excerpt in [draw_excerpt((SOURCE,), book, random.Random(seed), 260)]
        for mention in excerpt.mentions
        if excerpt.text[: mention.start].endswith("She denies ")
    ]
    assert after_denial
    assert set(after_denial) == {0}


def test_an_excerpt_begins_and_ends_with_sentences(book: PhraseBook) -> None:
    plain = SourceNote(NOTE, ())
    starts = {*_bounds(NOTE)}
    for seed in range(60):
        text = draw_excerpt((plain,), book, random.Random(seed), 220).text
        start = NOTE.index(text)
        assert start in starts
        assert start + len(text) in starts


def test_an_excerpt_may_be_one_sentence(book: PhraseBook) -> None:
    plain = SourceNote(NOTE, ())
    found = {draw_excerpt((plain,), book, random.Random(s), 0).text.strip(" ,") for s in range(60)}
    assert "She denies pneumonia and gout." in found
    assert "FAMILY HISTORY: , Her mother had asthma." in found


def test_a_long_sentence_is_cut_between_words(book: PhraseBook) -> None:
    plain = SourceNote("word " * 400, ())
    for seed in range(20):
        excerpt = draw_excerpt((plain,), book, random.Random(seed), 100)
        assert len(excerpt.text) <= 305
        assert set(excerpt.text.split()) == {"word"}


def test_a_procedure_is_exchanged_for_a_procedure(book: PhraseBook) -> None:
    text = "The patient underwent appendectomy without complications."
    source = SourceNote(text, (LabelledMention(22, 34, "47.09", 1),))
    drawn = [draw_excerpt((source,), book, random.Random(seed), 100) for seed in range(60)]
    codes = {mention.code for excerpt in drawn for mention in excerpt.mentions}
    assert len(codes) > 5
    assert all(is_procedure(code) for code in codes)


def test_rare_codes_come_into_real_contexts(book: PhraseBook) -> None:
    present = {mention.code for mention in SOURCE.mentions}
    seen = {
        code
        for seed in range(200)
        for code in draw_excerpt((SOURCE,), book, random.Random(seed), 260).targets
    }
    assert len(seen - present) > 50


def test_an_excerpt_is_the_same_for_the_same_seed(book: PhraseBook) -> None:
    first = draw_excerpt((SOURCE,), book, random.Random(4), 200)
    assert first == draw_excerpt((SOURCE,), book, random.Random(4), 200)
