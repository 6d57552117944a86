"""Backends that compute in numbers smaller than fp32: int8 by ONNX Runtime, half by PyTorch.

Predicting alone: explanations are worked out in fp32, by the weights that the smaller numbers are
made of.
"""

from __future__ import annotations

import copy
import logging
import platform
from pathlib import Path
from typing import Any, Final

import torch

from icd9_review.errors import ModelFolderError
from icd9_review.model.folder.files import ModelFolder
from icd9_review.model.folder.label_attention import NoteNetwork
from icd9_review.model.folder.numbers import INT8_EXPORT, NUMBERS, SmallNumbers
from icd9_review.model.reading.backends import Backend, OnnxRuntime, PyTorch

_HALVES: Final = {SmallNumbers.BF16: torch.bfloat16, SmallNumbers.FP16: torch.float16}
_TELLING = ("avx2", "avx_vnni", "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16")
"""What a processor may have that changes how small numbers are multiplied."""


class HalfPrecision(PyTorch):
    """A copy of the model in half precision, where the model is now."""

    def __init__(self, model: NoteNetwork, numbers: SmallNumbers) -> None:
        half: Any = copy.deepcopy(model)
        super().__init__(half.to(_HALVES[numbers]))
        self.name = f"PyTorch in {numbers}"


def own_backend(folder: ModelFolder, model: NoteNetwork) -> Backend:
    """What a folder predicts with: fp32 unless it says otherwise.

    Raises ModelFolderError where it was measured on another processor.
    """
    measured = folder.numbers
    if measured is None:
        return PyTorch(model)
    here = processor(model.device)
    if measured.processor != here:
        raise ModelFolderError(
            f"{folder.path / NUMBERS}: {measured.numbers} was measured on {measured.processor}; "
            f"this is {here}, and codes may come out otherwise. Take the folder it was made of, or "
            "measure here: python -m icd9_review model quantise"
        )
    if measured.numbers is SmallNumbers.INT8:
        return OnnxRuntime(folder.path / INT8_EXPORT)
    return HalfPrecision(model, measured.numbers)


def processor(device: torch.device) -> str:
    """What computes, in words that differ where small numbers may be multiplied otherwise."""
    if device.type == "cuda":
        return str(torch.cuda.get_device_name(device))
    found: Any = torch.cpu.get_capabilities()
    name = str(found.get("cpu_name") or platform.machine())
    return ", ".join([name, *(each for each in _TELLING if found.get(each))])


def has_numbers(numbers: SmallNumbers, device: torch.device) -> bool:
    """Whether a device computes in them by itself, so that it could be any faster."""
    if device.type == "cuda":
        return numbers is SmallNumbers.FP16 or (
            numbers is SmallNumbers.BF16 and torch.cuda.is_bf16_supported(including_emulation=False)
        )
    telling = processor(device)
    return numbers is SmallNumbers.INT8 or (numbers is SmallNumbers.BF16 and "bf16" in telling)


def write_int8(export: Path, file: Path) -> None:
    """An export with its matrix products in int8 (ONNX Runtime's dynamic quantisation)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    logging.getLogger().disabled, before = True, logging.getLogger().disabled
    try:  # it advises on the root logger
        quantize_dynamic(
            export,
            file,
            op_types_to_quantize=["MatMul", "Gemm"],
            per_channel=True,
            weight_type=QuantType.QInt8,
        )
    finally:
        logging.getLogger().disabled = before
