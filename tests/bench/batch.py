"""How fast notes are scored by the thousand: ``python -m tests.bench.batch [NOTES] [ENGINE]``.

Notes of at most 510 pieces (of ``ICD9_REVIEW_REFERENCE_DATA`` where that is set), repeated until
there are as many as asked for (10,000), are scored as the command does it: read, scored in a
process for each core (or as many as a third argument says), written. Beside it the plain loop: one
note at a time, padded to 512 pieces, in PyTorch with all cores. Prints notes a second of both,
their ratio, and how long ten million discharge summaries of 3,300 pieces would take, with the
interval of the blocks' rates.
"""

# ruff: noqa: T201 - a bench prints

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from icd9_review.batch.record import Engine
from icd9_review.batch.run import BatchOrder, run_batch
from icd9_review.batch.scoring import BatchSettings
from icd9_review.benchmark.stock import StockPrediction
from icd9_review.benchmark.texts import read_texts
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.settings import Settings

_DISTINCT = 500  # notes that are repeated
_PLAIN = 100  # of them for the plain loop, whose notes all cost the same
_MILLIONS, _PIECES = 10_000_000, 3_300


class _Rates:
    """Notes a second of each block, as they come."""

    def __init__(self) -> None:
        self.rates: list[float] = []
        self._last = 0.0

    def begin(self, done: int, total: int) -> None:  # noqa: ARG002
        self._last = time.perf_counter()

    def advance(self, notes: int) -> None:
        now = time.perf_counter()
        self.rates.append(notes / (now - self._last))
        self._last = now


def _plain(predictor: Predictor, texts: Sequence[str]) -> float:
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    stock = StockPrediction(predictor)
    stock.predict(texts[0])
    begun = time.perf_counter()
    for text in texts:
        stock.predict(text)
    return len(texts) / (time.perf_counter() - begun)


def _batch(
    texts: Sequence[str], count: int, engine: Engine, processes: int
) -> tuple[float, list[float]]:
    settings, rates = Settings(), _Rates()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "notes.jsonl"
        with file.open("w", encoding="utf-8") as lines:
            for number in range(count):
                lines.write(json.dumps({"id": number, "text": texts[number % len(texts)]}) + "\n")
        order = BatchOrder(
            files=[file],
            out=Path(folder) / "out",
            settings=BatchSettings(settings.model, settings.exports),
            mapping={},
            engine=engine,
            processes=processes,
        )
        begun = time.perf_counter()
        run_batch(order, rates, lambda _: None)
        return count / (time.perf_counter() - begun), rates.rates


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    engine = Engine(sys.argv[2]) if len(sys.argv) > 2 else Engine.LOCAL
    processes = int(sys.argv[3]) if len(sys.argv) > 3 else len(os.sched_getaffinity(0))
    predictor = load_predictor()
    texts = read_texts(predictor, _DISTINCT, Settings().reference_data).texts
    encode = predictor.checkpoint.tokenizer.encode
    pieces = statistics.fmean(len(encode(text, add_special_tokens=False).ids) for text in texts)
    plain = _plain(predictor, texts[:_PLAIN])
    rate, rates = _batch(texts, count, engine, processes)
    print(f"{len(texts)} notes of {pieces:.0f} pieces on average, {count:,} read")
    print(f"plain loop: {plain:.2f} notes a second; {engine}: {rate:.2f}; ratio {rate / plain:.1f}")
    if engine is Engine.RAY:  # whose blocks are told of by several at once
        return
    low, high = _interval(rates)
    print(f"blocks: {len(rates)}, {low:.2f} to {high:.2f} notes a second (mean, 95 %)")
    each = _MILLIONS * _PIECES / pieces / 86_400
    print(
        f"{_MILLIONS:,} notes of {_PIECES:,} pieces: {each / rate:.0f} days "
        f"({each / high:.0f} to {each / low:.0f})"
    )


def _interval(rates: list[float]) -> tuple[float, float]:
    """Of the mean of rates, by their spread."""
    middle = statistics.fmean(rates)
    half = 1.96 * statistics.stdev(rates) / len(rates) ** 0.5 if len(rates) > 1 else 0.0
    return middle - half, middle + half


if __name__ == "__main__":
    main()
