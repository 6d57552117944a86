"""Whether smaller numbers change what people see, measured where they would be used.

They are let through where on all notes no code changes the side of its threshold and the first
fifteen suggestions stay in their order. How fast they are is measured by turns on the same notes.
"""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from icd9_review.errors import InputError, ModelFolderError
from icd9_review.model.folder.check import checked_version
from icd9_review.model.folder.files import VERSIONED_FILES
from icd9_review.model.folder.numbers import (
    INT8_EXPORT,
    NUMBERS,
    MeasuredNumbers,
    SmallNumbers,
    export_digest,
)
from icd9_review.model.reading.backends import Backend
from icd9_review.model.reading.onnx_export import use_fastest
from icd9_review.model.reading.predictor import Predictor
from icd9_review.model.reading.smaller import HalfPrecision, has_numbers, processor, write_int8
from icd9_review.suggestions import rank, sigmoid
from icd9_review.values import Scores

GATE_NOTES: Final = 1000
"""Notes that a gate is measured on at least."""
FIRST: Final = 15
"""Suggestions whose order is kept: as many as R@15 and the lists' first screen look at."""
_TOGETHER = 25  # notes that are read by turns; by judgement
_KEPT = (*VERSIONED_FILES, "examples.json", "README.md", "card.json", "metrics.json")


@dataclass(frozen=True, slots=True)
class GateFigures:
    """What came out otherwise on so many notes.

    ``changed`` codes changed the side of their threshold, in ``changed_notes`` notes; in
    ``orders`` notes the first fifteen came in another order, in ``sets`` of them others were among
    them. ``difference`` is the largest of a probability. Seconds as in ``MeasuredNumbers``.
    """

    notes: int
    changed: int
    changed_notes: int
    orders: int
    sets: int
    difference: float
    seconds: float
    seconds_fp32: float

    @property
    def holds(self) -> bool:
        """Whether nothing that people see came out otherwise."""
        return not self.changed and not self.orders

    def describe(self, numbers: SmallNumbers) -> str:
        """The figures in a sentence."""
        return (
            f"{numbers} on {self.notes:,} notes: {self.changed:,} codes changed the side of their "
            f"threshold (in {self.changed_notes:,} notes), the first {FIRST} came in another order "
            f"in {self.orders:,} notes (other codes among them in {self.sets:,}), probabilities "
            f"moved by at most {self.difference:.2g}; {self.seconds:.1f} s beside "
            f"{self.seconds_fp32:.1f} s in fp32 ({self.seconds_fp32 / self.seconds:.2f} times as "
            "fast)"
        )


@dataclass(frozen=True, slots=True)
class Quantising:
    """Which numbers to try for a model folder, on which notes, and where to write what holds."""

    folder: Path
    numbers: SmallNumbers
    notes: Path
    output: Path
    fewest: int = GATE_NOTES


def quantise(job: Quantising, predictor: Predictor, report: Callable[[str], None]) -> GateFigures:
    """Measure, and write the output folder where the gate is passed.

    Raises InputError where the output exists, there are too few notes, or this processor has not
    these numbers.
    """
    device = predictor.checkpoint.model.device
    if job.output.exists():
        raise InputError(f"{job.output} exists already; name another --output or remove it")
    if not has_numbers(job.numbers, device):
        raise InputError(
            f"{processor(device)} does not compute in {job.numbers} by itself, so that nothing "
            "would be faster: fp32 stays"
        )
    texts = _read_texts(job)
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / INT8_EXPORT
        use_fastest(predictor, Path(folder))
        backend = _smaller(job.numbers, predictor, Path(folder), export)
        figures = measure_gate(predictor, backend, texts, report)
        if figures.holds:
            _write(job, predictor, figures, export if export.is_file() else None)
    return figures


