"""Folders as they are found in the wild, BioBERT's among them, made good."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from icd9_review.errors import ModelFolderError
from icd9_review.model.folder.convert import Conversion, convert_folder
from icd9_review.model.folder.files import read_folder
from icd9_review.model.reading.predictor import load_predictor
from icd9_review.values import (
    Examples,
    ExampleUnit,
    Kind,
)
from tests.model.folder.test_files import edit
from tests.tiny import CODES, build_classifier, build_tokenizer, write_json


@pytest.fixture
def biobert(tmp_path: Path) -> Path:
    """As BioBERT is fine-tuned: cased, a pickle, vocab.txt alone, LABEL_0 and so on."""
    folder = tmp_path / "biobert"
    folder.mkdir()
    tokenizer = build_tokenizer(folder / "vocab.txt", cased=True)
    model = build_classifier(len(tokenizer))
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    config = model.config.to_dict()
    for name in ("id2label", "label2id"):
        del config[name]
    config["id2label"] = {str(index): f"LABEL_{index}" for index in range(len(CODES))}
    config["problem_type"] = None
    write_json(folder / "config.json", {**config, "architectures": None})
    (folder / "codes.txt").write_text("\n".join(code.replace(".", "") for code in CODES) + "\n")
    return folder


def test_a_biobert_becomes_a_good_folder(biobert: Path, tmp_path: Path) -> None:
    output = tmp_path / "good"
    version = convert_folder(Conversion(biobert, output, Kind.DIAGNOSIS, biobert / "codes.txt"))
    assert version.labels == CODES
    assert read_folder(output).version.version == version.version
    assert json.loads((output / "config.json").read_text())["dtype"] == "float32"
    assert not (output / "pytorch_model.bin").exists()
    before = torch.load(biobert / "pytorch_model.bin", weights_only=True)
    after = load_file(output / "model.safetensors")
    assert {name: tensor.tolist() for name, tensor in after.items()} == {
        name: before[name].tolist() for name in after
    }


def test_tensors_with_old_names_are_written_under_those_of_today(
    biobert: Path, tmp_path: Path
) -> None:
    weights = torch.load(biobert / "pytorch_model.bin", weights_only=True)
    today = {"LayerNorm.gamma": "LayerNorm.weight", "LayerNorm.beta": "LayerNorm.bias"}
    for old, new in today.items():
        for name in [name for name in weights if name.endswith(new)]:
            weights[name.replace(new, old)] = weights.pop(name) * 2 + 1
    torch.save(weights, biobert / "pytorch_model.bin")
    convert_folder(Conversion(biobert, tmp_path / "good", Kind.DIAGNOSIS, biobert / "codes.txt"))
    after = load_file(tmp_path / "good" / "model.safetensors")
    assert not any(old in name for old in today for name in after)
    name = "bert.embeddings.LayerNorm"
    assert torch.equal(after[f"{name}.weight"], weights[f"{name}.gamma"])


def test_a_cased_vocabulary_keeps_its_capitals(biobert: Path, tmp_path: Path) -> None:
    convert_folder(Conversion(biobert, tmp_path / "good", Kind.DIAGNOSIS, biobert / "codes.txt"))
    tokenizer = load_predictor(tmp_path / "good").checkpoint.tokenizer
    text = "Heart heart"
    assert tokenizer.encode(text, add_special_tokens=False).tokens == ["Heart", "heart"]


def test_placeholders_need_a_file_of_labels(biobert: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelFolderError, match="--labels"):
        convert_folder(Conversion(biobert, tmp_path / "good", Kind.DIAGNOSIS))
    assert not (tmp_path / "good").exists()


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (["4280", "nonsense"], "nonsense"),
        (["4280", "", "486"], "''"),
        (["4280", "428.0"], "428.0"),
        ([], "empty"),
        (["4280", "486"], "2 outputs"),
    ],
)
def test_a_wrong_file_of_labels_is_refused_and_nothing_is_left(
    biobert: Path, tmp_path: Path, lines: list[str], named: str
) -> None:
    (biobert / "codes.txt").write_text("\n".join(lines))
    with pytest.raises(ModelFolderError, match=named):
        convert_folder(
            Conversion(biobert, tmp_path / "good", Kind.DIAGNOSIS, biobert / "codes.txt")
        )
    assert [path.name for path in tmp_path.iterdir()] == ["biobert"]


class Payload:
    """What a hostile pickle does: it runs when it is loaded."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (Path.touch, (Path("/tmp/icd9-review-was-run"),))  # type: ignore[return-value] # noqa: S108


