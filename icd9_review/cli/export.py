"""``python -m icd9_review export …``: write what is stored to a file."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from icd9_review.cli.console import open_store
from icd9_review.errors import InputError
from icd9_review.values import Format

app = typer.Typer(name="export", no_args_is_help=True, help="Write what is stored to a file.")


@app.command("decisions")
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

    database = open_store()
    try:
        with output.open("xb") if output else nullcontext(sys.stdout.buffer) as stream:
            count = write(
                database, format, stream, actor=system_user(database), only_decided=only_decided
            )
    except OSError as error:
        raise InputError(f"{output or 'standard output'}: {error.strerror}") from None
    typer.echo(f"{count:,} rows", err=True)
