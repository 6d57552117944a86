"""Weights are counted by the header of their file."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from icd9_review.errors import ModelFolderError
from icd9_review.model.folder.tensors import count_numbers, stored_types


def test_numbers_and_types_are_those_of_all_tensors(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    save_file({"a": torch.zeros(3, 4), "b": torch.zeros(5, dtype=torch.float16)}, path)
    assert count_numbers(path) == 17
    assert stored_types(path) == {"F32", "F16"}


@pytest.mark.parametrize("read", [count_numbers, stored_types])
@pytest.mark.parametrize(
    "content", [b"", b"\x02" + bytes(7) + b"[]", b"\x08" + bytes(7) + b'{"a": 3}', b"no such file"]
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, read: object, content: bytes) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelFolderError, match="is damaged"):
        read(path)  # type: ignore[operator]
