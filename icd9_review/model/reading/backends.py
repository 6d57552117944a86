"""What runs a forward pass: PyTorch, or ONNX Runtime with an export of the same weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime
import torch
from transformers import PreTrainedModel

from icd9_review.model.reading.forward import forward

Pieces = npt.NDArray[np.int64]
"""Numbers of word pieces, or 1 where there is one and 0 for padding: (rows, pieces)."""


class Backend(Protocol):
    """Gives the logits of framed and padded rows; not to be asked from two threads at once."""

    @property
    def name(self) -> str: ...

    def logits(self, ids: Pieces, mask: Pieces) -> npt.NDArray[np.float32]:
        """The logits of shape (rows, labels)."""


class PyTorch:
    """The model itself, wherever it is: on the CPU or on a GPU."""

    name = "PyTorch"

    def __init__(self, model: PreTrainedModel) -> None:
        self._model = model

    def logits(self, ids: Pieces, mask: Pieces) -> npt.NDArray[np.float32]:
        """See `Backend`."""
        device = self._model.device
        # A mask of ones would only send attention along a slower way.
        attended = None if mask.all() else torch.from_numpy(mask).to(device)
        with torch.inference_mode():
            found = forward(self._model, attended, input_ids=torch.from_numpy(ids).to(device))
        logits: npt.NDArray[np.float32] = found.cpu().numpy()
        return logits


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
        given = {"input_ids": ids, "attention_mask": mask}
        logits: npt.NDArray[np.float32] = self._session.run(["logits"], given)[0]
        return logits