def test_a_pickle_with_code_is_refused_and_not_run(biobert: Path, tmp_path: Path) -> None:
    (biobert / "pytorch_model.bin").write_bytes(pickle.dumps(Payload()))
    with pytest.raises(ModelFolderError, match="plain tensors"):
        convert_folder(
            Conversion(biobert, tmp_path / "good", Kind.DIAGNOSIS, biobert / "codes.txt")
        )
    assert not Path("/tmp/icd9-review-was-run").exists()  # noqa: S108


def test_an_existing_output_is_not_overwritten(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "precious").write_text("kept")
    with pytest.raises(ModelFolderError, match="exists already"):
        convert_folder(Conversion(folder, tmp_path / "good"))
    assert (tmp_path / "good" / "precious").read_text() == "kept"


@pytest.mark.parametrize("unit", list(ExampleUnit))
def test_undotted_labels_get_their_dots_also_in_thresholds_and_counts(
    folder: Path, tmp_path: Path, unit: ExampleUnit
) -> None:
    edit(
        folder / "config.json",
        lambda config: config.update(
            id2label={str(i): code.replace(".", "") for i, code in enumerate(CODES)}
        ),
    )
    write_json(folder / "thresholds.json", {"global": 0.5, "per_code": {"4280": 0.41}})
    write_json(folder / "examples.json", {f"{unit}s": {"4280": 23}})
    version = convert_folder(Conversion(folder, tmp_path / "good", Kind.DIAGNOSIS))
    assert version.labels == CODES
    assert version.thresholds[0] == 0.41
    predictor = load_predictor(tmp_path / "good")
    assert predictor.windows.length == 32
    assert predictor.examples == Examples({"428.0": 23}, unit, "")


def test_a_judge_goes_into_the_good_folder(folder: Path, tmp_path: Path) -> None:
    judge = {"intercept": 0.5, "margin": 1.0, "doubts": {"withheld": 2.0}, "split": "60 notes"}
    write_json(folder / "judge.json", judge)
    convert_folder(Conversion(folder, tmp_path / "good"))
    assert read_folder(tmp_path / "good").judge == read_folder(folder).judge is not None


def test_undotted_labels_need_their_kind(folder: Path, tmp_path: Path) -> None:
    edit(folder / "config.json", lambda config: config["id2label"].update({"0": "4280"}))
    with pytest.raises(ModelFolderError, match="--kind"):
        convert_folder(Conversion(folder, tmp_path / "good"))


def test_a_lowering_tokenizer_on_a_cased_vocabulary_is_mended(
    biobert: Path, tmp_path: Path
) -> None:
    build_tokenizer(biobert / "vocab.txt", cased=True).save_pretrained(biobert)
    edit(biobert / "tokenizer_config.json", lambda config: config.pop("do_lower_case"))
    convert_folder(Conversion(biobert, tmp_path / "good", Kind.DIAGNOSIS, biobert / "codes.txt"))
    tokenizer = load_predictor(tmp_path / "good").checkpoint.tokenizer
    assert tokenizer.encode("Heart", add_special_tokens=False).tokens == ["Heart"]


def test_a_body_without_a_classifier_is_refused(folder: Path, tmp_path: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    body = {name: tensor for name, tensor in weights.items() if "classifier" not in name}
    save_file(body, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelFolderError, match="fine-tuned first"):
        convert_folder(Conversion(folder, tmp_path / "good"))


def test_a_model_that_chooses_one_label_is_not_converted(folder: Path, tmp_path: Path) -> None:
    edit(
        folder / "config.json",
        lambda config: config.update(problem_type="single_label_classification"),
    )
    with pytest.raises(ModelFolderError, match="cannot be converted"):
        convert_folder(Conversion(folder, tmp_path / "good"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("vocab.txt", b"[PAD]\n\xff\n"),
        ("tokenizer.json", b"{}"),
        ("thresholds.json", b"{"),
        ("thresholds.json", b"\xff"),
    ],
)
def test_a_damaged_file_is_named_and_nothing_is_left(
    biobert: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    (biobert / name).write_bytes(content)
    output = tmp_path / "new" / "deep" / "good"
    with pytest.raises(ModelFolderError, match=name):
        convert_folder(Conversion(biobert, output, Kind.DIAGNOSIS, biobert / "codes.txt"))
    assert [path.name for path in tmp_path.iterdir()] == ["biobert"]
