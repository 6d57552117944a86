"""A model folder from a corpus, whole: prepare, train, fit, check, hand over.

Usage: ``python -m icd9_review train mimic``. Every stage leaves a file when it is done, and
the same command goes on after the last of them.
"""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from tqdm import tqdm
from transformers import set_seed

from icd9_review.errors import InputError, SettingsError
from icd9_review.model.folder.checkpoint import load_tokenizer, quiet
from icd9_review.model.folder.declarations import Windows
from icd9_review.model.folder.files import model_version
from icd9_review.model.folder.label_attention import NoteNetwork
from icd9_review.training.card_facts import CardRecord, Credits
from icd9_review.training.finetune.base import (
    BaseCheckpoint,
    find_base,
    load_attending_base,
    load_base,
    write_tokenizer,
)
from icd9_review.training.finetune.batches import Collator, Frame
from icd9_review.training.finetune.dataset import Split, WindowedNotes, read_corpus, window_notes
from icd9_review.training.finetune.energy import check_country
from icd9_review.training.finetune.facts import card_record
from icd9_review.training.finetune.folder import (
    SERVED,
    VALIDATION,
    fit_folder,
    score_notes,
    write_folder,
)
from icd9_review.training.finetune.laps import LapLog, total
from icd9_review.training.finetune.recipe import ModelHead, Recipe
from icd9_review.training.finetune.record import environment, training_figures
from icd9_review.training.finetune.run import Material, Trained, precision_here, train_model
from icd9_review.training.finetune.workplace import Workplace, read_json, replace_json
from icd9_review.training.mimic.corpus import Corpus, CorpusRequest, prepare_corpus
from icd9_review.training.progress import Report

_NEEDED = {"accelerate": "accelerate", "sklearn": "scikit-learn", "filelock": "filelock"}
_TRAIN = "train"


@dataclass(frozen=True, slots=True)
class FineTuning:
    """What to train: which corpus, how, into what folder; ``attribution`` is for the card."""

    output: Path
    recipe: Recipe
    corpus: CorpusRequest
    country: str | None = None
    attribution: Credits = field(default_factory=Credits)

    def request(self) -> dict[str, object]:
        """Everything that changes the result, as JSON holds it."""
        corpus = {name: value for name, value in asdict(self.corpus).items() if name != "output"}
        paths = {name: str(v.resolve()) for name, v in corpus.items() if isinstance(v, Path)}
        return {**corpus, **paths, **asdict(self.recipe)}


def fine_tune(job: FineTuning, report: Report) -> Path:
    """Train a model folder below the output folder and return it.

    Raises InputError for options that contradict each other or the run in the folder,
    ModelFolderError for the base, CorpusError for the notes, SettingsError where a package
    is missing. After a kill, the same job goes on from the last checkpoint.
    """
    check_packages()
    quiet()
    place = Workplace(job.output)
    with place.reserved(job.request()):
        if place.record.is_file():
            report(f"{place.model} is finished already; nothing was done")
            return place.model
        if not place.draft_record.is_file():
            _Run(job, place, report).make()
        _hand_over(place)
    report(f"{place.model} is finished; what was done is in {place.record}")
    return place.model


def check_packages() -> None:
    """Raise SettingsError where a package that training needs is not installed."""
    missing = [name for module, name in _NEEDED.items() if not importlib.util.find_spec(module)]
    if missing:
        raise SettingsError(
            f"training needs {', '.join(missing)}; run: pip install -r requirements-train.txt"
        )


def recipe_windows(recipe: Recipe, base: BaseCheckpoint) -> Windows:
    """The recipe's windows; raises InputError where the base has too few positions."""
    if recipe.length > base.positions:
        raise InputError(
            f"--length {recipe.length} is more than the {base.positions} positions of "
            f"{recipe.base}; set it to {base.positions} or less"
        )
    return recipe.windows


