"""The export is made once, is the same model, and is trusted only while nobody touched it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from icd9_review.model.reading import onnx_export
from icd9_review.model.reading.backends import OnnxRuntime, Pieces, PyTorch
from icd9_review.model.reading.onnx_export import difference, load_export, use_fastest
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.settings import ROOT
from tests.tiny import NOTE

TEXTS = [NOTE, "uti", "chf and afib " * 40, "!"]


@pytest.fixture
def predictor(tiny_model_folder: Path) -> Predictor:
    return load_predictor(tiny_model_folder)


def _file(predictor: Predictor, folder: Path) -> Path:
    return folder / f"{predictor.model_version}.onnx"


def test_both_backends_give_the_same_scores(predictor: Predictor, tmp_path: Path) -> None:
    expected = predictor.score_many(TEXTS)
    used = use_fastest(predictor, tmp_path)
    assert isinstance(used, OnnxRuntime)
    for one, other in zip(predictor.score_many(TEXTS), expected, strict=True):
        np.testing.assert_allclose(one.logits, other.logits, atol=1e-4)
        assert one.spans == other.spans
    assert difference(predictor, used) < onnx_export.TOLERANCE


def test_an_export_leaves_the_model_as_it_was(predictor: Predictor, tmp_path: Path) -> None:
    model = predictor.checkpoint.model
    assert model.config.hidden_dropout_prob > 0
    before = predictor.score_many(TEXTS)
    load_export(predictor, tmp_path)
    assert not any(module.training for module in model.modules())
    for one, other in zip(predictor.score_many(TEXTS), before, strict=True):
        np.testing.assert_array_equal(one.logits, other.logits)


def test_an_export_is_made_once(predictor: Predictor, tmp_path: Path) -> None:
    load_export(predictor, tmp_path)
    made = _file(predictor, tmp_path).stat().st_mtime_ns
    load_export(predictor, tmp_path)
    assert _file(predictor, tmp_path).stat().st_mtime_ns == made
    assert {path.suffix for path in tmp_path.iterdir()} == {".onnx", ".json"}


@pytest.mark.parametrize("spoil", ["bytes", "record", "record missing", "record of another form"])
def test_what_was_touched_is_made_again(predictor: Predictor, tmp_path: Path, spoil: str) -> None:
    load_export(predictor, tmp_path)
    file = _file(predictor, tmp_path)
    good = file.read_bytes()
    record = file.with_suffix(".json")
    if spoil == "bytes":
        file.write_bytes(good[:-100])
    elif spoil == "record missing":
        record.unlink()
    else:
        record.write_text('{"sha256": "00"}' if spoil == "record" else "[]")
    assert isinstance(use_fastest(predictor, tmp_path), OnnxRuntime)
    assert onnx_export._is_trusted(file)


def test_an_export_that_is_another_model_is_not_used(
    predictor: Predictor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock = OnnxRuntime.logits

    def wrong(self: OnnxRuntime, ids: Pieces, mask: Pieces) -> np.ndarray:
        return stock(self, ids, mask) + np.float32(0.5)

    monkeypatch.setattr(OnnxRuntime, "logits", wrong)
    assert isinstance(use_fastest(predictor, tmp_path), PyTorch)
    assert list(tmp_path.iterdir()) == []


def test_without_a_place_for_it_pytorch_predicts(predictor: Predictor, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert isinstance(use_fastest(predictor, tmp_path / "file" / "exports"), PyTorch)
    assert predictor.predict(NOTE)[0].suggested


_EXPORT = """
import sys
from pathlib import Path
from icd9_review.model.reading.onnx_export import use_fastest
from icd9_review.model.reading.predictor import load_predictor
print(use_fastest(load_predictor(sys.argv[1]), Path(sys.argv[2])).name)
"""


@pytest.mark.long
def test_two_processes_may_export_at_once(
    predictor: Predictor, tiny_model_folder: Path, tmp_path: Path
) -> None:
    arguments = [sys.executable, "-c", _EXPORT, str(tiny_model_folder), str(tmp_path)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    both = [
        subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
        for _ in range(2)
    ]
    assert [each.communicate(timeout=120)[0].splitlines()[-1] for each in both] == [
        "ONNX Runtime"
    ] * 2
    assert {path.suffix for path in tmp_path.iterdir()} == {".onnx", ".json"}
    assert isinstance(load_export(predictor, tmp_path), OnnxRuntime)
