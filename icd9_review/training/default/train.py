"""The embedded model from nothing: phrases, then passages and excerpts of notes, then contrasts.

Usage: ``python -m icd9_review train default --output DIR --encoder WHEEL``. A run that
was killed goes on from its last checkpoint when the same command is given again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from icd9_review.training.default.contrasts import draw_contrast
from icd9_review.training.default.encoder import (
    build_classifier,
    build_tokenizer,
    start_classifier,
    unpack_encoder,
)
from icd9_review.training.default.excerpts import draw_excerpt
from icd9_review.training.default.labels import label_codes
from icd9_review.training.default.loop import Stage, TrainingBatch, TrainingRun, train
from icd9_review.training.default.passages import TrainingPassage, write_passage
from icd9_review.training.default.phrases import PhraseBook, load_phrase_book, phrase_batch
from icd9_review.training.default.sources import NoteOrigin, SourceNote, load_sources

PHRASES = "phrases"
"""The stage of single phrases; the others draw passages."""
_PHRASE_BATCH = 160  # phrases of a step; by judgement: they are short, and the codes many
_PASSAGE_BATCH = 32  # passages of a step; by judgement
_WRITTEN_SHARE = 0.25  # of passages from templates; by judgement, as the shares of notes below
_SHARES = {NoteOrigin.READ: 0.4, NoteOrigin.WEAK: 0.25, NoteOrigin.CODIESP: 0.1}
_SHORTEST, _LONGEST = 40, 170  # characters: about 10 to 60 word pieces, see docs/training.md
_DOUBTFUL = 0.15  # target of a mention that may count or not; by judgement: more no than yes
_CONTRASTED = 14  # texts of a batch, two a contrast; by judgement
_CONTEXT_SHARE = 0.5  # of contrasts that stand in a passage; by judgement


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long each stage lasts, and the seed of everything drawn at random."""

    # Steps by judgement: about an hour on two cores (docs/training.md). Any seed would do.
    phrase_steps: int = 150
    passage_steps: int = 4000
    contrast_steps: int = 1500
    seed: int = 9

    @property
    def steps(self) -> dict[str, int]:
        """Steps by stage."""
        return {
            PHRASES: self.phrase_steps,
            "passages": self.passage_steps,
            "contrasts": self.contrast_steps,
        }


@dataclass(frozen=True, slots=True)
class Materials:
    """What the model is made from.

    ``encoder`` is the MiniLM wheel or a folder with its files, ``terms`` a TSV file of official
    phrases, ``reference_data`` the folder with real notes. Without the last two the model learns
    from titles, hand-written terms and templates alone, and is weaker.
    """

    encoder: Path
    reference_data: Path | None = None
    terms: Path | None = None


def train_default(work: Path, materials: Materials, plan: Schedule) -> TrainingRun:
    """Train in the folder ``work`` (checkpoint and log) and return the finished run."""
    folder = unpack_encoder(materials.encoder, work / "encoder")
    run = TrainingRun(
        work, build_classifier(folder, label_codes()), build_tokenizer(folder), seed=plan.seed
    )
    book = load_phrase_book(materials.terms)
    start_classifier(run.model, run.tokenizer, book.written)
    sources = load_sources(materials.reference_data) if materials.reference_data else ()
    train(run, stages(book, sources, plan))
    return run


def stages(book: PhraseBook, sources: tuple[SourceNote, ...], plan: Schedule) -> tuple[Stage, ...]:
    """The three stages of the plan."""
    wide = book.widened(plan.seed)
    # Pieces, then peak rates of body and head. By judgement (no other values are recorded): a small
    # encoder bears more than the 5e-5 of BERT (Devlin et al. 2019), a new head more still, and a
    # later stage less. The shift brings every code to a probability of about one in 400.
    return (
        Stage(PHRASES, plan.phrase_steps, 28, 1.5e-4, 1e-3, _phrases(book)),
        Stage(
            "passages",
            plan.passage_steps,
            128,
            1.2e-4,
            5e-4,
            _passages(book, sources),
            bias_shift=-6.0,
        ),
        Stage("contrasts", plan.contrast_steps, 128, 8e-5, 3e-4, _contrasts(wide, sources)),
    )


def _phrases(book: PhraseBook) -> Callable[[random.Random], TrainingBatch]:
    def draw(rng: random.Random) -> TrainingBatch:
        texts, labels = phrase_batch(book, _PHRASE_BATCH, rng)
        return texts, torch.tensor(labels)

    return draw


def _passages(
    book: PhraseBook, sources: tuple[SourceNote, ...]
) -> Callable[[random.Random], TrainingBatch]:
    corpora = by_corpus(sources)

    def draw(rng: random.Random) -> TrainingBatch:
        return as_batch([draw_passage(book, corpora, rng) for _ in range(_PASSAGE_BATCH)])

    return draw


def _contrasts(
    book: PhraseBook, sources: tuple[SourceNote, ...]
) -> Callable[[random.Random], TrainingBatch]:
    corpora = by_corpus(sources)

    def draw(rng: random.Random) -> TrainingBatch:
        batch: list[TrainingPassage] = []
        while len(batch) < _CONTRASTED:
            context = None
            if rng.random() < _CONTEXT_SHARE:
                # Characters; by judgement: little beside the contrast.
                context = draw_passage(book, corpora, rng, rng.randint(20, 80))
            batch += draw_contrast(book, rng, context)
        while len(batch) < _PASSAGE_BATCH:
            batch.append(draw_passage(book, corpora, rng))
        return as_batch(batch)

    return draw


def by_corpus(sources: tuple[SourceNote, ...]) -> dict[NoteOrigin, tuple[SourceNote, ...]]:
    """The notes of each corpus."""
    return {
        corpus: tuple(source for source in sources if source.corpus is corpus)
        for corpus in NoteOrigin
    }


def as_batch(passages: Sequence[TrainingPassage]) -> TrainingBatch:
    """Texts and targets of shape (texts, labels); NaN where nothing is known of a code."""
    index = {code: place for place, code in enumerate(label_codes())}
    targets = torch.zeros(len(passages), len(index))
    for row, passage in enumerate(passages):
        for code in passage.unknown & index.keys():
            targets[row, index[code]] = torch.nan
        for code, target in passage.targets.items():
            if target >= 0:
                targets[row, index[code]] = float(target)
            elif code not in passage.unknown:
                targets[row, index[code]] = _DOUBTFUL
    return [passage.text for passage in passages], targets


def draw_passage(
    book: PhraseBook,
    sources: Mapping[NoteOrigin, tuple[SourceNote, ...]],
    rng: random.Random,
    length: int | None = None,
) -> TrainingPassage:
    """A written passage or an excerpt of a real note, of about ``length`` characters or any."""
    length = length or rng.randint(_SHORTEST, _LONGEST)
    corpus = rng.choices((None, *_SHARES), (_WRITTEN_SHARE, *_SHARES.values()))[0]
    if corpus is None or not sources[corpus]:
        return write_passage(book, rng, length)
    return draw_excerpt(sources[corpus], book, rng, length)
