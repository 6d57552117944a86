"""``python -m icd9_review quality audit …``: second reviews, and what they say of the coding."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from icd9_review.cli.console import open_store
from icd9_review.cli.quality.looking import tell_figures_read
from icd9_review.quality.audit_rules import STATUS_OF_AUDIT
from icd9_review.values import AuditStatus

_TARGET = 0.95

app = typer.Typer(name="audit", no_args_is_help=True, help="Second reviews of what was signed.")


@app.command("list")
def list_audits(
    status: Annotated[
        list[AuditStatus] | None, typer.Option(help="Only what stands so; may be repeated.")
    ] = None,
    by_disagreement: Annotated[
        bool,
        typer.Option(
            "--by-disagreement",
            help="Most differences first; a changed principal diagnosis counts twice.",
        ),
    ] = False,
) -> None:
    """The last audits, the newest first: label, encounter, state, coder, auditor, differences.

    The coder of a blind audit stands there once it is closed.
    """
    from icd9_review.store.auditing.audits import audits, count_audits
    from icd9_review.store.users import names, system_user

    with closing(open_store()) as database:
        people = names(database)
        statuses, actor = tuple(status or ()), system_user(database)
        found = audits(database, statuses, by_disagreement=by_disagreement, actor=actor)
        for each in found:
            coder = "blind" if each.signer is None else people[each.signer]
            told = (each.label, each.encounter, STATUS_OF_AUDIT[each.status], coder)
            typer.echo("\t".join((*told, people[each.auditor], f"{each.differences} differences")))
        if (more := count_audits(database, statuses, actor=actor) - len(found)) > 0:
            typer.echo(f"… and {more:,} more")


@app.command("figures")
def print_figures(
    sample: Annotated[int | None, typer.Option(help="Only of the sample with this number.")] = None,
    target: Annotated[
        float, typer.Option(min=0, max=1, help="The accuracy to reach, as a share.")
    ] = _TARGET,
    formulas: Annotated[bool, typer.Option(help="Print how each figure is worked out.")] = False,
) -> None:
    """Accuracy by final audits, for each coder, and where the differences come from."""
    from icd9_review.quality.accuracy import FORMULAS
    from icd9_review.quality.audit_words import (
        describe_causes,
        describe_figures,
        describe_uncounted,
    )
    from icd9_review.quality.causes import sum_causes
    from icd9_review.store.auditing.audits import accuracy_by_coder
    from icd9_review.store.auditing.cause_figures import causes_by_coder
    from icd9_review.store.users import names, system_user

    with closing(open_store()) as database:
        people = names(database)
        tell_figures_read(database, "second_review", {"sample": sample})
        actor = system_user(database)
        found = accuracy_by_coder(database, sample, actor=actor)
        causes = {each.coder: each for each in causes_by_coder(database, sample, actor=actor)}
        if not found:
            typer.echo("No audit is final yet.")
        for each in found:
            typer.echo(people[each.coder])
            for line in describe_figures(each.figures, target):
                typer.echo(f"    {line}")
            typer.echo(f"    {describe_causes(causes[each.coder].causes)}")
        if found:
            whole = sum_causes(each.causes for each in causes.values())
            typer.echo(f"all coders: {describe_causes(whole)}")
        if uncounted := sum(each.uncounted for each in causes.values()):
            typer.echo(describe_uncounted(uncounted))
        for name, formula in FORMULAS.items() if formulas else ():
            typer.echo(f"{name}: {formula}")


@app.command("rebuild")
def rebuild() -> None:
    """Work out again from the ledger where audits stand; what they say does not change."""
    from icd9_review.store.auditing.audit_rows import rebuild_audits

    with closing(open_store()) as database:
        typer.echo(f"audits: {rebuild_audits(database)}")
