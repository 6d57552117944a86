"""``python -m icd9_review users …``: who may sign in, and as what."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icd9_review.cli.console import open_store
from icd9_review.errors import InputError
from icd9_review.values import Role

if TYPE_CHECKING:
    from icd9_review.store.database.engine import Database
    from icd9_review.values import User

app = typer.Typer(name="users", no_args_is_help=True, help="Look after the people who sign in.")

Name = Annotated[str, typer.Argument(help="The name of the person, letter by letter.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(help="Take the password from the first line of this file; - is standard input."),
]
Granted = Annotated[Role, typer.Option(help="coder, clinician, auditor or administrator.")]


@app.command("list")
def list_users() -> None:
    """Everybody there ever was: name, role, how they sign in, their teams."""
    from icd9_review.store.people.accounts import accounts
    from icd9_review.store.users import system_user

    database = open_store()
    for each in accounts(database, by=system_user(database)):
        ways = ["password"] if each.has_password else []
        ways += ["second factor"] if each.has_factor else []
        ways += [f"identity {each.identity}"] if each.identity else []
        ways += ["tokens"] if each.service else []
        state = "" if each.active else "\tout of service"
        state += "".join(f"\tteam {team.name}" for team in each.teams)
        role = each.person.role.value
        typer.echo(f"{each.person.name}\t{role}\t{', '.join(ways) or 'cannot sign in'}{state}")


@app.command("add")
def add_user(
    name: Name,
    role: Granted,
    identity: Annotated[
        str | None,
        typer.Option(help="What the provider or proxy calls them; no password is asked for then."),
    ] = None,
    password_file: PasswordFile = None,
    service: Annotated[
        bool, typer.Option("--service", help="Another program: it has tokens and signs in nowhere.")
    ] = False,
) -> None:
    """Add a person. The password that is set here is replaced at their first sign-in."""
    from icd9_review.store.people.accounts import add_account
    from icd9_review.store.users import system_user

    _refuse_system(role)
    database = open_store()
    by = system_user(database)
    if identity is not None or service:
        add_account(database, name, role, by=by, identity=identity, service=service)
    else:
        add_account(database, name, role, by=by, password=_password(password_file))
    typer.echo(f"{name} is {role.value} here now")


@app.command("role")
def change_role(name: Name, role: Annotated[Role, typer.Argument(help="The new role.")]) -> None:
    """Give a person another role, from their next action on."""
    from icd9_review.store.people.accounts import change_account
    from icd9_review.store.users import system_user

    _refuse_system(role)
    database = open_store()
    change_account(database, _person(database, name), by=system_user(database), role=role)


@app.command("teams")
def set_user_teams(
    name: Name,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[TEAM]…", help="None takes all away.")
    ] = None,
) -> None:
    """Say in which teams a person is, in place of those before."""
    from icd9_review.store.people.teams import set_teams, team
    from icd9_review.store.users import system_user

    database = open_store()
    by = system_user(database)
    wanted = [team(database, each, by=by) for each in names or ()]
    set_teams(database, _person(database, name), wanted, by=by)


@app.command("deactivate")
def deactivate_user(name: Name) -> None:
    """Take a person out of service: their sessions end, what they did stays."""
    _set_active(name, active=False)


@app.command("activate")
def activate_user(name: Name) -> None:
    """Take a person back into service."""
    _set_active(name, active=True)


@app.command("password")
def set_user_password(name: Name, password_file: PasswordFile = None) -> None:
    """Set a password, which the person replaces at their next sign-in, and unlock the name."""
    from icd9_review.store.people.accounts import set_password
    from icd9_review.store.users import system_user

    database = open_store()
    person = _person(database, name)
    set_password(database, person, _password(password_file), by=system_user(database))


@app.command("unlock")
def unlock_user(name: Name) -> None:
    """Let a name be tried again at once, after too many failed sign-ins."""
    from icd9_review.store.people.accounts import unlock
    from icd9_review.store.users import system_user

    database = open_store()
    unlock(database, _person(database, name), by=system_user(database))


@app.command("reset-factor")
def reset_user_factor(name: Name) -> None:
    """Take a second factor away whose owner has lost it; their sessions end."""
    from icd9_review.store.people.factor.second_factor import remove_factor
    from icd9_review.store.users import system_user

    database = open_store()
    remove_factor(database, _person(database, name), by=system_user(database))


@app.command("identity")
def set_user_identity(
    name: Name,
    identity: Annotated[str | None, typer.Argument(help="None takes it away.")] = None,
) -> None:
    """Say what the provider or proxy calls a person; their sessions end."""
    from icd9_review.store.people.accounts import set_identity
    from icd9_review.store.users import system_user

    database = open_store()
    set_identity(database, _person(database, name), identity, by=system_user(database))


@app.command("sign-out")
def sign_out_user(name: Name) -> None:
    """End every session of a person."""
    from icd9_review.store.people.sessions import end_one, open_sessions
    from icd9_review.store.users import system_user

    database = open_store()
    by = system_user(database)
    for found in open_sessions(database, _person(database, name), by=by):
        end_one(database, found.id, by=by)


def _set_active(name: str, *, active: bool) -> None:
    from icd9_review.store.people.accounts import change_account
    from icd9_review.store.users import system_user

    database = open_store()
    change_account(database, _person(database, name), by=system_user(database), active=active)


def _person(database: Database, name: str) -> User:
    from icd9_review.store.people.accounts import account
    from icd9_review.store.users import system_user

    return account(database, name, by=system_user(database)).person


def _password(file: Path | None) -> str:
    """A password from a file, from a pipe, or asked for twice; it never stands in a command."""
    if file is None:
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise InputError(f"{file} cannot be read ({type(error).__name__}).") from None
    return text.partition("\n")[0].removesuffix("\r")


def _refuse_system(role: Role) -> None:
    if role is Role.SYSTEM:
        raise InputError("The role system is the program's own; nobody has it.")
