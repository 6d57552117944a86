"""``python -m icd9_review quality second …``: second coders where two agree too little."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Annotated

import typer

from icd9_review.cli.console import open_store
from icd9_review.values import GroupLevel

app = typer.Typer(
    name="second", no_args_is_help=True, help="Second coders, asked for where two agree too little."
)


@app.command("show")
def show_seconds() -> None:
    """The rule in force, the pairs that agree too little by it, and what was asked for."""
    from icd9_review.quality.second.second_words import (
        describe_group,
        describe_second_rule,
        describe_seconding,
    )
    from icd9_review.store.recoding.seconds import second_codings, second_plan, second_rule
    from icd9_review.store.users import names, system_user

    with closing(open_store()) as database:
        by, people = system_user(database), names(database)
        rule = second_rule(database, actor=by)
        plan = second_plan(database, rule, actor=by)
        asked = second_codings(database, actor=by)
    typer.echo(describe_second_rule(rule))
    for each in plan.low:
        typer.echo(describe_group(each))
    if plan.message:
        typer.echo(plan.message)
    for one in asked:
        told = (one.encounter, one.twin, people[one.coder], one.group or "by hand")
        typer.echo("\t".join((*told, describe_seconding(one))))


@app.command("set")
def set_rule(
    active: Annotated[
        bool | None, typer.Option("--on/--off", help="Whether anybody is asked by itself.")
    ] = None,
    least: Annotated[
        float | None, typer.Option(help="Ask below this positive agreement, a share.")
    ] = None,
    level: Annotated[GroupLevel | None, typer.Option(help="What is a group of codes.")] = None,
    fewest: Annotated[
        int | None, typer.Option(help="Encounters of the pair with the group, at least.")
    ] = None,
    per_day: Annotated[int | None, typer.Option(help="At most so many in 24 hours.")] = None,
    per_week: Annotated[int | None, typer.Option(help="At most so many in seven days.")] = None,
) -> None:
    """Set when a second coder is asked for; what is not given stays."""
    from icd9_review.quality.second.second_words import describe_second_rule
    from icd9_review.store.recoding.seconds import second_rule, set_second_rule
    from icd9_review.store.users import system_user

    given = {
        "active": active,
        "least": least,
        "level": level,
        "fewest": fewest,
        "per_day": per_day,
        "per_week": per_week,
    }
    with closing(open_store()) as database:
        by = system_user(database)
        changes = {name: value for name, value in given.items() if value is not None}
        rule = replace(second_rule(database, actor=by), **changes)  # type: ignore[arg-type]
        typer.echo(describe_second_rule(set_second_rule(database, rule, actor=by)))


@app.command("ask")
def ask_now(
    encounter: Annotated[
        str, typer.Argument(help="A signed encounter, like E-00042; without one the rule decides.")
    ] = "",
    to: Annotated[str, typer.Option(help="With an encounter: the coder, by name.")] = "",
) -> None:
    """Ask for second coders now: as the rule says, or for one encounter by hand."""
    from icd9_review.errors import InputError
    from icd9_review.store.oversight.entries import named_encounter
    from icd9_review.store.people.accounts import account
    from icd9_review.store.recoding.seconds import ask_second, ask_seconds
    from icd9_review.store.users import system_user

    if bool(encounter) is not bool(to):
        raise InputError("Give an encounter and whom to ask with --to, or neither.")
    with closing(open_store()) as database:
        by = system_user(database)
        if encounter:
            coder = account(database, to, by=by).person.id
            found = named_encounter(database, encounter, actor=by)
            typer.echo(ask_second(database, found, coder, actor=by))
            return
        done = ask_seconds(database, actor=by)
    typer.echo(f"asked for: {done.made}")
    if done.message:
        typer.echo(done.message, err=True)
