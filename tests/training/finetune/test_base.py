"""The base comes in from old and new folders, and what is none is refused with the way out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from icd9_review.errors import ModelFolderError
from icd9_review.model.folder.checkpoint import load_tokenizer
from icd9_review.training.finetune.base import find_base, load_base, write_tokenizer
from tests.encoders import build_encoder

CODES = ("428.0", "486", "38.93")
SHARES = (0.5, 0.1, 0.0)


def silent(_line: str) -> None: ...


@pytest.fixture
def base(base_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(base_folder, tmp_path / "base"))


def change(path: Path, **fields: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | fields), "utf-8")


def test_an_old_folder_is_read_with_every_tensor_under_its_name_of_today(base: Path) -> None:
    old = torch.load(base / "pytorch_model.bin", weights_only=True)
    model = load_base(find_base(str(base), silent), CODES, SHARES)
    state = model.state_dict()
    assert torch.equal(
        state["bert.embeddings.LayerNorm.weight"], old["bert.embeddings.LayerNorm.gamma"]
    )
    for name, tensor in old.items():
        today = name.replace("gamma", "weight").replace("beta", "bias")
        assert torch.equal(state[today], tensor)
    assert model.config.id2label == dict(enumerate(CODES))


def test_a_model_from_old_names_is_saved_with_new_ones(base: Path, tmp_path: Path) -> None:
    load_base(find_base(str(base), silent), CODES, SHARES).save_pretrained(tmp_path / "saved")
    saved = (tmp_path / "saved" / "model.safetensors").read_bytes()
    assert b"LayerNorm.weight" in saved
    assert b"LayerNorm.gamma" not in saved


def test_the_classifier_starts_from_the_shares_of_its_codes(base: Path) -> None:
    model = load_base(find_base(str(base), silent), CODES, SHARES)
    assert torch.sigmoid(model.classifier.bias).tolist() == pytest.approx([0.5, 0.1, 1e-4])


def test_a_base_of_safetensors_with_another_classifier_is_taken(
    base: Path, tiny_model_folder: Path
) -> None:
    found = find_base(str(tiny_model_folder), silent)
    assert found.weights.name == "model.safetensors"
    assert load_base(found, CODES, SHARES).classifier.out_features == 3


def test_a_modernbert_is_a_base_too(tmp_path: Path) -> None:
    found = find_base(str(build_encoder(tmp_path / "modern", "modernbert")), silent)
    assert found.positions == 2048
    model = load_base(found, CODES, SHARES)
    assert model.config.model_type == "modernbert"
    assert model.classifier.out_features == 3
    write_tokenizer(found, tmp_path / "tokenizer")
    tokenizer, special = load_tokenizer(tmp_path / "tokenizer")
    assert special == (1, 2, 3)
    assert tokenizer.get_vocab_size() == model.config.vocab_size


def test_cased_stays_cased(base: Path, tmp_path: Path) -> None:
    write_tokenizer(find_base(str(base), silent), tmp_path / "tokenizer")
    tokenizer, _ = load_tokenizer(tmp_path / "tokenizer")
    assert tokenizer.encode("Pneumonia", add_special_tokens=False).tokens == ["Pneumonia"]
    held = json.loads((tmp_path / "tokenizer" / "tokenizer_config.json").read_text("utf-8"))
    assert held["do_lower_case"] is False


def test_uncased_stays_uncased(tiny_model_folder: Path, tmp_path: Path) -> None:
    write_tokenizer(find_base(str(tiny_model_folder), silent), tmp_path / "tokenizer")
    tokenizer, _ = load_tokenizer(tmp_path / "tokenizer")
    assert tokenizer.encode("Pneumonia", add_special_tokens=False).tokens == ["pneumonia"]


def test_a_pickle_that_holds_code_is_not_run(base: Path, tmp_path: Path) -> None:
    class Code:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (str(tmp_path / "ran"),))

    torch.save({"bert.pooler.dense.bias": Code()}, base / "pytorch_model.bin")
    with pytest.raises(ModelFolderError, match="does not load as plain tensors"):
        load_base(find_base(str(base), silent), CODES, SHARES)
    assert not (tmp_path / "ran").exists()


def test_weights_without_the_encoder_are_refused(base: Path) -> None:
    (base / "pytorch_model.bin").unlink()
    save_file({"other": torch.zeros(2)}, base / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelFolderError, match=r"lacks .* tensors of a BERT: bert"):
        load_base(find_base(str(base), silent), CODES, SHARES)


def test_a_vocabulary_of_another_model_is_refused_before_training(
    base: Path, tmp_path: Path
) -> None:
    with (base / "vocab.txt").open("a", encoding="utf-8") as file:
        file.write("more\nwords\n")
    with pytest.raises(ModelFolderError, match="they do not belong together"):
        write_tokenizer(find_base(str(base), silent), tmp_path / "tokenizer")


def test_another_kind_of_model_is_refused(base: Path) -> None:
    change(base / "config.json", model_type="gpt2")
    with pytest.raises(ModelFolderError, match="model_type is 'gpt2'; the base must be a BERT"):
        find_base(str(base), silent)


@pytest.mark.parametrize(
    ("absent", "message"),
    [
        ("pytorch_model.bin", "neither model.safetensors nor pytorch_model.bin"),
        ("config.json", "no config.json"),
        ("vocab.txt", "add vocab.txt"),
    ],
)
def test_a_missing_file_is_named(base: Path, absent: str, message: str) -> None:
    (base / absent).unlink()
    with pytest.raises(ModelFolderError, match=message):
        find_base(str(base), silent)


def test_weights_of_tensorflow_are_refused_by_name(base: Path) -> None:
    (base / "pytorch_model.bin").rename(base / "model.ckpt-1000000.index")
    with pytest.raises(ModelFolderError, match="weights of TensorFlow or Flax"):
        find_base(str(base), silent)


def test_a_name_that_is_neither_folder_nor_hub_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFolderError, match="neither a folder nor a name"):
        find_base(str(tmp_path / "nowhere" / "at all"), silent)


def test_without_a_network_the_way_to_get_the_base_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def offline(name: str, **_: object) -> str:
        raise OSError("no network")

    monkeypatch.setattr("icd9_review.training.finetune.base.snapshot_download", offline)
    with pytest.raises(ModelFolderError, match="hf download some/bert --local-dir bert"):
        find_base("some/bert", silent)


def test_the_hub_s_safetensors_are_asked_for_before_its_pickle(
    base_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def download(name: str, allow_patterns: list[str]) -> str:
        asked.append(allow_patterns[-1])
        return str(base_folder)

    monkeypatch.setattr("icd9_review.training.finetune.base.snapshot_download", download)
    assert find_base("some/bert", silent).path == base_folder
    assert asked == ["model.safetensors", "pytorch_model.bin"]
