"""numbers.json: that a folder predicts in numbers smaller than fp32, and where that was measured.

``model quantise`` writes it, where nothing came out otherwise (``benchmark/gate.py``). It
holds for one processor: on another the same arithmetic rounds otherwise.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from icd9_review.errors import ModelFolderError
from icd9_review.model.folder.bounded import Declaration, read_form

NUMBERS: Final = "numbers.json"
INT8_EXPORT: Final = "int8.onnx"


class SmallNumbers(StrEnum):
    """What is computed in: int8 by ONNX Runtime, bf16 and fp16 by PyTorch."""

    INT8 = "int8"
    BF16 = "bf16"
    FP16 = "fp16"


class MeasuredNumbers(Declaration):
    """What was measured, on which processor and how many notes, and how fast it was beside fp32.

    ``of_version`` is the model version in fp32. ``seconds`` are of processor time, on a GPU of
    time on the clock. ``difference`` is the largest of a probability, ``sha256`` that of the export
    that int8 has.
    """

    numbers: Annotated[SmallNumbers, BeforeValidator(SmallNumbers)]
    of_version: str = Field(pattern="^[0-9a-f]{64}$")
    processor: str = Field(min_length=1, max_length=500)
    notes: int = Field(ge=1)
    seconds: float = Field(gt=0)
    seconds_fp32: float = Field(gt=0)
    difference: float = Field(ge=0, le=1)
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")

    @property
    def speedup(self) -> float:
        """How many times as fast as fp32 it was."""
        return self.seconds_fp32 / self.seconds


def read_numbers(folder: Path) -> MeasuredNumbers | None:
    """numbers.json; None where it is absent: fp32."""
    file = folder / NUMBERS
    found = read_form(file, MeasuredNumbers)
    if found is not None and found.numbers is SmallNumbers.INT8:
        _check_export(folder, found.sha256)
    return found


def _check_export(folder: Path, sha256: str | None) -> None:
    """Whether the numbers are those that were measured."""
    file = folder / INT8_EXPORT
    if not file.is_file() or export_digest(file) != sha256:
        raise ModelFolderError(
            f"{file} is missing or is not what {NUMBERS} was measured with; copy both, or make the "
            "folder again: python -m icd9_review model quantise"
        )


def export_digest(file: Path) -> str:
    """SHA-256 of an export, in hexadecimal."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
