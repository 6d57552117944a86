"""``python -m icd9_review bench``: how fast this machine predicts and explains."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from icd9_review.errors import InputError

app = typer.Typer()


@app.command("bench")
def bench(
    as_json: Annotated[
        str, typer.Option("--json", help="Also write the figures: a file, or - for this instead.")
    ] = "",
    notes: Annotated[int, typer.Option(min=1, help="How many notes are predicted.")] = 200,
    explained: Annotated[int, typer.Option(min=1, help="How many of them are explained.")] = 3,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Cores to take; else all that PyTorch takes.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help="A model folder; else that of ICD9_REVIEW_MODEL.")
    ] = None,
    base: Annotated[
        bool, typer.Option("--base", help="A BERT-base of random weights instead of a model.")
    ] = False,
) -> None:
    """Measure prediction and explanation against the stock way, in one run of some minutes.

    Reads notes of ICD9_REVIEW_REFERENCE_DATA where that is set, else notes of its own. Leave
    the machine alone meanwhile: ours and theirs take turns, but noise widens every ratio.
    """
    if base and model:
        raise InputError("--base makes a model of its own; leave out --model")
    from icd9_review.benchmark.base import base_predictor
    from icd9_review.benchmark.report import Plan, run_bench, table
    from icd9_review.logs import configure_logs
    from icd9_review.model.reading.predictor import load_predictor
    from icd9_review.model.reading.threads import use_threads
    from icd9_review.settings import Settings

    configure_logs()  # to standard error: the figures may be read by a program
    if threads:
        use_threads(threads)
    predictor = base_predictor() if base else load_predictor(model)
    run = run_bench(predictor, Plan(notes, explained, Settings().reference_data))
    figures = json.dumps(run.as_json(), indent=1)
    if as_json == "-":
        typer.echo(figures)
        return
    typer.echo(table(run))
    if as_json:
        try:
            Path(as_json).write_text(figures + "\n", "utf-8")
        except OSError as error:
            raise InputError(f"{as_json}: {error.strerror}") from None
