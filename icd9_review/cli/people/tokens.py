"""``python -m icd9_review tokens …``: by which other programs are known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from icd9_review.cli.console import open_store

app = typer.Typer(
    name="tokens", no_args_is_help=True, help="Look after the tokens of service accounts."
)


@app.command("list")
def list_tokens() -> None:
    """Every token there ever was: its name, whose, until when it counts, when it was last used."""
    from icd9_review.store.callers.tokens import service_tokens
    from icd9_review.store.users import system_user

    database, now = open_store(), datetime.now(UTC)
    for each in service_tokens(database, by=system_user(database)):
        state = f"until {each.expires:%Y-%m-%d}"
        if each.expires <= now:
            state = "expired"
        if each.revoked is not None:
            state = f"revoked {each.revoked:%Y-%m-%d}"
        used = f"used {each.used:%Y-%m-%d %H:%M} UTC" if each.used else "never used"
        typer.echo(f"{each.id}\t{each.account.name}\t{state}\t{used}")


@app.command("add")
def add_new_token(
    name: Annotated[str, typer.Argument(help="The service account, letter by letter.")],
    days: Annotated[int, typer.Option(min=1, help="How many days it counts.")] = 365,
) -> None:
    """Make a token of a service account. It is printed this once; the database keeps its hash."""
    from icd9_review.store.callers.tokens import add_token
    from icd9_review.store.people.accounts import account
    from icd9_review.store.users import system_user

    database = open_store()
    by = system_user(database)
    owner = account(database, name, by=by).person
    token, _ = add_token(database, owner, by=by, lifetime=timedelta(days=days))
    typer.echo(token)


@app.command("revoke")
def revoke(
    token: Annotated[str, typer.Argument(help="The token by its name in tokens list.")],
) -> None:
    """A token counts no more, from the next request on."""
    from icd9_review.store.callers.tokens import revoke_token
    from icd9_review.store.users import system_user

    database = open_store()
    revoke_token(database, token, by=system_user(database))
