"""What runs a forward pass: PyTorch, or ONNX Runtime with an export of the same weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import onnxruntime
import torch

from icd9_review.model.folder.label_attention import NoteNetwork
from icd9_review.model.reading.forward import forward

Pieces = npt.NDArray[np.int64]
"""SmallNumbers of word pieces, or 1 where there is one and 0 for padding: (rows, pieces)."""


Attended: TypeAlias = tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]
"""Logits of notes, and the number of the window each code looked at most: (rows, labels)."""


class Backend(Protocol):
    """Gives the logits of framed and padded rows; not to be asked from two threads at once."""

    @property
    def name(self) -> str: ...

    def logits(self, ids: Pieces, mask: Pieces) -> npt.NDArray[np.float32]:
        """The logits of shape (rows, labels)."""

    def attended(self, ids: Pieces, mask: Pieces) -> Attended:
        """The same of rows of windows; only of a model with label attention."""


class PyTorch:
    """The model itself, wherever it is: on the CPU or on a GPU."""

    def __init__(self, model: NoteNetwork) -> None:
        self.name = "PyTorch"
        self._model = model

    def logits(self, ids: Pieces, mask: Pieces) -> npt.NDArray[np.float32]:
        """See `Backend`."""
        with torch.inference_mode():
            found = forward(self._model, self._mask(mask), input_ids=self._there(ids))
        logits: npt.NDArray[np.float32] = found.float().cpu().numpy()
        return logits

    def attended(self, ids: Pieces, mask: Pieces) -> Attended:
        """See `Backend`."""
        model: Any = self._model
        with torch.inference_mode():
            found = model.attend(self._mask(mask), input_ids=self._there(ids))
        logits: npt.NDArray[np.float32] = found[0].float().cpu().numpy()
        windows: npt.NDArray[np.int64] = found[1].cpu().numpy()
        return logits, windows

    def _mask(self, mask: Pieces) -> torch.Tensor | None:
        """A mask of ones would only send attention along a slower way."""
        return None if mask.all() else self._there(mask)

    def _there(self, numbers: Pieces) -> torch.Tensor:
        return torch.from_numpy(numbers).to(self._model.device)


class OnnxRuntime:
    """An exported model on the CPU, on as many threads as PyTorch takes when it is loaded."""

    name = "ONNX Runtime"

    def __init__(self, file: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        options.inter_op_num_threads = 1
        # Threads that spin while they wait would take the core that pages and decisions need.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            file, options, providers=["CPUExecutionProvider"]
        )

    def logits(self, ids: Pieces, mask: Pieces) -> npt.NDArray[np.float32]:
        """See `Backend`."""
        logits: npt.NDArray[np.float32] = self._run(["logits"], ids, mask)[0]
        return logits

    def attended(self, ids: Pieces, mask: Pieces) -> Attended:
        """See `Backend`."""
        logits, windows = self._run(["logits", "windows"], ids, mask)
        return logits, windows

    def _run(self, wanted: list[str], ids: Pieces, mask: Pieces) -> list[Any]:
        found: list[Any] = self._session.run(wanted, {"input_ids": ids, "attention_mask": mask})
        return found
