"""``python -m icd9_review model …``: look after model folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icd9_review.cli.console import EXIT_PROBLEMS
from icd9_review.cli.models import known_models
from icd9_review.model.folder.numbers import SmallNumbers
from icd9_review.values import Kind

if TYPE_CHECKING:
    from icd9_review.evaluation.judge_fitting import Weighed

app = typer.Typer(
    name="model",
    no_args_is_help=True,
    help="Check, convert, fit and describe model folders, and say which model is in use.",
)
app.add_typer(known_models.app)


_Split = Annotated[str | None, typer.Option(help="Only the notes of this split of the file.")]
_NotesName = Annotated[
    str | None, typer.Option(help="What the notes are, for people; else file and split.")
]


@app.command("check")
def check_model(
    folder: Annotated[Path, typer.Argument(help="The model folder.")],
) -> None:
    """Say what is good and what is wrong with a model folder, and how to mend it.

    The exit code is 1 where the app would refuse the folder.
    """
    from icd9_review.model.folder.check import Level, check_folder

    remarks = check_folder(folder)
    for remark in remarks:
        typer.echo(f"{remark.level:<8} {remark.text}")
    if any(remark.level is Level.PROBLEM for remark in remarks):
        raise typer.Exit(EXIT_PROBLEMS)


@app.command()
def convert(
    folder: Annotated[Path, typer.Argument(help="A folder with a fine-tuned classifier.")],
    output: Annotated[Path, typer.Option(help="The new model folder; it must not exist.")],
    kind: Annotated[
        Kind | None,
        typer.Option(help="What the codes are, where they have no dots and are all of one kind."),
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option(
            help="A text file with one code a line, in the order of the outputs; without its dot "
            "a code may be followed by its kind (9604 procedure)."
        ),
    ] = None,
    length: Annotated[
        int | None,
        typer.Option(
            help="Word pieces in a window, the special ones included; up to the model's positions."
        ),
    ] = None,
) -> None:
    """Make a model folder of a checkpoint with a pickle, undotted labels or only a vocab.txt."""
    from icd9_review.model.folder.convert import Conversion, convert_folder
    from icd9_review.model.folder.labels import count_kinds

    version = convert_folder(Conversion(folder, output, kind, labels, length))
    typer.echo(f"{output}: {count_kinds(version.kinds)}, version {version.version}")


@app.command("fit")
def fit_model(
    folder: Annotated[
        Path,
        typer.Argument(help="The model folder; it gets thresholds.json and calibration.json."),
    ],
    data: Annotated[
        Path,
        typer.Option(help="Labelled notes that neither trained nor test it (.jsonl, .jsonl.gz)."),
    ],
    split: _Split = None,
    name: _NotesName = None,
    by_frequency: Annotated[
        bool,
        typer.Option(
            "--by-frequency",
            help="By bucket: codes of one kind that are about as frequent in examples.json.",
        ),
    ] = False,
    judge: Annotated[
        bool,
        typer.Option("--judge", help="And a second judge, above lowered thresholds (judge.json)."),
    ] = False,
) -> None:
    """Fit thresholds and calibration on labelled notes; the folder becomes another version."""
    from icd9_review.evaluation.fitting import read_and_fit, write_fit
    from icd9_review.evaluation.judge_fitting import add_judge
    from icd9_review.evaluation.labelled.sources import LabelSource, read_source

    found, where = read_and_fit(folder, data, split, name, frequency=by_frequency)
    write_fit(folder, found, where)
    of_buckets = f", {len(found.lines):,} buckets with their own" if by_frequency else ""
    typer.echo(
        f"{folder}: threshold {found.thresholds.global_:.2f}{of_buckets}, "
        f"{len(found.thresholds.per_code):,} codes with their own; fitted on {where}"
    )
    if judge:
        fitted = add_judge(folder, tuple(read_source(LabelSource(data, split))), where)
        typer.echo(f"{folder / 'judge.json'}: {_describe(fitted.diagnoses, 'diagnoses')}")
        if fitted.procedures is None:
            typer.echo("procedures are not judged: there are fewer than 50 right or 50 wrong ones")
        else:
            typer.echo(_describe(fitted.procedures, "procedures"))


@app.command("reliability")
def add_reliability(
    folder: Annotated[Path, typer.Argument(help="The model folder; it gets reliability.json.")],
    data: Annotated[
        Path, typer.Option(help="Labelled notes the model has not seen (.jsonl, .jsonl.gz).")
    ],
    split: _Split = None,
    name: _NotesName = None,
    kind: Annotated[
        Kind | None, typer.Option(help="The notes were labelled with codes of this kind only.")
    ] = None,
) -> None:
    """Measure how often the model's probabilities hold, and write it into its folder."""
    from icd9_review.evaluation.reliability import read_and_measure, write_reliability

    found = read_and_measure(folder, data, split, name, kind)
    write_reliability(folder, found)
    typer.echo(
        f"{folder / 'reliability.json'}: all codes together in {len(found.all)} bins, "
        f"{len(found.codes):,} by themselves; measured on {found.split}"
    )


