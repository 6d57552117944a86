"""The yardstick learns words, reads long notes in windows, and says what it cannot learn."""

import numpy as np
import pytest

from icd9_review.errors import CorpusError, InputError
from icd9_review.training.baseline.fit import YardstickRecipe, train_baseline, typical_words
from icd9_review.training.baseline.model import Baseline, cut_words
from icd9_review.training.baseline.thresholds import codes_of
from tests.training.baseline.invented import CODES, FILLER, invent_notes


def train(count: int = 150, recipe: YardstickRecipe | None = None) -> Baseline:
    notes = invent_notes(count)
    return train_baseline(
        [note.text for note in notes],
        [codes_of(note) for note in notes],
        tuple(CODES),
        seed=1,
        recipe=recipe,
    )


def test_it_finds_the_words_it_has_learned() -> None:
    logits = train().logits(CODES.values())
    assert logits.dtype == np.float32
    assert logits.argmax(axis=1).tolist() == list(range(len(CODES)))


def test_the_same_seed_gives_the_same_weights() -> None:
    one, other = train(40), train(40)
    assert np.array_equal(one.logits(CODES.values()), other.logits(CODES.values()))


def test_without_a_recipe_a_long_note_is_read_in_windows_as_long_as_the_training_texts() -> None:
    baseline = train()
    texts = [note.text for note in invent_notes(150)]
    assert baseline.window_words == typical_words(texts)
    buried = " ".join(FILLER * 30 + [CODES["486"]] + FILLER * 30)
    whole = train(recipe=YardstickRecipe()).logits([buried])[0, 2]
    assert baseline.logits([buried])[0, 2] > whole + 1


def test_windows_overlap_by_half_and_reach_the_last_word() -> None:
    assert list(cut_words("a b c d e f g", 4)) == ["a b c d", "c d e f", "e f g"]
    assert list(cut_words("a  b\nc", 4)) == ["a  b\nc"]
    assert list(cut_words("a b c d e f g", None)) == ["a b c d e f g"]


def test_a_note_without_words_has_logits_too() -> None:
    assert np.isfinite(train(40).logits(["", " \n", "—"])).all()
    assert train(40).logits([]).shape == (0, len(CODES))


def test_a_code_that_no_text_has_stays_improbable_and_one_that_all_have_probable() -> None:
    baseline = train_baseline(
        ["one note", "another note"] * 10,
        [{"486", "401.9"}, {"486"}] * 10,
        ("486", "250.00", "401.9"),
        seed=1,
    )
    logits = baseline.logits(["one note"])[0]
    assert logits[0] > 2
    assert logits[1] < -2


def test_nothing_to_learn_is_said() -> None:
    with pytest.raises(CorpusError, match="none of the 1 training notes has one of the 2 codes"):
        train_baseline(["a note"], [{"486"}], ("428.0", "401.9"), seed=1)
    with pytest.raises(CorpusError, match="no word stands in 2 of the 2 training notes"):
        train_baseline(["one", "two"], [{"486"}, {"486"}], ("486",), seed=1)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"min_notes": 0}, "--min-notes"),
        ({"vocabulary": 0}, "--vocabulary"),
        ({"window_words": 1}, "--window-words"),
        ({"strength": 0}, "--strength"),
        ({"strength": float("nan")}, "--strength"),
    ],
)
def test_an_option_out_of_range_is_named(options: dict[str, int], named: str) -> None:
    with pytest.raises(InputError, match=named):
        YardstickRecipe(**options)
