"""``python -m icd9_review teams …``: teams, and to which of them an encounter belongs."""

from __future__ import annotations

from typing import Annotated

import typer

from icd9_review.cli.console import open_store
from icd9_review.errors import InputError

app = typer.Typer(name="teams", no_args_is_help=True, help="Look after teams and what is theirs.")

TeamName = Annotated[str, typer.Argument(help="The name of the team.")]


@app.command("list")
def list_teams() -> None:
    """Every team, with how many people in service are in it."""
    from icd9_review.store.people.teams import team_sizes, teams
    from icd9_review.store.users import system_user

    database = open_store()
    by = system_user(database)
    sizes = team_sizes(database, by=by)
    for each in teams(database, by=by):
        typer.echo(f"{each.name}\t{sizes.get(each.id, 0)}")


@app.command("add")
def add_new_team(name: TeamName) -> None:
    """Add a team with nobody in it; ``users teams`` puts people there."""
    from icd9_review.store.people.teams import add_team
    from icd9_review.store.users import system_user

    database = open_store()
    add_team(database, name, by=system_user(database))


@app.command("move")
def move(
    encounter: Annotated[str, typer.Argument(help="The number of the encounter, like E-00042.")],
    name: Annotated[str | None, typer.Argument(help="The name of its new team.")] = None,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="To no team: everybody sees it.")
    ] = False,
) -> None:
    """Give an encounter to another team."""
    from icd9_review.store.people.teams import team
    from icd9_review.store.users import system_user
    from icd9_review.store.worklist.moves import move_encounter, read_label

    if (name is None) is not everybody:
        raise InputError("Name the team that gets the encounter, or say --everybody.")
    database = open_store()
    by = system_user(database)
    wanted = None if name is None else team(database, name, by=by)
    move_encounter(database, read_label(encounter), wanted, by=by)
