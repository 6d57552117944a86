"""The model goes where the settings say, or it is said why not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from icd9_review.errors import SettingsError
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.reading.onnx_export import use_fastest
from icd9_review.model.reading.predictor import Predictor, load_predictor
from tests.tiny import NOTE

GPU = pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")


def test_a_gpu_that_is_not_there_is_said(
    tiny_model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_DEVICE", "cuda:99")
    with pytest.raises(SettingsError, match="ICD9_REVIEW_DEVICE is cuda:99, and PyTorch finds"):
        load_predictor(tiny_model_folder)
    assert load_predictor(tiny_model_folder, "cpu").checkpoint.model.device.type == "cpu"


@GPU
def test_a_gpu_reads_and_explains_as_a_processor_does(
    tiny_model_folder: Path, predictor: Predictor, tmp_path: Path
) -> None:
    on_gpu = load_predictor(tiny_model_folder, "cuda")
    assert use_fastest(on_gpu, tmp_path).name == "PyTorch"
    np.testing.assert_allclose(on_gpu.score(NOTE).logits, predictor.score(NOTE).logits, atol=1e-3)
    one, other = (Explainer(each).explain(NOTE, "428.0") for each in (on_gpu, predictor))
    for word, expected in zip(one.words, other.words, strict=True):
        assert word.weight == pytest.approx(expected.weight, abs=1e-2)
