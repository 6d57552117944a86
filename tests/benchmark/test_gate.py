"""Smaller numbers are let through only where nothing that people see comes out otherwise."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from icd9_review.arrays import Singles
from icd9_review.benchmark.gate import GateFigures, Quantising, measure_gate, quantise
from icd9_review.errors import InputError, ModelFolderError
from icd9_review.model.folder.check import Level, check_folder
from icd9_review.model.folder.files import read_folder
from icd9_review.model.folder.numbers import NUMBERS, SmallNumbers
from icd9_review.model.reading.backends import Attended, Backend, Pieces, PyTorch
from icd9_review.model.reading.onnx_export import use_fastest
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.model.reading.smaller import has_numbers
from tests.tiny import NOTE, write_json

TEXTS = [NOTE, "uti", "chf and afib, on coumadin", "sepsis with pneumonia"] * 3
CPU = torch.device("cpu")
Move = Callable[[Singles], Singles]


class Shifted:
    """The model with its logits moved by something."""

    name = "shifted"

    def __init__(self, model: Backend, move: Move) -> None:
        self._model, self._move = model, move

    def logits(self, ids: Pieces, mask: Pieces) -> Singles:
        return self._move(self._model.logits(ids, mask))

    def attended(self, ids: Pieces, mask: Pieces) -> Attended:
        raise NotImplementedError


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    file = tmp_path / "notes.jsonl"
    file.write_text("\n".join(json.dumps({"text": text}) for text in TEXTS), "utf-8")
    return file


@pytest.fixture
def loaded(tiny_model_folder: Path) -> Predictor:
    return load_predictor(tiny_model_folder)


def shifted(predictor: Predictor, move: Move) -> GateFigures:
    return measure_gate(predictor, Shifted(predictor.backend, move), TEXTS)


def test_what_changes_nothing_is_let_through(loaded: Predictor) -> None:
    found = shifted(loaded, lambda logits: logits + np.float32(1e-6))
    assert found.holds
    assert found.notes == len(TEXTS)
    assert 0 < found.difference < 1e-5
    assert loaded.backend.name == "PyTorch"


def test_one_code_on_the_other_side_of_its_threshold_is_too_many(loaded: Predictor) -> None:
    place = loaded.place_of["428.0"]

    def lowered(logits: Singles) -> Singles:
        moved = logits.copy()
        moved[:, place] = np.minimum(moved[:, place], -0.01)
        return moved

    found = shifted(loaded, lowered)
    assert not found.holds
    assert found.changed == found.changed_notes == 6


def test_another_order_is_too_many_though_all_codes_stay(loaded: Predictor) -> None:
    found = shifted(loaded, lambda logits: np.where(logits > 0, np.float32(0.5), logits))
    assert found.changed == 0
    assert found.orders > 0
    assert not found.holds
    assert "came in another order in" in found.describe(SmallNumbers.BF16)


def job(
    folder: Path, notes: Path, output: Path, numbers: SmallNumbers = SmallNumbers.INT8
) -> Quantising:
    return Quantising(folder, numbers, notes, output, fewest=len(TEXTS))


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny model is nothing that int8 would keep in order."""
    monkeypatch.setattr(GateFigures, "holds", property(lambda _: True))


@pytest.mark.usefixtures("passing")
def test_what_passes_is_a_model_version_of_its_own(
    tiny_model_folder: Path, loaded: Predictor, notes: Path, tmp_path: Path
) -> None:
    output = tmp_path / "int8"
    quantise(job(tiny_model_folder, notes, output), loaded, lambda _: None)
    folder = read_folder(output)
    assert folder.version.version != loaded.model_version
    said = [each for each in check_folder(output) if "int8" in each.text]
    assert [each.level for each in said] == [Level.OK]
    assert "times as fast as in fp32" in said[0].text
    predictor = load_predictor(output)
    assert use_fastest(predictor, tmp_path / "exports") is predictor.backend
    assert predictor.backend.name == "ONNX Runtime"
    moved = np.abs(predictor.score(NOTE).logits - loaded.score(NOTE).logits).max()
    assert 0 < moved < 3


@pytest.mark.usefixtures("passing")
@pytest.mark.parametrize("spoil", ["processor", "export", "thresholds"])
def test_numbers_of_another_processor_or_export_are_refused(
    tiny_model_folder: Path, loaded: Predictor, notes: Path, tmp_path: Path, spoil: str
) -> None:
    output = tmp_path / "int8"
    quantise(job(tiny_model_folder, notes, output), loaded, lambda _: None)
    if spoil == "processor":
        held = json.loads((output / NUMBERS).read_text("utf-8"))
        write_json(output / NUMBERS, {**held, "processor": "another one"})
    elif spoil == "export":
        (output / "int8.onnx").write_bytes(b"something else")
    else:
        write_json(output / "thresholds.json", {"global": 0.4})
    with pytest.raises(ModelFolderError, match=r"measured (on another one|with)"):
        load_predictor(output)


def test_where_something_changes_fp32_stays(
    tiny_model_folder: Path, loaded: Predictor, notes: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(GateFigures, "holds", property(lambda _: False))
    quantise(job(tiny_model_folder, notes, tmp_path / "int8"), loaded, lambda _: None)
    assert not (tmp_path / "int8").exists()


@pytest.mark.skipif(not has_numbers(SmallNumbers.BF16, CPU), reason="no bfloat16 here")
@pytest.mark.usefixtures("passing")
def test_bfloat16_predicts_and_fp32_explains(
    tiny_model_folder: Path, loaded: Predictor, notes: Path, tmp_path: Path
) -> None:
    output = tmp_path / "bf16"
    quantise(job(tiny_model_folder, notes, output, SmallNumbers.BF16), loaded, lambda _: None)
    predictor = load_predictor(output)
    assert predictor.backend.name == "PyTorch in bf16"
    assert predictor.checkpoint.model.dtype == torch.float32
    assert {c.code for c in predictor.predict(NOTE)[:3]} == {"428.0", "427.31", "V58.61"}


def test_what_a_processor_has_not_and_what_is_missing_is_said(
    tiny_model_folder: Path, loaded: Predictor, notes: Path, tmp_path: Path
) -> None:
    fp16 = job(tiny_model_folder, notes, tmp_path / "fp16", SmallNumbers.FP16)
    with pytest.raises(InputError, match="does not compute in fp16 by itself"):
        quantise(fp16, loaded, lambda _: None)
    more = replace(job(tiny_model_folder, notes, tmp_path / "int8"), fewest=1000)
    with pytest.raises(InputError, match="has 12 notes with a text; 1,000 are needed"):
        quantise(more, loaded, lambda _: None)
    with pytest.raises(InputError, match="exists already"):
        quantise(job(tiny_model_folder, notes, tiny_model_folder), loaded, lambda _: None)


def test_a_misspelt_field_of_the_numbers_is_refused(
    tiny_model_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_model_folder, folder)
    write_json(folder / NUMBERS, {"numbers": "int4"})
    with pytest.raises(ModelFolderError, match=r"numbers\.json: numbers"):
        read_folder(folder)


def test_fp32_is_what_a_folder_predicts_in_by_itself(loaded: Predictor) -> None:
    assert loaded.numbers is None
    assert isinstance(loaded.backend, PyTorch)
