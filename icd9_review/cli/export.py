"""``python -m icd9_review export …``: decisions and histories as files."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icd9_review.cli.console import open_store
from icd9_review.errors import InputError
from icd9_review.export.days import day_bounds
from icd9_review.export.formats import EXPORT_FORMATS
from icd9_review.values import ExportFilter

if TYPE_CHECKING:
    from icd9_review.export.formats import Sink

app = typer.Typer(name="export", no_args_is_help=True, help="Write what is stored to a file.")

_STANDARD_OUTPUT = Path("-")


def _check_format(given: str) -> str:
    if given not in EXPORT_FORMATS:
        raise typer.BadParameter(f"{given[:60]!r} is not one of {', '.join(EXPORT_FORMATS)}.")
    return given


Form = Annotated[
    str,
    typer.Option(
        "--format",
        callback=_check_format,
        metavar=f"[{'|'.join(EXPORT_FORMATS)}]",
        help="; ".join(f"{each.name}: {each.words}" for each in EXPORT_FORMATS.values()) + ".",
    ),
]
Output = Annotated[Path, typer.Option(help="A file that does not exist yet; -: standard output.")]
Since = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Only what was done on this day or later."),
]
Until = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Only what was done on this day or before."),
]
People = Annotated[
    list[str] | None,
    typer.Option("--person", help="Only what they did: a name or number; may be repeated."),
]
Words = Annotated[
    bool,
    typer.Option("--words", help="Add words of notes shown as evidence, and words people wrote."),
]


@app.command()
def decisions(
    format: Form,
    output: Output = _STANDARD_OUTPUT,
    only_decided: Annotated[
        bool, typer.Option("--only-decided", help="Leave out suggestions nobody decided on.")
    ] = False,
    since: Since = None,
    until: Until = None,
    person: People = None,
    words: Words = False,
) -> None:
    """One row for each encounter and code: verdict, reason, person, probability, evidence.

    With --since, --until or --person: what was decided last then, or by them; open suggestions
    are left out. A day is one in the time zone of this machine.
    """
    wanted = _wanted(since, until, only_decided=only_decided)
    _export("decisions", format, output, wanted, person or (), words=words)


@app.command()
def history(
    format: Form,
    output: Output = _STANDARD_OUTPUT,
    only_decisions: Annotated[
        bool, typer.Option("--only-decisions", help="Leave out what decides nothing, as views.")
    ] = False,
    since: Since = None,
    until: Until = None,
    person: People = None,
    words: Words = False,
) -> None:
    """One row for each event of an encounter: who did what when, and what it changed.

    A day is one in the time zone of this machine.
    """
    wanted = _wanted(since, until, only_decided=only_decisions)
    _export("history", format, output, wanted, person or (), words=words)


def _wanted(since: datetime | None, until: datetime | None, *, only_decided: bool) -> ExportFilter:
    first, before = day_bounds(since and since.date(), until and until.date())
    return ExportFilter(since=first, before=before, only_decided=only_decided)


def _export(
    table: str,
    format: str,
    output: Path,
    wanted: ExportFilter,
    people: Sequence[str],
    *,
    words: bool,
) -> None:
    from icd9_review.export.writing import ExportRequest, write_export
    from icd9_review.store.projections.summaries import refresh_outdated
    from icd9_review.store.users import names, system_user

    with _stoppable(), closing(open_store()) as database:
        refresh_outdated(database)
        ids = tuple(_find_person(each, names(database)) for each in people)
        request = ExportRequest(table, format, replace(wanted, people=ids), words)
        with _opened(output) as sink:
            count = write_export(database, request, sink, actor=system_user(database))
    typer.echo(f"{count:,} rows", err=True)


def _find_person(given: str, names: Mapping[int, str]) -> int:
    for number, name in names.items():
        if name.casefold() == given.strip().casefold():
            return number
    if given.isascii() and given.isdecimal() and int(given) in names:
        return int(given)
    raise InputError(
        f"--person {given[:60]!r} is nobody here; give a name as the app shows it, or the number "
        "in the column actor_id."
    )


@contextmanager
def _stoppable() -> Iterator[None]:
    """Have SIGTERM end the command as Ctrl-C does: what was begun is taken away."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _opened(output: Path) -> Iterator[Sink]:
    """Where to write: a file that is whole or not there, or standard output."""
    from icd9_review.export.files import new_file

    if output != _STANDARD_OUTPUT:
        with new_file(output) as file:
            yield file
        return
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # the reader of a pipe has seen enough
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the end fails again
        raise InputError(
            f"standard output cannot be written: {error.strerror}; what it got is not the whole."
        ) from None
