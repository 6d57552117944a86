"""``python -m icd9_review serve``: the app."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer()


@app.command("serve")
def serve_app(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8501,
) -> None:
    """Start the app and say where it is."""
    from icd9_review.ui.serving.server import serve

    serve(host=host, port=port)
