"""A model folder trained further on signed charts, and both models measured on the same others.

Usage: ``python -m icd9_review train feedback``. The same command goes on where it was stopped, with
the charts that it began with. Codes, windows, thresholds, calibration and judge stay those of the
folder it began with: charts of one department are few, and what was fitted on more holds.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from transformers import set_seed

from icd9_review.errors import InputError, ModelFolderError
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote, read_labelled
from icd9_review.evaluation.side_by_side import SideBySide, measure_beside
from icd9_review.model.folder.check import Level, check_folder
from icd9_review.model.folder.checkpoint import load_model, load_tokenizer, quiet
from icd9_review.model.folder.files import (
    VERSIONED_FILES,
    WEIGHTS,
    ModelFolder,
    model_version,
    read_folder,
)
from icd9_review.model.folder.label_attention import NoteNetwork
from icd9_review.model.folder.numbers import NUMBERS
from icd9_review.quality.teaching import UNTAUGHT_WORDS
from icd9_review.training.feedback.card import write_further_card
from icd9_review.training.feedback.corpus import LessonFacts, facts_path
from icd9_review.training.finetune.batches import Collator, Frame
from icd9_review.training.finetune.build import check_packages
from icd9_review.training.finetune.dataset import Split, WindowedNotes, read_corpus, window_notes
from icd9_review.training.finetune.laps import LapLog, total
from icd9_review.training.finetune.recipe import Recipe
from icd9_review.training.finetune.record import environment, training_figures
from icd9_review.training.finetune.run import Material, precision_here, train_model
from icd9_review.training.finetune.workplace import Workplace, read_json, replace_json
from icd9_review.training.progress import Report
from icd9_review.values import LessonPart, Untaught

COMPARISON: Final = "comparison.json"
"""What both models do on the same charts, beside the new folder."""

_MOST_NAMED = 20  # encounters that a line names; run.json has all
_ADDED = ("examples.json",)  # beside what changes the output: it stays true of what came before

WriteCharts = Callable[[Collection[str], Path], LessonFacts]
"""Writes the charts for a model that knows these codes (``corpus.write_lessons``)."""


@dataclass(frozen=True, slots=True)
class FurtherTraining:
    """What to train further and how; ``test`` are labelled notes to measure on instead of charts.

    ``explained`` is how many codes the faithfulness of explanations is measured on, at most.
    """

    model: Path
    output: Path
    recipe: Recipe
    test: Path | None = None
    explained: int = 20

    def request(self) -> dict[str, object]:
        """Everything that changes the result, as JSON holds it."""
        measured = {"test": str(self.test), "explained": self.explained}
        return {**asdict(self.recipe), **measured, "model_version": model_version(self.model)}


def train_further(job: FurtherTraining, write: WriteCharts, report: Report) -> SideBySide:
    """Train the folder further below the output folder, and measure it beside the one before.

    Raises InputError where there are too few charts or the output folder holds another run,
    ModelFolderError, CorpusError, SettingsError where a package is missing.
    """
    check_packages()
    quiet()
    folder, place = read_folder(job.model), Workplace(job.output)
    corpus = place.work / "charts.jsonl"
    with place.reserved(job.request()):
        if not corpus.is_file():
            write(folder.version.labels, corpus)
        facts = read_json(facts_path(corpus))
        for line in describe_lessons(facts):
            report(line)
        if not place.model.is_dir():
            _train(job, folder, place, corpus, report)
        found = measure_beside(
            job.model, place.model, _frozen(job, corpus), explained=job.explained
        )
        _write_record(job, place, facts, found)
    return found


def describe_lessons(facts: Mapping[str, Any]) -> Iterable[str]:
    """What is learned from, and what is not and why, a line each."""
    for part, words in (
        (LessonPart.TRAIN, "charts to learn from"),
        (LessonPart.VALIDATION, "charts to stop by"),
        (LessonPart.TEST, "charts to measure with, which are never learned from"),
    ):
        audited = facts["audited"].get(part, 0)
        yield f"{facts['parts'].get(part, 0):,} {words}, {audited:,} of them settled by an audit"
    for why, encounters in facts["left"].items():
        named = ", ".join(encounters[:_MOST_NAMED]) + (", …" if encounters[_MOST_NAMED:] else "")
        yield f"left out, because {UNTAUGHT_WORDS[Untaught(why)]}: {named}"
    if unknown := facts["unknown"]:
        first = ", ".join(sorted(unknown, key=lambda code: (-unknown[code], code))[:_MOST_NAMED])
        yield f"codes that the model does not know and cannot learn: {len(unknown):,} ({first})"


def _frozen(job: FurtherTraining, corpus: Path) -> tuple[LabelledNote, ...]:
    """What both models are measured on."""
    if job.test is not None:
        return tuple(read_labelled(job.test))
    return tuple(read_labelled(corpus, LessonPart.TEST.value))


def _train(
    job: FurtherTraining, folder: ModelFolder, place: Workplace, corpus: Path, report: Report
) -> None:
    labels = folder.version.labels
    _check_enough(job, read_json(facts_path(corpus))["parts"])
    train, validation = read_corpus(corpus, labels, (LessonPart.TRAIN, LessonPart.VALIDATION))
    tokenizer, special = load_tokenizer(job.model)

    def windowed(split: Split, name: str) -> WindowedNotes:
        limit = job.recipe.window_limit
        return window_notes(split, place.windows / name, tokenizer, folder.windows, limit)

    collator = Collator(Frame(*special), len(labels))
    material = Material(windowed(train, "train"), windowed(validation, "validation"), collator)
    set_seed(job.recipe.seed)
    model = load_model(job.model)
    model.requires_grad_(True)
    laps = LapLog(place.laps, None)
    try:
        with redirect_stdout(sys.stderr):  # the Trainer's figures: the command's own are its output
            trained = train_model(model, job.recipe, material, place.checkpoints, laps, report)
    finally:
        laps.stop()
    _write_folder(job.model, place.draft, model)
    replace_json(place.trained, training_figures(trained))
    place.draft.chmod(0o700)  # it may keep passages of the notes
    place.draft.rename(place.model)
    for each in (place.checkpoints, place.windows):
        shutil.rmtree(each, ignore_errors=True)


def _check_enough(job: FurtherTraining, parts: Mapping[str, int]) -> None:
    needed = [each for each in LessonPart if each is not LessonPart.TEST or job.test is None]
    if all(parts.get(each) for each in needed):
        return
    have = ", ".join(f"{parts.get(each, 0):,} to {_USES[each]}" for each in needed)
    raise InputError(
        f"there are too few signed charts to train further: {have}; each needs one, and some "
        "hundreds are worth the while. Sign more charts"
        + ("" if job.test else ", or name labelled notes to measure on with --test")
    )


_USES = {
    LessonPart.TRAIN: "learn from",
    LessonPart.VALIDATION: "stop by",
    LessonPart.TEST: "measure with",
}


def _write_folder(before: Path, draft: Path, model: NoteNetwork) -> None:
    """The folder before with other weights; raises ModelFolderError where it would be refused."""
    shutil.rmtree(draft, ignore_errors=True)
    model.save_pretrained(draft)
    for name in (*VERSIONED_FILES, *_ADDED):
        # Smaller numbers were measured with the weights before.
        if name not in (WEIGHTS, NUMBERS) and (before / name).is_file():
            shutil.copyfile(before / name, draft / name)
    problems = [each.text for each in check_folder(draft) if each.level is Level.PROBLEM]
    if problems:
        raise ModelFolderError(f"the trained folder would be refused: {'; '.join(problems)}")


def _write_record(
    job: FurtherTraining, place: Workplace, facts: Mapping[str, Any], found: SideBySide
) -> None:
    record = {
        "model_version": found.after.version,
        "before": found.before.version,
        "request": read_json(place.request),
        "precision": precision_here(job.recipe.precision),
        "charts": facts,
        "training": read_json(place.trained),
        "used": total(place.laps),
        **environment(),
    }
    replace_json(job.output / COMPARISON, found.to_json())
    write_further_card(job.model, place.model, record, found)
    replace_json(place.record, record)