class _Run:
    """From the corpus to the fitted folder and its record, both still in the work folder."""

    def __init__(self, job: FineTuning, place: Workplace, report: Report) -> None:
        check_country(job.country)
        self._job = job
        self._place = place
        self._report = report
        self._precision = precision_here(job.recipe.precision)
        self._base = find_base(job.recipe.base, report)
        self._windows = recipe_windows(job.recipe, self._base)
        place.pin({"base_sha256": self._base.sha256})
        self._laps = LapLog(place.laps, job.country)

    def make(self) -> None:
        """Every stage that is not done yet."""
        try:
            corpus = prepare_corpus(self._job.corpus, self._report)
            self._place.pin({"corpus_key": corpus.key})
            train, validation = read_corpus(corpus.path, corpus.labels, (_TRAIN, VALIDATION))
            self._laps.lap("corpus", 0)
            if not self._place.trained.is_file():
                self._train(corpus.labels, train, validation)
            figures = self._fit(corpus.labels, validation)
            self._laps.lap("fitting", 0)
        finally:
            self._laps.stop()
        self._write_record(corpus, train, figures)

    def _train(self, labels: tuple[str, ...], train: Split, validation: Split) -> None:
        recipe, place = self._job.recipe, self._place
        write_tokenizer(self._base, place.tokenizer)
        tokenizer, special = load_tokenizer(place.tokenizer)

        def windowed(split: Split, name: str) -> WindowedNotes:
            texts = tqdm(split.texts(), f"cutting {name} notes", len(split))
            stem, limit = place.windows / name, recipe.window_limit
            return window_notes(split, stem, tokenizer, self._windows, limit, texts)

        material = Material(
            windowed(train, _TRAIN),
            windowed(validation, VALIDATION),
            Collator(Frame(*special), len(labels)),
        )
        self._laps.lap("windows", 0)
        self._report(
            f"training in {self._precision} on {len(train):,} notes, watched on "
            f"{len(validation):,}, {len(labels):,} codes"
        )
        set_seed(recipe.seed)
        model = self._fresh(labels, train.shares(len(labels)))
        trained = train_model(model, recipe, material, place.checkpoints, self._laps, self._report)
        examples = dict(zip(labels, train.counts(len(labels)), strict=True))
        write_folder(place.draft, model, place.tokenizer, self._windows, examples)
        replace_json(place.trained, asdict(trained))

    def _fresh(self, labels: tuple[str, ...], shares: list[float]) -> NoteNetwork:
        """The base with the head that is asked for."""
        if self._job.recipe.head is ModelHead.LABEL_ATTENTION:
            return load_attending_base(self._base, labels, shares, self._job.recipe.length)
        return load_base(self._base, labels, shares)

    def _fit(self, labels: tuple[str, ...], validation: Split) -> dict[str, object]:
        self._report("reading the validation notes whole, for thresholds and calibration")
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        texts = tqdm(validation.texts(), "reading validation notes", len(validation))
        logits = score_notes(self._place.draft, texts, device)
        return fit_folder(self._place.draft, logits, validation.truth(len(labels)), labels)

    def _write_record(self, corpus: Corpus, train: Split, figures: dict[str, object]) -> None:
        content = {
            "model_version": model_version(self._place.draft),
            "request": read_json(self._place.request),
            "encoder": self._base.config["model_type"],
            "precision": self._precision,
            "reading": {
                "trained": f"at most {self._job.recipe.window_limit} windows of a note",
                "served": SERVED[self._job.recipe.head],
            },
            "corpus": {
                "path": str(corpus.path.relative_to(self._place.output)),
                "counts": dict(corpus.counts),
                "labels": len(corpus.labels),
            },
            "labels_without_training_notes": train.shares(len(corpus.labels)).count(0),
            "training": training_figures(Trained(**read_json(self._place.trained))),
            "validation": figures,
            "used": {**total(self._place.laps), "country": self._job.country},
            **environment(),
        }
        card = card_record(content)
        facts = self._job.attribution.of(card.facts)
        CardRecord(facts, card.validation).write(self._place.draft)
        replace_json(self._place.draft_record, content)


def _hand_over(place: Workplace) -> None:
    """Give model and record their names, the record last; what they needed is removed.

    The model may be read by its owner alone: it may keep passages of the notes.
    """
    if place.draft.is_dir():
        place.draft.chmod(0o700)
        place.draft.rename(place.model)
    place.draft_record.rename(place.record)
    for folder in (place.checkpoints, place.windows, place.tokenizer):
        shutil.rmtree(folder, ignore_errors=True)
