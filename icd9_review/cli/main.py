"""The command line: ``python -m icd9_review …``.

A module for each noun, whose commands import what they need when they run. A mistake in
what was given is one line on standard error and exit code 2.
"""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import typer

from icd9_review.cli import (
    codes,
    db,
    export,
    intake,
    ledger,
    retention,
    serve,
    worker,
)
from icd9_review.cli.console import EXIT_MISTAKE, complain
from icd9_review.cli.models import model
from icd9_review.cli.people import teams, tokens, users, webhooks
from icd9_review.cli.quality import command as quality
from icd9_review.cli.scoring import batch, predict
from icd9_review.errors import ReviewError

# Rooms that a deployment may leave out, and the module with their commands.
_LABORATORY = {"training": "train", "evaluation": "evaluate", "benchmark": "bench"}

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Review of model-proposed ICD-9-CM codes. Assists coding; not for diagnosis.",
)
for commands in (
    *(serve, predict, model, intake, worker, codes, export, users, teams, ledger, db),
    *(retention, quality, batch, tokens, webhooks),
):
    app.add_typer(commands.app)
for room, name in _LABORATORY.items():
    if find_spec(f"icd9_review.{room}") is not None:
        app.add_typer(import_module(f"icd9_review.cli.{name}").app)


def main() -> None:
    """Run a command; errors raised on purpose end in one line instead of a traceback."""
    try:
        app()
    except ReviewError as error:
        complain(str(error))
        sys.exit(EXIT_MISTAKE)
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except ModuleNotFoundError as error:
        complain(f"this command needs {error.name}, which this installation leaves out")
        sys.exit(EXIT_MISTAKE)
    except Exception as error:  # its message and its traceback may quote a note
        last = traceback.extract_tb(error.__traceback__)[-1]
        complain(f"unexpected {type(error).__name__} at {Path(last.filename).name}:{last.lineno}")
        sys.exit(EXIT_MISTAKE)