def measure_gate(
    predictor: Predictor,
    smaller: Backend,
    texts: Sequence[str],
    report: Callable[[str], None] = lambda _: None,
) -> GateFigures:
    """What a backend says otherwise than the predictor's own, which is fp32."""
    own, clock = predictor.backend, _clock(predictor)
    pairs: list[tuple[Scores, Scores]] = []
    seconds = {own: 0.0, smaller: 0.0}
    try:
        for backend in (own, smaller):  # the first pass sets things up
            predictor.backend = backend
            predictor.score_many(texts[:1])
        for first in range(0, len(texts), _TOGETHER):
            some, found = texts[first : first + _TOGETHER], []
            for backend in (own, smaller):
                predictor.backend = backend
                begun = clock()
                found.append(predictor.score_many(some))
                seconds[backend] += clock() - begun
            pairs += zip(*found, strict=True)
            report(f"{len(pairs):,} of {len(texts):,} notes")
    finally:
        predictor.backend = own
    return _figures(predictor, pairs, seconds[smaller], seconds[own])


def _figures(
    predictor: Predictor, pairs: Sequence[tuple[Scores, Scores]], seconds: float, fp32: float
) -> GateFigures:
    version = predictor.version
    changed, orders, sets, largest = [], 0, 0, 0.0
    for pair in pairs:
        one, other = (sigmoid(scores.logits) for scores in pair)
        changed.append(int(np.count_nonzero((one >= version.limits) != (other >= version.limits))))
        largest = max(largest, float(np.abs(one - other).max()))
        before, after = ([each.code for each in rank(s, version)[:FIRST]] for s in pair)
        orders += before != after
        sets += {*before} != {*after}
    notes = sum(count > 0 for count in changed)
    return GateFigures(len(pairs), sum(changed), notes, orders, sets, largest, seconds, fp32)


def _clock(predictor: Predictor) -> Callable[[], float]:
    """Processor time, which other work leaves alone; a GPU's is not counted in it."""
    on_processor = predictor.checkpoint.model.device.type == "cpu"
    return time.process_time if on_processor else time.perf_counter


def _smaller(numbers: SmallNumbers, predictor: Predictor, folder: Path, export: Path) -> Backend:
    if numbers is not SmallNumbers.INT8:
        return HalfPrecision(predictor.checkpoint.model, numbers)
    from icd9_review.model.reading.backends import OnnxRuntime

    fp32 = folder / f"{predictor.model_version}.onnx"
    if not fp32.is_file():
        raise ModelFolderError(
            "the model has no export for ONNX Runtime that is the same model, which int8 is made of"
        )
    write_int8(fp32, export)
    return OnnxRuntime(export)


def _read_texts(job: Quantising) -> tuple[str, ...]:
    texts = tuple(islice(_texts(job.notes), job.fewest))
    if len(texts) < job.fewest:
        raise InputError(
            f"{job.notes} has {len(texts):,} notes with a text; {job.fewest:,} are needed to say "
            "that nothing comes out otherwise"
        )
    return texts


def _texts(file: Path) -> Iterator[str]:
    opened = gzip.open if file.suffix == ".gz" else open
    try:
        with opened(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                text = json.loads(line).get("text")
                if isinstance(text, str) and text.strip():
                    yield text
    except (OSError, ValueError, AttributeError) as error:
        raise InputError(
            f"{file} is no file of notes as JSON lines with a text each ({type(error).__name__})"
        ) from None


def _write(
    job: Quantising, predictor: Predictor, figures: GateFigures, export: Path | None
) -> None:
    """The folder with the numbers beside its weights, whole or not at all."""
    measured = MeasuredNumbers(
        numbers=job.numbers,
        of_version=predictor.model_version,
        processor=processor(predictor.checkpoint.model.device),
        notes=figures.notes,
        seconds=figures.seconds,
        seconds_fp32=figures.seconds_fp32,
        difference=figures.difference,
        sha256=None if export is None else export_digest(export),
    )
    job.output.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{job.output.name}-", dir=job.output.parent))
    try:
        for name in _KEPT:
            if (job.folder / name).is_file():
                shutil.copyfile(job.folder / name, draft / name)
        if export is not None:
            shutil.copyfile(export, draft / INT8_EXPORT)
        (draft / NUMBERS).write_text(measured.model_dump_json(indent=2) + "\n", "utf-8")
        checked_version(draft)
        draft.chmod(0o755)
        draft.rename(job.output)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
