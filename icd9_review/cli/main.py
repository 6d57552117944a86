"""The command line: ``python -m icd9_review …``.

A thin list of commands, each of which imports what it needs when it runs. A mistake in
what was given is one line on standard error and exit code 2.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icd9_review.cli import bench, codes, intake, worker
from icd9_review.cli import evaluation as evaluation
from icd9_review.cli import training as training
from icd9_review.errors import InputError, NoteError, ReviewError
from icd9_review.suggestions import rank
from icd9_review.values import Format, Kind, Scores, Suggestion

if TYPE_CHECKING:
    from icd9_review.evaluation.readings import Scorer
    from icd9_review.notes import Intake
    from icd9_review.store.database.engine import Database

EXIT_PROBLEMS = 1
EXIT_MISTAKE = 2

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Review of model-proposed ICD-9-CM codes. Assists coding; not for diagnosis.",
)
model_app = typer.Typer(no_args_is_help=True, help="Check and convert model folders.")
export_app = typer.Typer(no_args_is_help=True, help="Write what is stored to a file.")
ledger_app = typer.Typer(no_args_is_help=True, help="Look after the ledger of events.")
app.add_typer(model_app, name="model")
app.add_typer(export_app, name="export")
app.add_typer(ledger_app, name="ledger")
app.add_typer(training.app, name="train")
app.add_typer(codes.app, name="codes")
intake.register(app)
worker.register(app)
bench.register(app)


def _load_baseline(folder: Path) -> Scorer:
    from icd9_review.training.baseline.folder import load_baseline

    return load_baseline(folder)


evaluation.register(app, _load_baseline)


def main() -> None:
    """Run a command; errors raised on purpose end in one line instead of a traceback."""
    try:
        app()
    except ReviewError as error:
        _complain(str(error))
        sys.exit(EXIT_MISTAKE)
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # its message and its traceback may quote a note
        last = traceback.extract_tb(error.__traceback__)[-1]
        _complain(f"unexpected {type(error).__name__} at {Path(last.filename).name}:{last.lineno}")
        sys.exit(EXIT_MISTAKE)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8501,
) -> None:
    """Start the app and say where it is."""
    from icd9_review.ui.serving.server import serve as serve_app

    serve_app(host=host, port=port)


@app.command()
def predict(
    notes: Annotated[list[str], typer.Argument(help="Text files; - is standard input.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a note, for programs.")
    ] = False,
    threshold: Annotated[
        float | None,
        typer.Option(help="In place of the model folder's thresholds, between 0 and 1."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every code the model knows, whatever the threshold.")
    ] = False,
) -> None:
    """Suggest codes for notes, most probable first, with the model of ICD9_REVIEW_MODEL."""
    from icd9_review.model.reading.predictor import load_predictor

    if every and threshold is not None:
        raise InputError("--all shows every code; leave out --threshold")
    if threshold is not None and not 0 <= threshold <= 1:
        raise InputError(f"--threshold is between 0 and 1, not {threshold}")
    predictor = load_predictor()
    show = _as_json if as_json else _as_table
    refused = False
    for name in notes:
        if (intake := _take(name)) is None:
            refused = True
            continue
        scores = predictor.score(intake.note.text)
        found = _choose(rank(scores, predictor.version), threshold, every)
        typer.echo(show(name, intake, scores, found))
    if refused:
        raise typer.Exit(EXIT_MISTAKE)


@model_app.command()
def check(
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


@model_app.command()
def convert(
    folder: Annotated[Path, typer.Argument(help="A folder with a fine-tuned classifier.")],
    output: Annotated[Path, typer.Option(help="The new model folder; it must not exist.")],
    kind: Annotated[
        Kind | None, typer.Option(help="What the codes are; needed where they have no dots.")
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option(help="A text file with one code a line, in the order of the outputs."),
    ] = None,
) -> None:
    """Make a model folder of a checkpoint with a pickle, undotted labels or only a vocab.txt."""
    from icd9_review.model.folder.convert import Conversion, convert_folder

    version = convert_folder(Conversion(folder, output, kind, labels))
    typer.echo(f"{output}: {len(version.labels):,} codes, version {version.version}")


@model_app.command()
def reliability(
    folder: Annotated[Path, typer.Argument(help="The model folder; it gets reliability.json.")],
    data: Annotated[
        Path, typer.Option(help="Labelled notes the model has not seen (.jsonl, .jsonl.gz).")
    ],
    split: Annotated[
        str | None, typer.Option(help="Only the notes of this split of the file.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="What the notes are, for people; else file and split.")
    ] = None,
) -> None:
    """Measure how often the model's probabilities hold, and write it into its folder."""
    from icd9_review.evaluation.reliability import read_and_measure, write_reliability

    found = read_and_measure(folder, data, split, name)
    write_reliability(folder, found)
    typer.echo(
        f"{folder / 'reliability.json'}: all codes together in {len(found.all)} bins, "
        f"{len(found.codes):,} by themselves; measured on {found.split}"
    )


