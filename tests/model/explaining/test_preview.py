"""The preview: the gradient at the text times the way from the baseline, and labelled so."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from icd9_review.errors import CodeError
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.explaining.preview import GradientInput
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.settings import ROOT
from icd9_review.values import Window
from tests.tiny import CODES, NOTE


def test_weights_are_the_gradient_times_the_input(predictor: Predictor) -> None:
    model = predictor.checkpoint.model
    ids = predictor.framed(predictor.passages(NOTE)[0])
    empty = [ids[0], *[0] * (len(ids) - 2), ids[-1]]
    start, end = model.get_input_embeddings()(torch.tensor([empty, ids])).split(1)
    end.requires_grad_()
    (gradient,) = torch.autograd.grad(model(inputs_embeds=end).logits[0, 0], end)
    expected = (gradient * (end - start)).detach().sum(dim=-1)[0, 1:-1]
    found = GradientInput(predictor, place=1.0).explain(NOTE, CODES[0])
    assert sum(one.weight for one in found.words) == pytest.approx(float(expected.sum()), abs=1e-4)
    assert found.words[0].weight == pytest.approx(float(expected[0]), abs=1e-5)


def test_half_way_it_shows_what_the_explanation_of_the_embedded_model_shows() -> None:
    predictor = load_predictor(ROOT / "models" / "default")
    text = "Admitted with chest pain. Known hypertension and atrial fibrillation on warfarin."
    best = predictor.predict(text)[0]
    full, rough, late = (
        [word.weight for word in one.explain(text, best.code, window=best.window).words]
        for one in (
            Explainer(predictor),
            GradientInput(predictor),
            GradientInput(predictor, place=1.0),
        )
    )
    assert _cosine(full, rough) > 0.9 > _cosine(full, late)


def _cosine(one: list[float], other: list[float]) -> float:
    return float(np.dot(one, other) / np.linalg.norm(one) / np.linalg.norm(other))


def test_it_is_told_apart_from_the_explanation(predictor: Predictor, explainer: Explainer) -> None:
    preview = GradientInput(predictor)
    found = preview.explain(NOTE, "428.0")
    assert (found.method, found.steps) == (preview.method, 1) == ("gradient × input", 1)
    assert preview.method != explainer.method
    assert preview.model_version == explainer.model_version
    assert [(w.start, w.end) for w in found.words] == [
        (w.start, w.end) for w in explainer.explain(NOTE, "428.0").words
    ]


def test_it_holds_only_where_its_weights_add_up(predictor: Predictor) -> None:
    window = predictor.score(NOTE).spans[0]
    found = GradientInput(predictor).explain_many(NOTE, CODES, window=window)
    assert tuple(found) == CODES
    assert any(one.delta > 0.05 for one in found.values())
    assert all(one.delta <= 0.05 for one in found.values() if one.holds)


def test_unknown_codes_and_windows_are_refused(predictor: Predictor) -> None:
    with pytest.raises(CodeError, match=r"999\.9"):
        GradientInput(predictor).explain(NOTE, "999.9")
    with pytest.raises(ValueError, match="no window"):
        GradientInput(predictor).explain(NOTE, "428.0", window=Window(0, 0, 3))
