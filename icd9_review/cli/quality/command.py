"""The noun ``quality``, put together of its parts."""

from __future__ import annotations

import typer

from icd9_review.cli.quality import audit, gold, outcomes, sample, second
from icd9_review.cli.quality.agreement import agreement

app = typer.Typer(name="quality", no_args_is_help=True, help="Second review, and figures of it.")
app.add_typer(sample.app)
app.add_typer(audit.app)
app.add_typer(gold.app)
app.add_typer(second.app)
app.command()(agreement)
app.command("outcomes")(outcomes.show_outcomes)
app.command("recount")(outcomes.recount_outcomes)