@app.command("quantise")
def quantise_model(
    folder: Annotated[Path, typer.Argument(help="The model folder, in fp32.")],
    notes: Annotated[
        Path, typer.Option(help="Notes as JSON lines with a text each (.jsonl, .jsonl.gz).")
    ],
    output: Annotated[Path, typer.Option(help="The new model folder; it must not exist.")],
    numbers: Annotated[
        SmallNumbers, typer.Option(help="int8 (processors), bf16, or fp16 (GPUs).")
    ] = SmallNumbers.INT8,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Cores to take; else all that PyTorch takes.")
    ] = None,
) -> None:
    """Write a folder that predicts in smaller numbers, if nothing comes out otherwise here.

    On 1,000 notes no code may change the side of its threshold, and the first fifteen suggestions
    keep their order; else fp32 stays, the reason is said and the exit code is 1.
    """
    from icd9_review.benchmark.gate import Quantising, quantise
    from icd9_review.logs import configure_logs
    from icd9_review.model.reading.predictor import load_predictor
    from icd9_review.model.reading.threads import use_threads

    configure_logs()  # to standard error
    if threads:
        use_threads(threads)
    job = Quantising(folder, numbers, notes, output)
    found = quantise(job, load_predictor(folder), lambda line: typer.echo(line, err=True))
    typer.echo(found.describe(numbers))
    if not found.holds:
        typer.echo(f"{output} is not written: what people see would change, so fp32 stays")
        raise typer.Exit(EXIT_PROBLEMS)
    typer.echo(f"{output} is written, a model version of its own for this processor")


@app.command()
def card(
    folder: Annotated[Path, typer.Argument(help="A model folder that model check accepts.")],
    evaluation: Annotated[
        Path | None, typer.Option(help="The evaluation.json of this model, for its figures.")
    ] = None,
    developer: Annotated[str | None, typer.Option(help="Who made the model.")] = None,
    license: Annotated[str | None, typer.Option(help="Its licence, by name or in words.")] = None,
    citation: Annotated[str | None, typer.Option(help="How to cite it.")] = None,
    contact: Annotated[str | None, typer.Option(help="Where to ask about it.")] = None,
    name: Annotated[
        str | None, typer.Option(help="What it is called, where no training here recorded it.")
    ] = None,
    base: Annotated[
        str | None, typer.Option(help="What was fine-tuned, where that was not recorded.")
    ] = None,
    trained_on: Annotated[
        list[str] | None,
        typer.Option(help="What it was trained on, where that was not recorded; may be repeated."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Also over a README.md that is by somebody else.")
    ] = False,
) -> None:
    """Write a folder's model card, or write it again with the figures of an evaluation."""
    from icd9_review.training.card_facts import Credits, rewrite_card

    given = Credits(developer, license, citation, contact, name, base, tuple(trained_on or ()))
    rewrite_card(folder, evaluation, given, replace=replace)
    typer.echo(f"{folder / 'README.md'} is written")


def _describe(found: Weighed, kind: str) -> str:
    """What a judge did to codes of a kind that it was not fitted on."""
    return (
        f"of {found.candidates:,} {kind} above their thresholds {found.right:,} are right; "
        f"it demotes {found.demoted:,}, {found.demoted_right:,} of them right (cross-validated by "
        "note)"
    )
