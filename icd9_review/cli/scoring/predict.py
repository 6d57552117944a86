"""``python -m icd9_review predict NOTE…``: suggestions for files, without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icd9_review.cli.console import EXIT_MISTAKE, complain
from icd9_review.errors import InputError, NoteError
from icd9_review.suggestions import rank_all
from icd9_review.values import Scores, Suggestion

if TYPE_CHECKING:
    from icd9_review.notes import Intake

app = typer.Typer()


@app.command()
def predict(
    notes: Annotated[list[str], typer.Argument(help="Text files; - is standard input.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a note, for programs.")
    ] = False,
    threshold: Annotated[
        float | None,
        typer.Option(
            help="In place of the model folder's thresholds, between 0 and 1: of the raw "
            "probability, which --json gives beside the calibrated one."
        ),
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
    calibration = predictor.version.calibration
    # What the list goes by, so that it falls from line to line.
    by_shown = calibration is not None and calibration.reorders
    show = _as_json if as_json else partial(_as_table, by_shown=by_shown)
    refused = False
    for name in notes:
        if (intake := _take(name)) is None:
            refused = True
            continue
        scores = predictor.score(intake.note.text)
        found = _choose(rank_all(scores, predictor.version), threshold, every)
        typer.echo(show(name, intake, scores, found))
    if refused:
        raise typer.Exit(EXIT_MISTAKE)


def _take(name: str) -> Intake | None:
    """The note of a file; None after complaining about one that cannot be taken."""
    try:
        return _read_file(name)
    except NoteError as error:
        complain(str(error))
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
        # The judge belongs to the folder's own thresholds.
        ranked = [replace(each, threshold=threshold, demotion=None) for each in ranked]
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
                    "demoted": suggestion.demotion and suggestion.demotion.doubt,
                    "window": {"start": suggestion.window.start, "end": suggestion.window.end},
                }
                for suggestion in found
            ],
        }
    )


def _as_table(
    name: str, intake: Intake, scores: Scores, found: Sequence[Suggestion], *, by_shown: bool
) -> str:
    from icd9_review.codes import title

    share = scores.read / scores.length
    told = ", calibrated probabilities" if by_shown else ""
    lines = [f"{name}: {len(found)} codes, {share:.0%} of the note read{told}"]
    lines += [f"  note: {notice}" for notice in intake.notices]
    lines += [
        f"  {suggestion.code:<7} {suggestion.shown if by_shown else suggestion.probability:.2f}  "
        f"{title(suggestion.kind, suggestion.code) or '(not in version 32)'}"
        for suggestion in found
    ]
    return "\n".join(lines)