@model_app.command()
def card(
    folder: Annotated[Path, typer.Argument(help="A model folder that train mimic wrote.")],
    evaluation: Annotated[
        Path | None, typer.Option(help="The evaluation.json of this model, for its figures.")
    ] = None,
    developer: Annotated[str | None, typer.Option(help="Who made the model.")] = None,
    license: Annotated[str | None, typer.Option(help="Its licence, by name or in words.")] = None,
    citation: Annotated[str | None, typer.Option(help="How to cite it.")] = None,
    contact: Annotated[str | None, typer.Option(help="Where to ask about it.")] = None,
) -> None:
    """Write a folder's model card again, with the figures of an evaluation."""
    from icd9_review.training.card_facts import Attribution, rewrite_card

    rewrite_card(folder, evaluation, Attribution(developer, license, citation, contact))
    typer.echo(f"{folder / 'README.md'} is written")


@export_app.command("decisions")
def export_decisions(
    format: Annotated[Format, typer.Option(help="csv for spreadsheets, jsonl for programs.")],
    output: Annotated[
        Path | None, typer.Option(help="A file that does not exist yet; else standard output.")
    ] = None,
    only_decided: Annotated[
        bool, typer.Option("--only-decided", help="Leave out suggestions nobody decided on.")
    ] = False,
) -> None:
    """One row for each encounter and code, with verdict, reason, person, time and probability."""
    from icd9_review.export.decisions import export_decisions as write
    from icd9_review.store.users import system_user

    database = _open_store()
    try:
        with output.open("xb") if output else nullcontext(sys.stdout.buffer) as stream:
            count = write(
                database, format, stream, actor=system_user(database), only_decided=only_decided
            )
    except OSError as error:
        raise InputError(f"{output or 'standard output'}: {error.strerror}") from None
    typer.echo(f"{count:,} rows", err=True)


@ledger_app.command()
def verify() -> None:
    """Check every stream of the ledger; the exit code is 1 where one does not verify."""
    from icd9_review.store.ledger.verification import verify as find_breaks

    findings = find_breaks(_open_store())
    for finding in findings:
        typer.echo(f"{finding.stream} {finding.sequence or ''}: {finding.problem}")
    if findings:
        raise typer.Exit(EXIT_PROBLEMS)
    typer.echo("every stream verifies")


def _open_store() -> Database:
    """The database of the settings, brought up to date."""
    from icd9_review.settings import Settings
    from icd9_review.store.database.engine import open_database
    from icd9_review.store.database.migrations import upgrade

    database = open_database(Settings().database)
    upgrade(database)
    return database


def _take(name: str) -> Intake | None:
    """The note of a file; None after complaining about one that cannot be taken."""
    try:
        return _read_file(name)
    except NoteError as error:
        _complain(str(error))
        return None


def _read_file(name: str) -> Intake:
    from icd9_review.notes import decode_file

    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise NoteError(f"{name} cannot be read: {error.strerror}") from None
    return decode_file(data, "standard input" if name == "-" else name)


def _choose(ranked: Sequence[Suggestion], threshold: float | None, every: bool) -> list[Suggestion]:
    if threshold is not None:
        ranked = [replace(suggestion, threshold=threshold) for suggestion in ranked]
    return [suggestion for suggestion in ranked if every or suggestion.suggested]


def _as_json(name: str, intake: Intake, scores: Scores, found: Sequence[Suggestion]) -> str:
    """One object on one line; offsets are code points of the note as intake reads it."""
    from icd9_review.codes import title

    return json.dumps(
        {
            "file": name,
            "model_version": scores.model_version,
            "length": scores.length,
            "read": scores.read / scores.length,
            "notices": intake.notices,
            "suggestions": [
                {
                    "code": suggestion.code,
                    "kind": suggestion.kind,
                    "title": title(suggestion.kind, suggestion.code),
                    "probability": suggestion.probability,
                    "calibrated": suggestion.calibrated,
                    "threshold": suggestion.threshold,
                    "window": {"start": suggestion.window.start, "end": suggestion.window.end},
                }
                for suggestion in found
            ],
        }
    )


def _as_table(name: str, intake: Intake, scores: Scores, found: Sequence[Suggestion]) -> str:
    from icd9_review.codes import title

    share = scores.read / scores.length
    lines = [f"{name}: {len(found)} codes, {share:.0%} of the note read"]
    lines += [f"  note: {notice}" for notice in intake.notices]
    lines += [
        f"  {suggestion.code:<7} {suggestion.probability:.2f}  "
        f"{title(suggestion.kind, suggestion.code) or '(not in version 32)'}"
        for suggestion in found
    ]
    return "\n".join(lines)


def _complain(message: str) -> None:
    typer.echo(f"error: {' '.join(message.split())}", err=True)
