"""``python -m icd9_review ledger …``: look after the ledger of events."""

from __future__ import annotations

import typer

from icd9_review.cli.console import EXIT_PROBLEMS, open_store

app = typer.Typer(name="ledger", no_args_is_help=True, help="Look after the ledger of events.")


@app.command("verify")
def verify_ledger() -> None:
    """Check every stream of the ledger; the exit code is 1 where one does not verify."""
    from icd9_review.store.ledger.verification import verify as find_breaks

    findings = find_breaks(open_store())
    for finding in findings:
        typer.echo(f"{finding.stream} {finding.sequence or ''}: {finding.problem}")
    if findings:
        raise typer.Exit(EXIT_PROBLEMS)
    typer.echo("every stream verifies")
