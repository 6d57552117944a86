"""How much arithmetic the machine does in matrix products, and how much a reading needs."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch

_SIZE = 1536  # rows and columns, twice BERT-base's 768; by judgement large enough for full speed
_REPEATS = 7  # of which the best counts; by judgement


def pytorch_speed() -> float:
    """GFLOP/s of PyTorch's product of two large float32 matrices, the best of several."""
    left, right = torch.rand(_SIZE, _SIZE), torch.rand(_SIZE, _SIZE)
    return _speed(lambda: left @ right)


def onnx_speed(threads: int) -> float:
    """The same of ONNX Runtime's, on so many threads."""
    tensor, shape = onnx.TensorProto.FLOAT, [_SIZE, _SIZE]
    inputs = [onnx.helper.make_tensor_value_info(name, tensor, shape) for name in ("a", "b")]
    output = onnx.helper.make_tensor_value_info("c", tensor, shape)
    node = onnx.helper.make_node("MatMul", ["a", "b"], ["c"])
    graph = onnx.helper.make_graph([node], "product", inputs, [output])
    opset = onnx.helper.make_opsetid("", 17)  # of ONNX 1.12, with its IR version 8
    model = onnx.helper.make_model(graph, opset_imports=[opset], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "product.onnx"
        onnx.save(model, str(file))
        session: Any = onnxruntime.InferenceSession(str(file), options)
    chance = np.random.default_rng(9)
    given = {name: chance.random((_SIZE, _SIZE), dtype=np.float32) for name in ("a", "b")}
    return _speed(lambda: session.run(None, given))


def _speed(product: Callable[[], object]) -> float:
    product()
    times = []
    for _ in range(_REPEATS):
        started = time.perf_counter()
        product()
        times.append(time.perf_counter() - started)
    return 2 * _SIZE**3 / min(times) / 1e9


def forward_work(config: Any, pieces: int) -> float:
    """GFLOP of the matrix products of one row of so many pieces through a BERT classifier.

    Of the last layer only what the classifier reads, the first piece.
    """
    width, inner, layers = config.hidden_size, config.intermediate_size, config.num_hidden_layers
    ends = 2 * width * width + 2 * width * inner  # query, output and the inner layers
    layer = pieces * (2 * width * width + ends) + 2 * pieces * pieces * width
    last = pieces * 2 * width * width + ends + 2 * pieces * width
    head = width * width + width * config.num_labels
    return float(2 * ((layers - 1) * layer + last + head)) / 1e9


def backward_work(config: Any, pieces: int) -> float:
    """GFLOP of the way back to the inputs, weights standing still: attention counts twice."""
    attention = 2 * (config.num_hidden_layers - 1) * 2 * pieces * pieces * config.hidden_size
    return forward_work(config, pieces) + float(attention) / 1e9
