"""The preview: integrated gradients with one point, and labelled so."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from icd9_review.errors import CodeError
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.explaining.preview import Preview
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.settings import ROOT
from icd9_review.values import Window
from tests.tiny import CODES, NOTE


def test_weights_are_the_gradient_half_way_times_the_way(predictor: Predictor) -> None:
    model = predictor.checkpoint.model
    ids = predictor.framed(predictor.passages(NOTE)[0])
    empty = [ids[0], *[0] * (len(ids) - 2), ids[-1]]
    start, end = model.get_input_embeddings()(torch.tensor([empty, ids])).split(1)
    middle = ((start + end) / 2).requires_grad_()
    (gradient,) = torch.autograd.grad(model(inputs_embeds=middle).logits[0, 0], middle)
    expected = (gradient * (end - start)).detach().sum(dim=-1)[0, 1:-1]
    window = predictor.score(NOTE).spans[0]
    found = Preview(predictor).explain(NOTE, CODES[0], window=window)
    assert sum(one.weight for one in found.words) == pytest.approx(float(expected.sum()), abs=1e-4)
    assert found.words[0].weight == pytest.approx(float(expected[0]), abs=1e-5)


def test_it_shows_what_the_explanation_of_the_embedded_model_shows() -> None:
    predictor = load_predictor(ROOT / "models" / "default")
    text = "Admitted with chest pain. Known hypertension and atrial fibrillation on warfarin."
    best = predictor.predict(text)[0]
    full, rough = (
        [word.weight for word in one.explain(text, best.code, window=best.window).words]
        for one in (Explainer(predictor), Preview(predictor))
    )
    assert _cosine(full, rough) > 0.9


def _cosine(one: list[float], other: list[float]) -> float:
    return float(np.dot(one, other) / np.linalg.norm(one) / np.linalg.norm(other))


def test_it_is_told_apart_from_the_explanation(predictor: Predictor, explainer: Explainer) -> None:
    preview = Preview(predictor)
    found = preview.explain(NOTE, "428.0")
    assert (found.method, found.steps) == ("one-point integrated gradients (Captum)", 1)
    assert found.method == preview.technique.method != explainer.technique.method
    assert preview.technique.model_version == explainer.technique.model_version
    assert [(w.start, w.end) for w in found.words] == [
        (w.start, w.end) for w in explainer.explain(NOTE, "428.0").words
    ]


def test_it_holds_only_where_its_weights_add_up(predictor: Predictor) -> None:
    window = predictor.score(NOTE).spans[0]
    found = Preview(predictor).explain_many(NOTE, CODES, window=window)
    assert tuple(found) == CODES
    assert any(one.delta > 0.05 for one in found.values())
    assert all(one.delta <= 0.05 for one in found.values() if one.holds)


def test_unknown_codes_and_windows_are_refused(predictor: Predictor) -> None:
    with pytest.raises(CodeError, match=r"999\.9"):
        Preview(predictor).explain(NOTE, "999.9")
    with pytest.raises(ValueError, match="no window"):
        Preview(predictor).explain(NOTE, "428.0", window=Window(0, 0, 3))
