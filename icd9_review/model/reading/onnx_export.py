"""The model in ONNX form: exported once per model version, checked, and kept as a cache.

Beside the export lies a record of its SHA-256 and of how far its probabilities were from
PyTorch's. Without the record, or with other bytes, the export is made again; where it
cannot be made or is not the same model, PyTorch goes on predicting.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import structlog
import torch

from icd9_review.model.folder.label_attention import LabelAttentionModel
from icd9_review.model.reading.backends import Backend, OnnxRuntime, Pieces, PyTorch
from icd9_review.model.reading.forward import forward
from icd9_review.model.reading.predictor import Predictor
from icd9_review.suggestions import sigmoid

TOLERANCE = 1e-4
"""The largest difference of a probability from PyTorch's that an export may show; by judgement."""

_OPSET = 17  # the first with LayerNormalization as one operator (ONNX 1.12)
_ROWS = ((1, 3), (2, 17), (3, 32), (2, 128), (1, 512))
"""(rows, pieces) that are compared; by judgement, the longest beyond what ModernBERT's layers of
local attention see at once."""
_LONGEST = 2048
"""Pieces of a window that ONNX Runtime reads at most; by judgement: it keeps the attention between
all pairs of pieces in memory, 0.2 GB for each layer of a BERT-base there and 3 GB at 8,192."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of an export: its SHA-256 and its largest difference from PyTorch."""

    sha256: str
    difference: float


def use_fastest(predictor: Predictor, folder: Path) -> Backend:
    """Let the predictor use an export where that is the same model; what it uses now.

    What a folder with smaller numbers than fp32 predicts with is its own.

    The export lies in ``folder``. On a GPU, with very long windows, and where anything is wrong
    with the export, PyTorch stays.
    """
    if predictor.numbers is not None:  # its own, which were measured
        return predictor.backend
    on_processor = predictor.checkpoint.model.device.type == "cpu"
    if on_processor and predictor.windows.length <= _LONGEST:
        try:
            predictor.backend = load_export(predictor, folder)
        except Exception as error:  # whatever is wrong, PyTorch is there
            _log.warning("export_unusable", error=type(error).__name__)
    return predictor.backend


def load_export(predictor: Predictor, folder: Path) -> OnnxRuntime:
    """The export of this predictor's model version, made anew where none can be trusted.

    Raises ValueError for one that differs from PyTorch by more than TOLERANCE, OSError where
    the folder cannot be written, and what the exporter raises.
    """
    file = folder / f"{predictor.model_version}.onnx"
    if not _is_trusted(file):
        _write(predictor, file)
    return OnnxRuntime(file)


def difference(predictor: Predictor, backend: Backend) -> float:
    """The largest difference of a probability between a backend and PyTorch.

    Over batches of pieces drawn at random, of several lengths, with and without padding.
    """
    reference = PyTorch(predictor.checkpoint.model)
    largest = 0.0
    for ids, mask in _batches(predictor, predictor.windows.length):
        ours, theirs = backend.logits(ids, mask), reference.logits(ids, mask)
        largest = max(largest, float(np.abs(sigmoid(ours) - sigmoid(theirs)).max()))
    return largest


def _batches(predictor: Predictor, longest: int) -> list[tuple[Pieces, Pieces]]:
    checkpoint, windows = predictor.checkpoint, predictor.windows
    chance = np.random.default_rng(9)  # any number would do
    found = []
    for rows, length in _ROWS:
        # With label attention whole windows, as the predictor gives them.
        length = windows.length * rows if windows.attended else min(length, longest)
        ids = chance.integers(0, checkpoint.tokenizer.get_vocab_size(), (rows, length))
        mask = np.ones_like(ids)
        for row in range(1, rows):  # the first row is whole
            mask[row, int(chance.integers(2, length + 1)) :] = 0
        found.append((np.where(mask == 1, ids, checkpoint.padding), mask))
    return found


def _record_of(file: Path) -> Path:
    return file.with_suffix(".json")


def _is_trusted(file: Path) -> bool:
    """Whether the bytes are those that were compared with PyTorch."""
    try:
        record = Record(**json.loads(_record_of(file).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return False
    return file.is_file() and _sha256(file) == record.sha256


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write(predictor: Predictor, file: Path) -> None:
    """Export, compare, and only then put in place; of two processes the later one stays."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        draft = Path(folder) / file.name
        _export(predictor, draft)
        found = difference(predictor, OnnxRuntime(draft))
        if not found <= TOLERANCE:
            raise ValueError(f"the export differs from the model by {found:.1e}")
        record = Record(_sha256(draft), found)
        note = Path(folder) / "record.json"
        note.write_text(json.dumps(asdict(record)), "utf-8")
        os.replace(draft, file)
        os.replace(note, _record_of(file))
    _log.info("exported", model=predictor.model_version[:12], difference=found)


class _Logits(torch.nn.Module):
    """The model with its inputs by place and the logits alone."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return forward(self.model, attention_mask, input_ids=input_ids)


class _Attended(torch.nn.Module):
    """The same of label attention, with the window that each code looked at most."""

    def __init__(self, model: LabelAttentionModel) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        return self.model.attend(attention_mask, input_ids=input_ids)


def _export(predictor: Predictor, file: Path) -> None:
    """By tracing: the other exporter of PyTorch wants a package of its own for the same graph."""
    ids, mask = (torch.from_numpy(each) for each in _batches(predictor, 17)[1])
    axes = {0: "rows", 1: "pieces"}
    model, outputs = predictor.checkpoint.model, ["logits"]
    wrapped: torch.nn.Module = _Logits(model)
    if isinstance(model, LabelAttentionModel):
        wrapped, outputs = _Attended(model), ["logits", "windows"]
    with predictor.turns, warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # of tracing, and of the exporter's age
        torch.onnx.export(
            wrapped.eval(),  # the exporter puts back the mode it found
            (ids, mask),
            str(file),
            input_names=["input_ids", "attention_mask"],
            output_names=outputs,
            dynamic_axes={
                "input_ids": axes,
                "attention_mask": axes,
                **{name: {0: "rows"} for name in outputs},
            },
            opset_version=_OPSET,
            dynamo=False,
        )
