"""What a file of weights holds, by its header alone: no weight is read.

A safetensors file begins with the length of its header in eight bytes, then JSON: a type and a
shape for each tensor.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from icd9_review.errors import ModelFolderError

_LARGEST_HEADER = 100_000_000  # bytes; what the format itself allows


def stored_types(weights: Path) -> frozenset[str]:
    """The types of the tensors as they are stored (F32, F16); ModelFolderError for no such file."""
    try:
        return frozenset(str(entry["dtype"]) for entry in _tensors(weights))
    except (KeyError, TypeError) as error:
        raise _damaged(weights) from error


def count_numbers(weights: Path) -> int:
    """How many numbers all tensors hold together; ModelFolderError for no such file."""
    try:
        return sum(math.prod(entry["shape"]) for entry in _tensors(weights))
    except (KeyError, TypeError) as error:
        raise _damaged(weights) from error


def _tensors(weights: Path) -> list[Mapping[str, Any]]:
    try:
        with weights.open("rb") as file:
            length = min(int.from_bytes(file.read(8), "little"), _LARGEST_HEADER)
            header = json.loads(file.read(length))
        return [entry for name, entry in header.items() if name != "__metadata__"]
    except (ValueError, AttributeError) as error:
        raise _damaged(weights) from error


def _damaged(weights: Path) -> ModelFolderError:
    return ModelFolderError(f"{weights} is no safetensors file; it is damaged")
