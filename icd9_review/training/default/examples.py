"""In how many training passages the embedded model met each code, for examples.json.

An example is one text of the stages after the phrases in which the code is asserted: a passage
from templates, an excerpt of a note, or a sentence of a contrast. Most carry terms that were put
there for training, so they are no notes and are not counted as such. What is drawn at random
comes from seed, stage and step, so that the texts can be drawn again without training.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch

from icd9_review.training.default.labels import label_codes
from icd9_review.training.default.loop import Stage, draw_batch
from icd9_review.training.default.phrases import load_phrase_book
from icd9_review.training.default.sources import load_sources
from icd9_review.training.default.train import PHRASES, Schedule, stages
from icd9_review.training.folder import write_json

_SPLIT = (
    "{texts:,} training passages: written from templates, cut from notes with terms exchanged, or "
    "of contrasted sentences; single phrases are not counted"
)


def write_examples(
    folder: Path, reference_data: Path | None, terms: Path | None, plan: Schedule
) -> None:
    """Count what a training with these texts draws, and write examples.json."""
    sources = load_sources(reference_data) if reference_data else ()
    counts, texts = count_passages(stages(load_phrase_book(terms), sources, plan), plan.seed)
    write_json(folder / "examples.json", {"passages": counts, "split": _SPLIT.format(texts=texts)})


def count_passages(drawn: Sequence[Stage], seed: int) -> tuple[dict[str, int], int]:
    """In how many texts each code is asserted, and how many texts there are; phrases left out."""
    codes = label_codes()
    counts, total = torch.zeros(len(codes), dtype=torch.long), 0
    for stage in (each for each in drawn if each.name != PHRASES):
        for step in range(stage.steps):
            texts, targets = draw_batch(stage, seed, step)
            counts += (targets == 1).sum(dim=0)
            total += len(texts)
    return dict(zip(codes, counts.tolist(), strict=True)), total
