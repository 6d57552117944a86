# ruff: noqa: S311
import random
from itertools import pairwise

import pytest

from icd9_review.training.default.excerpts import draw_excerpt
from icd9_review.training.default.mentions import find_labelled
from icd9_review.training.default.phrases import PhraseBook
from icd9_review.training.default.sources import SourceNote

NOTE = (
    "HISTORY OF PRESENT ILLNESS: , This woman was seen for follow-up of her swelling. "
    "She denies pneumonia and gout. There was no evidence of pulmonary embolism on the scan., "
    "PAST MEDICAL HISTORY: , Hypertension, hyperlipidemia and atrial fibrillation., "
    "FAMILY HISTORY: , Her mother had asthma., "
    "DISCHARGE DIAGNOSES: , Congestive heart failure and urinary tract infection."
)
SOURCE = SourceNote(NOTE, tuple(find_labelled(NOTE)))


@pytest.mark.parametrize("seed", range(40))
def test_mentions_of_an_excerpt_lie_where_their_offsets_say(seed: int, book: PhraseBook) -> None:
    excerpt = draw_excerpt((SOURCE,), book, random.Random(seed), 200)
    places = [(mention.start, mention.end) for mention in excerpt.mentions]
    assert all(0 <= start < end <= len(excerpt.text) for start, end in places)
    assert all(end <= start for (_, end), (start, _) in pairwise(places))
    for mention in excerpt.mentions:
        term = excerpt.text[mention.start : mention.end].lower()
        known = {word.lower() for word in book.written[mention.code]}
        assert term in known


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
