"""Words are taken out of a passage whole, and the model reads what is left."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from icd9_review.errors import CodeError
from icd9_review.model.explaining.deletion import (
    Loss,
    Replacements,
    exchange,
    keep,
    measure_losses,
    remove,
)
from icd9_review.model.explaining.words import Word, group_words
from icd9_review.model.reading.predictor import Predictor
from icd9_review.model.reading.windows import Passage
from icd9_review.suggestions import sigmoid
from tests.tiny import CODES, NOTE

CHANCE = Random(1)  # noqa: S311 - any choice will do
TEXT = "The patient was seen for pneumonia, x-ray stable."


def passage_of(predictor: Predictor, text: str) -> Passage:
    return predictor.passages(text)[0]


def named(predictor: Predictor, text: str, *names: str) -> list[Word]:
    words = group_words(text, passage_of(predictor, text).offsets)
    return [word for word in words if text[word.start : word.end] in names]


def probability(predictor: Predictor, text: str, code: str) -> float:
    return float(sigmoid(predictor.score(text).logits)[CODES.index(code)])


@pytest.mark.parametrize(
    ("names", "rest"),
    [
        (["pneumonia"], "The patient was seen for, x-ray stable."),
        (["x-ray", "seen"], "The patient was for pneumonia, stable."),
        ([], TEXT),
    ],
)
def test_a_passage_without_words_has_the_pieces_of_the_shorter_text(
    predictor: Predictor, names: list[str], rest: str
) -> None:
    passage = passage_of(predictor, TEXT)
    shorter = remove(passage, named(predictor, TEXT, *names))
    assert shorter.pieces == passage_of(predictor, rest).pieces
    assert shorter.window == passage.window


def test_words_kept_alone_have_the_pieces_of_these_words(predictor: Predictor) -> None:
    kept = keep(passage_of(predictor, TEXT), named(predictor, TEXT, "x-ray", "patient"))
    assert kept.pieces == passage_of(predictor, "patient x-ray").pieces
    assert TEXT[slice(*kept.offsets[0])] == "patient"


def test_an_exchanged_word_gives_its_place_to_another_one(predictor: Predictor) -> None:
    passage = passage_of(predictor, TEXT)
    (word,) = named(predictor, TEXT, "patient")
    other = passage_of(predictor, "pneumonia").pieces
    changed = exchange(passage, [word], Replacements([("pneumonia", other)]), CHANCE)
    expected = passage_of(predictor, TEXT.replace("patient", "pneumonia"))
    assert changed.pieces == expected.pieces
    assert changed.window == passage.window
    assert {TEXT[slice(*place)] for place in changed.offsets} >= {"patient", "pneumonia", "seen"}


def test_what_stands_in_the_place_of_a_word_is_no_longer_and_written_otherwise() -> None:
    words = [("CHF", (1,)), ("chf", (1,)), ("edema", (2, 3)), ("pneumonia", (4, 5, 6))]
    others = Replacements(words).without(["Chf"])
    assert len(others) == 2
    assert {others.draw(3, CHANCE) for _ in range(30)} == {(2, 3), (4, 5, 6)}
    assert {others.draw(2, CHANCE) for _ in range(30)} == {(2, 3)}
    assert {others.draw(1, CHANCE) for _ in range(30)} == {(2,), (4,)}


def test_what_is_removed_and_what_is_kept_make_up_the_passage(predictor: Predictor) -> None:
    passage = passage_of(predictor, TEXT)
    words = named(predictor, TEXT, "pneumonia", "x-ray", ",")
    parts = [remove(passage, words), keep(passage, words)]
    offsets = sorted(offset for part in parts for offset in part.offsets)
    assert tuple(offsets) == passage.offsets


def test_losses_are_those_of_reading_the_shorter_texts(predictor: Predictor) -> None:
    words = named(predictor, TEXT, "pneumonia")
    (loss,) = measure_losses(predictor, passage_of(predictor, TEXT), "486", [words])
    whole = probability(predictor, TEXT, "486")
    rest = probability(predictor, "The patient was seen for, x-ray stable.", "486")
    assert loss.comprehensiveness == pytest.approx(whole - rest, abs=1e-5)
    assert loss.sufficiency == pytest.approx(
        whole - probability(predictor, "pneumonia", "486"), abs=1e-5
    )


def test_the_word_of_a_code_is_needed_and_enough_for_it_and_another_is_neither(
    predictor: Predictor,
) -> None:
    choices = [named(predictor, TEXT, "pneumonia"), named(predictor, TEXT, "stable")]
    own, other = measure_losses(predictor, passage_of(predictor, TEXT), "486", choices)
    assert own.comprehensiveness > 0.5
    assert own.sufficiency < 0.1
    assert other.comprehensiveness < 0.1
    assert other.sufficiency > 0.5


def test_nothing_removed_loses_nothing_and_everything_kept_as_little(predictor: Predictor) -> None:
    passage = passage_of(predictor, TEXT)
    every = group_words(TEXT, passage.offsets)
    nothing, everything = measure_losses(predictor, passage, "486", [[], every])
    assert nothing.comprehensiveness == pytest.approx(0.0, abs=1e-6)
    assert everything.sufficiency == pytest.approx(0.0, abs=1e-6)
    assert nothing.sufficiency == pytest.approx(everything.comprehensiveness, abs=1e-6)


def test_no_choice_has_no_losses(predictor: Predictor) -> None:
    assert measure_losses(predictor, passage_of(predictor, TEXT), "486", []) == ()


def test_an_unknown_code_is_refused(predictor: Predictor) -> None:
    with pytest.raises(CodeError, match=r"999\.9"):
        measure_losses(predictor, passage_of(predictor, TEXT), "999.9", [[]])


def test_passages_read_together_score_as_alone(predictor: Predictor) -> None:
    passages = predictor.passages(NOTE * 4) + predictor.passages(TEXT) + predictor.passages("uti")
    together = predictor.score_passages(passages)
    alone = [predictor.score_passages([passage])[0] for passage in passages]
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_allclose(together[-1], predictor.score("uti").logits, atol=1e-5)


def test_a_loss_says_which_way_the_probability_moved(predictor: Predictor) -> None:
    text = "sepsis pneumonia"
    (loss,) = measure_losses(
        predictor, passage_of(predictor, text), "486", [named(predictor, text, "sepsis")]
    )
    assert isinstance(loss, Loss)
    assert loss.comprehensiveness <= 0.0
