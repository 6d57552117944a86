"""Encoders that people bring beside BERT: one contract, from the check to the explanation."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from captum.attr import LayerIntegratedGradients

from icd9_review.errors import InputError, ModelFolderError
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.explaining.words import group_words
from icd9_review.model.folder.check import Level, check_folder
from icd9_review.model.folder.checkpoint import load_model
from icd9_review.model.folder.convert import Conversion, convert_folder
from icd9_review.model.folder.files import read_folder
from icd9_review.model.reading.backends import OnnxRuntime
from icd9_review.model.reading.onnx_export import use_fastest
from icd9_review.model.reading.predictor import Predictor, load_predictor
from tests.encoders import ENCODERS, build_encoder
from tests.tiny import CODES, NOTE, write_json

EVERY = tuple(ENCODERS)


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("encoders")
    return {name: build_encoder(root / name, name) for name in EVERY}


@pytest.fixture(scope="session")
def modern(folders: dict[str, Path]) -> Predictor:
    return load_predictor(folders["modernbert"])


@pytest.mark.parametrize("name", EVERY)
def test_a_folder_of_another_encoder_is_checked_read_and_explained(
    folders: dict[str, Path], name: str
) -> None:
    remarks = check_folder(folders[name])
    assert [each.text for each in remarks if each.level is Level.PROBLEM] == []
    assert any("answers, to word pieces and to embeddings" in each.text for each in remarks)
    predictor = load_predictor(folders[name])
    scores = predictor.score(NOTE)
    assert len(scores.spans) > 2
    assert np.isfinite(scores.logits).all()
    assert np.ptp(scores.logits) > 0.05
    explained = Explainer(predictor).explain(NOTE, CODES[int(scores.logits.argmax())])
    assert explained.delta <= 0.05
    for word in explained.words:
        assert NOTE[word.start : word.end] == NOTE[word.start : word.end].strip() != ""


def test_explanations_are_those_of_captum_at_the_layer_of_embeddings(modern: Predictor) -> None:
    predictor = modern
    passage = predictor.passages(NOTE)[0]
    attribution = Explainer(predictor).explain(NOTE, "428.0", window=passage.window)
    ids = predictor.framed(passage)
    padding = predictor.checkpoint.padding
    empty = [ids[0], *[padding] * len(passage.pieces), ids[-1]]
    model = predictor.checkpoint.model
    reference, delta = LayerIntegratedGradients(
        lambda rows: model(rows).logits, model.get_input_embeddings()
    ).attribute(
        torch.tensor([ids]),
        torch.tensor([empty]),
        target=0,
        n_steps=256,
        internal_batch_size=32,
        return_convergence_delta=True,
    )
    shares = reference.sum(-1)[0, 1:-1].tolist()
    words = group_words(NOTE, passage.offsets)
    expected = [sum(shares[word.first : word.beyond]) for word in words]
    found = [word.weight for word in attribution.words]
    largest = max(map(abs, expected))
    assert abs(float(delta)) < 0.02 * largest
    np.testing.assert_allclose(found, expected, atol=0.1 * largest)
    with torch.no_grad():
        change = float(
            (model(torch.tensor([ids])).logits - model(torch.tensor([empty])).logits)[0, 0]
        )
    assert sum(found) == pytest.approx(change, rel=0.05)


@pytest.mark.parametrize("name", ["modernbert", "roberta", "distilbert"])
def test_the_export_gives_the_same_scores(
    folders: dict[str, Path], name: str, tmp_path: Path
) -> None:
    predictor = load_predictor(folders[name])
    expected = predictor.score_many([NOTE, "chf " * 40, "!"])
    assert isinstance(use_fastest(predictor, tmp_path), OnnxRuntime)
    for one, other in zip(predictor.score_many([NOTE, "chf " * 40, "!"]), expected, strict=True):
        np.testing.assert_allclose(one.logits, other.logits, atol=1e-4)


def test_what_cannot_be_exported_is_read_by_pytorch(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    predictor = load_predictor(folders["longformer"])
    assert use_fastest(predictor, tmp_path).name == "PyTorch"


def test_a_window_may_be_as_long_as_the_model_has_positions(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    long = build_encoder(tmp_path / "long", "modernbert", length=2048)
    text = NOTE * 40
    scores = load_predictor(long).score(text)
    assert scores.read == scores.length
    assert len(scores.spans) < len(load_predictor(folders["modernbert"]).score(text).spans) / 20


def test_positions_are_counted_from_behind_the_padding(tmp_path: Path) -> None:
    folder = build_encoder(tmp_path / "roberta", "roberta", length=62)
    assert load_predictor(folder).score("chf " * 200).read
    write_json(folder / "windows.json", {"length": 63, "stride": 8})
    with pytest.raises(ModelFolderError, match="62 positions"):
        read_folder(folder)


def test_words_begin_with_their_letters_whatever_the_tokenizer_makes_of_space(
    modern: Predictor,
) -> None:
    text = "  Heart failure,\n\n  acute é😀 on Coumadin\t"
    (passage,) = modern.passages(text)
    words = group_words(text, passage.offsets)
    assert [text[word.start : word.end] for word in words] == [
        "Heart", "failure", ",", "acute", "é", "😀", "on", "Coumadin",
    ]  # fmt: skip
    assert words[0].first == 0
    assert words[-1].beyond == len(passage.pieces)
    assert all(one.beyond == other.first for one, other in pairwise(words))
    assert passage.window.end == len(text)


def test_no_package_of_its_own_is_needed_for_attention(tmp_path: Path) -> None:
    folder = build_encoder(tmp_path / "modern", "modernbert")
    config = json.loads((folder / "config.json").read_text("utf-8"))
    write_json(folder / "config.json", {**config, "attn_implementation": "flash_attention_2"})
    assert load_model(folder).config._attn_implementation == "sdpa"


def test_a_conversion_takes_windows_up_to_the_positions_of_the_model(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    source, output = folders["modernbert"], tmp_path / "converted"
    convert_folder(Conversion(source, output, length=1024))
    assert read_folder(output).windows.length == 1024
    assert read_folder(output).windows.stride == 256
    with pytest.raises(InputError, match="8 to 2048"):
        convert_folder(Conversion(source, tmp_path / "more", length=2049))


def test_a_model_that_says_otherwise_of_embeddings_is_refused(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "icd9_review.model.explaining.embeddings.forward",
        lambda _model, _mask, inputs_embeds: inputs_embeds.sum(dim=(1, 2))[:, None],
    )
    problems = [e.text for e in check_folder(folders["roberta"]) if e.level is Level.PROBLEM]
    assert len(problems) == 1
    assert "explanations would be of something else" in problems[0]
