# ruff: noqa: S311
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icd9_review.training.default.contrasts import draw_contrast, frames
from icd9_review.training.default.labels import label_codes
from icd9_review.training.default.mentions import LabelledMention
from icd9_review.training.default.passages import TrainingPassage
from icd9_review.training.default.phrases import load_phrase_book

BOOK = load_phrase_book(None)
seeds = st.integers(0, 2**32)


@pytest.mark.parametrize("kind", ["negation", "family", "past", "doubt", "procedure"])
def test_every_frame_names_the_condition_once_on_either_side(kind: str) -> None:
    assert len(frames()[kind]) >= 30
    for pair in frames()[kind]:
        assert all(side.count("{x}") == 1 for side in pair), pair
        assert pair[0] != pair[1]


@given(seeds)
@settings(max_examples=80)
def test_the_two_texts_of_a_contrast_share_the_term_and_differ_in_what_they_say(seed: int) -> None:
    asserted, other = draw_contrast(BOOK, random.Random(seed))
    (code,) = asserted.targets
    assert asserted.targets[code] == 1
    assert other.targets[code] == 0
    assert asserted.text != other.text
    terms = [
        {p.text[m.start : m.end].lower() for m in p.mentions if m.code == code}
        for p in (asserted, other)
    ]
    assert terms[0] == terms[1]


@given(seeds)
@settings(max_examples=80)
def test_a_context_keeps_its_own_mentions_in_place(seed: int) -> None:
    context = TrainingPassage(
        "UTI today.", (LabelledMention(0, 3, "599.0", 1),), frozenset({"486"})
    )
    for passage in draw_contrast(BOOK, random.Random(seed), context):
        own = [m for m in passage.mentions if m.code == "599.0"]
        if context.text in passage.text and own:
            assert {passage.text[m.start : m.end] for m in own} == {"UTI"}
            assert passage.unknown == context.unknown
        assert {m.code for m in passage.mentions} <= set(label_codes())


def test_a_heart_attack_that_is_over_is_an_old_one() -> None:
    drawn = (draw_contrast(BOOK, random.Random(seed)) for seed in range(4000))
    over = [
        other.targets
        for asserted, other in drawn
        if any(code.startswith("410.") for code in asserted.targets) and "412" in other.targets
    ]
    assert over
    assert all(targets["412"] == 1 for targets in over)
