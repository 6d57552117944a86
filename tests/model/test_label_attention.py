"""Label attention: a score of the whole note, the window that was looked at most, and why."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients
from safetensors.torch import load_file, save_file

from icd9_review.errors import ModelFolderError
from icd9_review.model.explaining.checked import Checked
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.explaining.occlusion import Occlusion
from icd9_review.model.explaining.words import group_words
from icd9_review.model.folder.check import Level, check_folder
from icd9_review.model.folder.convert import Conversion, convert_folder
from icd9_review.model.folder.files import read_folder
from icd9_review.model.folder.label_attention import LabelAttention, LabelAttentionModel
from icd9_review.model.reading.backends import OnnxRuntime
from icd9_review.model.reading.onnx_export import difference, use_fastest
from icd9_review.model.reading.predictor import Predictor, load_predictor
from tests.attending import build_attending_model
from tests.tiny import CODES, NOTE, write_json

LONG = NOTE + "The patient was seen and went home. " * 20 + "Pneumonia."
LAST = CODES.index("486")


@pytest.fixture(scope="module")
def attending_folder(tiny_model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_attending_model(tiny_model_folder, tmp_path_factory.mktemp("attending") / "model")


@pytest.fixture(scope="module")
def attending(attending_folder: Path) -> Predictor:
    return load_predictor(attending_folder)


@pytest.fixture
def spoilt(attending_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(attending_folder, tmp_path / "model"))


def network(predictor: Predictor) -> LabelAttentionModel:
    model = predictor.checkpoint.model
    assert isinstance(model, LabelAttentionModel)
    return model


def problems(folder: Path) -> str:
    return "\n".join(e.text for e in check_folder(folder) if e.level is Level.PROBLEM)


def test_the_head_is_that_of_the_paper() -> None:
    """LAAT, written out for one code and one note: Z = tanh(W H), A = softmax(U Z), w (H A) + b."""
    torch.manual_seed(1)
    head, hidden = LabelAttention(4, 3), torch.randn(1, 5, 4)
    logits, weights = head(hidden, torch.tensor([[1, 1, 1, 1, 0]]))
    h = hidden[0, :4].T
    z = torch.tanh(head.project.weight @ h)
    for code in range(3):
        a = torch.softmax(head.attend.weight[code] @ z, dim=0)
        expected = head.output.weight[code] @ (h @ a) + head.output.bias[code]
        torch.testing.assert_close(logits[0, code], expected)
        torch.testing.assert_close(weights[0, code, :4], a)
    assert float(weights[0, :, 4].detach().abs().max()) == 0


def test_a_folder_is_good_without_code_of_its_own(attending_folder: Path) -> None:
    assert problems(attending_folder) == ""
    config = json.loads((attending_folder / "config.json").read_text("utf-8"))
    assert config["icd9_review_head"] == "label-attention"
    assert "auto_map" not in config
    names = load_file(attending_folder / "model.safetensors").keys()
    assert {name.partition(".")[0] for name in names} == {"bert", "label_attention"}
    said = [each.text for each in check_folder(attending_folder)]
    assert any("each code attends to the pieces of all" in each for each in said)


def test_codes_are_found_all_over_a_note_and_say_in_which_window(attending: Predictor) -> None:
    found = {each.code: each for each in attending.predict(LONG) if each.suggested}
    assert {"428.0", "427.31", "486"} <= found.keys()
    assert len(attending.score(LONG).spans) > 5
    assert "heart" in LONG[found["428.0"].window.start : found["428.0"].window.end]
    assert LONG[found["486"].window.start : found["486"].window.end].endswith("Pneumonia.")


def test_the_logit_is_of_the_pieces_of_all_windows_together(attending: Predictor) -> None:
    model, scores = network(attending), attending.score(LONG)
    states = []
    for passage in attending.passages(LONG):
        ids = torch.tensor([attending.framed(passage)])
        states.append(model.encoder(ids)[0][0])
    hidden = torch.cat(states)[None]
    logits, weights = model.label_attention(hidden, torch.ones(hidden.shape[:2]))
    np.testing.assert_allclose(scores.logits, logits[0].numpy(), atol=1e-4)
    lengths = [len(state) for state in states]
    masses = torch.stack([part.sum(-1) for part in weights[0].split(lengths, dim=-1)])
    assert scores.windows.tolist() == masses.argmax(0).tolist()


def test_notes_in_one_batch_do_not_see_each_other(attending: Predictor) -> None:
    texts = [LONG, "uti", "!", NOTE]
    together = attending.score_many(texts)
    for text, scores in zip(texts, together, strict=True):
        alone = attending.score(text)
        np.testing.assert_allclose(scores.logits, alone.logits, atol=1e-5)
        assert scores.windows.tolist() == alone.windows.tolist()


def test_the_export_gives_the_same_logits_and_windows(
    attending_folder: Path, attending: Predictor, tmp_path: Path
) -> None:
    predictor = load_predictor(attending_folder)
    used = use_fastest(predictor, tmp_path)
    assert isinstance(used, OnnxRuntime)
    assert difference(predictor, used) < 1e-5
    for text in (LONG, NOTE, "uti"):
        one, other = predictor.score(text), attending.score(text)
        np.testing.assert_allclose(one.logits, other.logits, atol=1e-4)
        assert one.windows.tolist() == other.windows.tolist()


@pytest.mark.parametrize("code", ["428.0", "486", "599.0"])
def test_weights_are_those_of_captum_over_the_whole_note(attending: Predictor, code: str) -> None:
    """From padding in all windows to the note, by many points, and they add up."""
    label, model = CODES.index(code), network(attending)
    window = attending.score(LONG).spans[2]
    explained = Explainer(attending).explain(LONG, code, window=window)
    passages = attending.passages(LONG)
    table: Any = model.get_input_embeddings()
    empty = [replace(p, pieces=(0,) * len(p.pieces)) for p in passages]
    start, end = (
        table(torch.tensor([[piece for p in each for piece in attending.framed(p)]]))
        for each in (empty, passages)
    )
    reference = IntegratedGradients(lambda rows: model.attend(None, inputs_embeds=rows)[0])
    shares = reference.attribute(end, start, target=label, n_steps=128, internal_batch_size=16)
    total = float(shares.sum())
    change = float((model.attend(None, inputs_embeds=end)[0] - _logits(model, start))[0, label])
    assert total == pytest.approx(change, rel=0.02)
    found = sum(word.weight for word in explained.words)
    assert found == pytest.approx(change, rel=0.05, abs=0.05)
    assert explained.window == window
    passage = attending.read_together(LONG, window)
    by_piece = shares.sum(-1)[0, attending.places(passage)].tolist()
    words = group_words(LONG, passage.offsets)
    expected = [sum(by_piece[word.first : word.beyond]) for word in words]
    weights = [word.weight for word in explained.words]
    np.testing.assert_allclose(weights, expected, atol=0.1 * max(map(abs, expected)))


def _logits(model: LabelAttentionModel, embedded: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return model.attend(None, inputs_embeds=embedded)[0]


def test_words_of_the_whole_note_are_weighed_wherever_they_stand(attending: Predictor) -> None:
    text = "Pneumonia. " + "The patient was seen and went home. " * 20 + "Pneumonia."
    explained = Checked(Explainer(attending)).explain(text, "486")
    heavy = [word.start for word in explained.words if word.weight > 1]
    assert heavy == [0, text.rindex("Pneumonia")]
    assert explained.holds
    assert explained.deletion is not None
    assert explained.deletion.words == 2
    assert explained.deletion.without < 0.5 < explained.deletion.before


def test_taking_words_away_closes_the_note_up(attending: Predictor) -> None:
    lost = Occlusion(attending).explain(LONG, "486")
    heaviest = max(lost.words, key=lambda word: word.weight)
    assert LONG[heaviest.start : heaviest.end] == "Pneumonia"
    passage = attending.read_together(LONG, attending.score(LONG).spans[0])
    without = replace(passage, pieces=passage.pieces[:-2], offsets=passage.offsets[:-2])
    before, after = attending.score_passages([passage, without])[:, LAST]
    assert heaviest.weight == pytest.approx(before - after, abs=0.3)


def test_long_notes_are_encoded_in_parts_with_the_same_outcome(
    attending: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = attending.score(LONG).logits
    explained = Explainer(attending).explain(LONG, "428.0")
    monkeypatch.setattr("icd9_review.model.folder.label_attention._AT_ONCE", 64)
    np.testing.assert_allclose(attending.score(LONG).logits, whole, atol=1e-5)
    again = Explainer(attending).explain(LONG, "428.0")
    for one, other in zip(explained.words, again.words, strict=True):
        assert one.weight == pytest.approx(other.weight, abs=1e-4)


@pytest.mark.parametrize(
    ("windows", "said"),
    [
        ({"length": 32, "stride": 0}, 'aggregation must be "label attention"'),
        ({"length": 32, "stride": 8, "aggregation": "label attention"}, "set stride to 0"),
        (
            {"length": 32, "stride": 0, "aggregation": "label attention", "cut": "sentences"},
            "leave out cut",
        ),
    ],
)
def test_windows_that_do_not_fit_the_head_are_refused(
    spoilt: Path, windows: dict[str, object], said: str
) -> None:
    write_json(spoilt / "windows.json", windows)
    with pytest.raises(ModelFolderError, match=said):
        read_folder(spoilt)


def test_a_head_that_nobody_knows_and_one_without_its_tensors_are_refused(spoilt: Path) -> None:
    config = json.loads((spoilt / "config.json").read_text("utf-8"))
    tensors = load_file(spoilt / "model.safetensors")
    save_file(
        {name: one for name, one in tensors.items() if name != "label_attention.attend.weight"},
        spoilt / "model.safetensors",
    )
    assert "label_attention.attend.weight" in problems(spoilt)
    write_json(spoilt / "config.json", {**config, "icd9_review_head": "their_code.py"})
    assert "knows label-attention alone" in problems(spoilt)


def test_the_folder_needs_no_conversion(attending_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelFolderError, match="was written by this program"):
        convert_folder(Conversion(attending_folder, tmp_path / "converted"))
