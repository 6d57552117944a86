"""A whole run, and its figures as a table and as JSON."""

from __future__ import annotations

import os
import platform
import tempfile
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from icd9_review.benchmark.measure import (
    Quality,
    Timed,
    compare_backend,
    time_explanation,
    time_prediction,
)
from icd9_review.benchmark.products import onnx_speed, pytorch_speed
from icd9_review.benchmark.texts import read_texts
from icd9_review.errors import InputError
from icd9_review.model.reading.forward import reads_first_piece
from icd9_review.model.reading.onnx_export import use_fastest
from icd9_review.model.reading.predictor import Predictor

_PACKAGES = ("torch", "onnxruntime", "transformers", "captum")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured: how many notes are predicted, and how many of them explained."""

    notes: int = 200  # by judgement: minutes on two cores
    explained: int = 3  # by judgement: Captum's steps take most of the time
    reference: Path | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """The figures of one run; speeds are in GFLOP/s."""

    source: str
    backend: str
    prediction: Timed
    explanation: Timed
    quality: Quality
    pytorch_product: float
    onnx_product: float
    backend_difference: float
    machine: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The figures by name, with those of the parts they come from."""
        return {
            "predict_speedup": self.prediction.speedup,
            "explain_speedup": self.explanation.speedup,
            "predict_roofline": self.prediction.speed
            / max(self.pytorch_product, self.onnx_product),
            "explain_roofline": self.explanation.speed / self.pytorch_product,
            **asdict(self),
        }


def run_bench(predictor: Predictor, plan: Plan) -> Run:
    """Measure everything with the threads that are set.

    Raises InputError for another network than BERT, whose arithmetic is not counted here.
    """
    if not reads_first_piece(predictor.checkpoint.model):
        raise InputError("bench counts the arithmetic of a BERT with a classifier, and no other")
    found = read_texts(predictor, plan.notes, plan.reference)
    with tempfile.TemporaryDirectory() as folder:
        backend = use_fastest(predictor, Path(folder))
        pytorch, onnx = pytorch_speed(), onnx_speed(torch.get_num_threads())
        explanation, quality = time_explanation(predictor, found.texts[: plan.explained])
        return Run(
            source=found.source,
            backend=backend.name,
            prediction=time_prediction(predictor, found.texts),
            explanation=explanation,
            quality=quality,
            pytorch_product=pytorch,
            onnx_product=onnx,
            backend_difference=compare_backend(predictor, backend, found.texts),
            machine=describe_machine(),
        )


def describe_machine() -> dict[str, Any]:
    """Processor, cores, threads and versions; nothing that names the machine."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "threads": torch.get_num_threads(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return f"{next(named, platform.machine())}, {torch.backends.cpu.get_cpu_capability()}"


def table(run: Run) -> str:
    """The figures in Markdown, each beside what it is measured against and its aim."""
    figures = run.as_json()
    rows = [
        ("predictions per second", f"{figures['predict_speedup']:.1f} ×", "≥ 4 ×"),
        ("explanations of a note", f"{figures['explain_speedup']:.1f} ×", "≥ 8 ×"),
        ("prediction, share of the matrix product", f"{figures['predict_roofline']:.2f}", "≥ 0.8"),
        ("explanation, share of the matrix product", f"{figures['explain_roofline']:.2f}", "≥ 0.6"),
        ("largest difference of a probability", f"{run.backend_difference:.1e}", "≤ 1e-4"),
        ("explanations within 5 %", f"{run.quality.within:.1%}", "all"),
        ("least cosine to 64 points", f"{run.quality.least_cosine:.4f}", ""),
    ]
    lines = ["| figure | measured | aim |", "|---|---|---|"]
    lines += [f"| {name} | {value} | {aim} |" for name, value, aim in rows]
    prediction, explanation, machine = run.prediction, run.explanation, run.machine
    lines += [
        "",
        f"{run.source}, predicted by {run.backend}: {prediction.ours:.1f} s, stock "
        f"{prediction.stock:.1f} s, {prediction.speed:.0f} GFLOP/s.",
        f"{run.quality.explanations} explanations: {explanation.ours:.1f} s, stock "
        f"{explanation.stock:.1f} s, {explanation.speed:.0f} GFLOP/s.",
        f"Matrix product: PyTorch {run.pytorch_product:.0f}, ONNX Runtime "
        f"{run.onnx_product:.0f} GFLOP/s.",
        f"{machine['processor']}, {machine['cores']} cores, {machine['threads']} threads; "
        + ", ".join(f"{name} {machine[name]}" for name in ("python", *_PACKAGES))
        + ".",
    ]
    return "\n".join(lines)
