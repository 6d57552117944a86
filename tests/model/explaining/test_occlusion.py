"""Occlusion: what the logit loses without each word, by reading the text without it."""

from __future__ import annotations

import math

import pytest

from icd9_review.errors import CodeError
from icd9_review.model.explaining.occlusion import Occlusion
from icd9_review.model.reading.predictor import Predictor
from icd9_review.values import Window
from tests.tiny import CODES, NOTE

TEXT = "The patient was seen for pneumonia, x-ray stable."


def test_a_weight_is_what_the_logit_loses_without_the_word(predictor: Predictor) -> None:
    found = Occlusion(predictor).explain(TEXT, "486")
    label = CODES.index("486")
    whole = predictor.score(TEXT).logits[label]
    for word in found.words:
        without = predictor.score(TEXT[: word.start] + " " + TEXT[word.end :]).logits[label]
        assert word.weight == pytest.approx(float(whole - without), abs=1e-4)
    heaviest = max(found.words, key=lambda word: word.weight)
    assert TEXT[heaviest.start : heaviest.end] == "pneumonia"


def test_it_claims_no_completeness(predictor: Predictor) -> None:
    found = Occlusion(predictor).explain(NOTE, "428.0")
    assert (found.method, found.delta, found.holds) == (
        "occlusion by word (Captum)",
        math.inf,
        False,
    )
    assert found.steps == len(found.words) + 1


def test_codes_share_the_readings(predictor: Predictor) -> None:
    occlusion = Occlusion(predictor)
    window = predictor.score(NOTE).spans[0]
    together = occlusion.explain_many(NOTE, CODES, window=window)
    assert tuple(together) == CODES
    alone = occlusion.explain(NOTE, "427.31", window=window)
    assert [word.weight for word in together["427.31"].words] == pytest.approx(
        [word.weight for word in alone.words], abs=1e-6
    )


def test_it_leaves_no_hook_on_the_model(predictor: Predictor) -> None:
    Occlusion(predictor).explain(NOTE, "428.0")
    for module in predictor.checkpoint.model.modules():
        assert not module._forward_hooks
        assert not module._forward_pre_hooks


def test_a_text_without_pieces_has_no_words(predictor: Predictor) -> None:
    assert Occlusion(predictor).explain("\x01", "428.0").words == ()


def test_unknown_codes_and_windows_are_refused(predictor: Predictor) -> None:
    with pytest.raises(CodeError, match=r"999\.9"):
        Occlusion(predictor).explain(NOTE, "999.9")
    with pytest.raises(ValueError, match="no window"):
        Occlusion(predictor).explain(NOTE, "428.0", window=Window(0, 0, 3))
