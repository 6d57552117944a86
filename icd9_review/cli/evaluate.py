"""``python -m icd9_review evaluate``; it imports what it needs when it runs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from icd9_review.errors import InputError
from icd9_review.values import Kind

RESULT = "evaluation.json"
REPORT = "report.html"

app = typer.Typer()


@app.command("evaluate")
def evaluate_model(
    model: Annotated[Path, typer.Argument(help="The model folder.")],
    data: Annotated[
        Path, typer.Option(help="Labelled notes (.jsonl, .jsonl.gz), or MDACE's JSON folder.")
    ],
    split: Annotated[
        str | None, typer.Option(help="Only the notes of this split of the file.")
    ] = None,
    noteevents: Annotated[
        Path | None, typer.Option(help="With MDACE: NOTEEVENTS.csv of MIMIC-III.")
    ] = None,
    admissions: Annotated[
        Path | None, typer.Option(help="With MDACE: only these, a file of one HADM_ID a line.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help=f"The folder that gets {RESULT} and {REPORT}.")
    ] = None,
    labelled_by: Annotated[
        str | None, typer.Option(help="Who labelled the notes, for the report and the card.")
    ] = None,
    kind: Annotated[
        Kind | None,
        typer.Option(help="The notes were labelled with codes of this kind only."),
    ] = None,
    training_split: Annotated[
        str | None,
        typer.Option(help="Count how rare a code is in this split of the same file."),
    ] = None,
    terms: Annotated[
        list[Path] | None,
        typer.Option(help="Measure a dictionary of these phrases too (code, source, phrase)."),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="Measure this folder of train baseline too.")
    ] = None,
    beside: Annotated[
        Path | None, typer.Option(help="Measure this model folder too, under its name.")
    ] = None,
    pairs: Annotated[
        str | None,
        typer.Option(help="Measure minimal pairs too: own, the project's, or a file of them."),
    ] = None,
    pair_notes: Annotated[
        list[Path] | None,
        typer.Option(help="Texts that pairs are made of, where --data lacks them."),
    ] = None,
    explanations: Annotated[
        bool, typer.Option("--explanations", help="Measure explanations too (slow).")
    ] = False,
    explanations_limit: Annotated[
        int | None, typer.Option(help="Explain so many of the found codes, drawn by lot.")
    ] = None,
    steadiness: Annotated[
        bool,
        typer.Option("--steadiness", help="Measure whether suggestions stay as notes change."),
    ] = False,
    steadiness_limit: Annotated[
        int | None, typer.Option(help="Change so many of the notes, drawn by lot.")
    ] = None,
    draws: Annotated[int, typer.Option(help="Draws of the bootstrap intervals.")] = 1000,
    seed: Annotated[int, typer.Option(help="Of everything drawn at random.")] = 9,
    fewest: Annotated[int, typer.Option(help="Groups with fewer notes are suppressed.")] = 10,
) -> None:
    """Measure a model on labelled notes; docs/evaluation.md says what the figures mean."""
    from icd9_review.evaluation.labelled.sources import LabelSource
    from icd9_review.evaluation.run import EvaluationRequest, run
    from icd9_review.training.baseline.folder import load_baseline

    request = EvaluationRequest(
        model=model,
        source=LabelSource(data, split, noteevents, admissions),
        labelled_by=labelled_by,
        kind=kind,
        training_split=training_split,
        terms=tuple(terms or ()),
        baseline=None if baseline is None else load_baseline(baseline),
        beside=beside,
        pairs=pairs,
        pair_notes=tuple(pair_notes or ()),
        explanations=explanations,
        explanations_limit=explanations_limit,
        steadiness=steadiness,
        steadiness_limit=steadiness_limit,
        draws=draws,
        seed=seed,
        fewest=fewest,
    )
    if output is not None:
        _make_private(output)
    found = run(request, lambda line: typer.echo(line, err=True)).to_json()
    for line in figure_lines(found):
        typer.echo(line)
    if output is not None:
        _write(found, output)
        typer.echo(f"the figures are in {output}", err=True)


def figure_lines(evaluation: Mapping[str, Any]) -> Iterator[str]:
    """The tables of an evaluation, those of the report and the card, as lines."""
    from icd9_review.evaluation.report.explanation_tables import checks_sentences
    from icd9_review.evaluation.report.tables import measured_tables, strikes_sentence

    model, data = evaluation["model"], evaluation["data"]
    where = data["file"] + (f", split {data['split']}" if data["split"] else "")
    yield f"{model['name']} ({model['codes']:,} codes) on {data['notes']:,} notes of {where}"
    yield "In brackets 95 % intervals."
    for _, table in measured_tables(evaluation):
        yield ""
        yield table.title.upper()
        yield from table.to_lines()
    if (sentence := strikes_sentence(evaluation)) is not None:
        yield f"\n{sentence}"
    yield from checks_sentences(evaluation)


def _make_private(folder: Path) -> None:
    """A new folder for its owner alone: figures by code may give a patient away."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--output {folder} cannot be written: {error.strerror}") from None


def _write(evaluation: dict[str, Any], folder: Path) -> None:
    """The figures first: the report needs packages that may be missing."""
    from icd9_review.evaluation.report.page import write_report

    try:
        content = json.dumps(evaluation, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        (folder / RESULT).write_text(content, encoding="utf-8")
    except OSError as error:
        raise InputError(f"--output {folder} cannot be written: {error.strerror}") from None
    write_report(evaluation, folder / REPORT)
