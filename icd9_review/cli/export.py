"""``python -m icd9_review export …``: a command for each table that leaves as a file."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from icd9_review.cli.console import open_store
from icd9_review.cli.running_count import RunningCount
from icd9_review.errors import InputError
from icd9_review.export.code_filter import read_code_filter
from icd9_review.export.days import day_bounds
from icd9_review.export.export_table import ExportTable, RowFilter
from icd9_review.export.formats import EXPORT_FORMATS
from icd9_review.export.partitions import Partition
from icd9_review.export.tables import TABLES
from icd9_review.values import CareSetting, EncounterStatus, ExportFilter, User

if TYPE_CHECKING:
    from icd9_review.export.formats import Sink
    from icd9_review.export.writing import ExportRequest
    from icd9_review.store.database.engine import Database

app = typer.Typer(name="export", no_args_is_help=True, help="Write what is stored to a file.")

_STANDARD_OUTPUT = Path("-")


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


CareSettings = Annotated[
    list[CareSetting] | None, typer.Option("--setting", help="Only of these encounters.")
]
Statuses = Annotated[
    list[EncounterStatus] | None,
    typer.Option("--status", help="Only of encounters that stand here; may be repeated."),
]
Codes = Annotated[
    list[str] | None,
    typer.Option(
        "--code", help="Only of this code, or of what is below this header; may be repeated."
    ),
]

Divided = Annotated[
    Partition | None,
    typer.Option(
        "--partition", help="Of Parquet a folder with a part for each day or month (UTC)."
    ),
]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was given on the command line."""

    table: ExportTable
    format: str
    output: Path
    wanted: ExportFilter
    people: Sequence[str]
    words: bool
    partition: Partition | None


def _add_command(table: ExportTable) -> None:
    """A command for a table; all that is said of it stands in its entry."""
    only: Any = typer.Option(False, table.choice.option, help=table.choice.option_help)

    form: Any = _format_option(table)

    @app.command(table.name, help=f"{table.about} {_FILTERS}")
    def export(
        format: str = form,
        output: Output = _STANDARD_OUTPUT,
        fewer: bool = only,
        since: Since = None,
        until: Until = None,
        person: People = None,
        setting: CareSettings = None,
        status: Statuses = None,
        code: Codes = None,
        words: Words = False,
        partition: Divided = None,
    ) -> None:
        _check_words(table, words=words)
        _check_filters(
            table,
            {
                RowFilter.DAYS: since or until,
                RowFilter.PEOPLE: person,
                RowFilter.SETTINGS: setting,
                RowFilter.STATUSES: status,
                RowFilter.CODES: code,
            },
        )
        first, before = day_bounds(since and since.date(), until and until.date())
        wanted = ExportFilter(
            since=first,
            before=before,
            only_decided=fewer,
            settings=tuple(setting or ()),
            statuses=tuple(status or ()),
            codes=read_code_filter(" ".join(code or ())),
        )
        _export(_Asked(table, format, output, wanted, person or (), words, partition))


def _format_option(table: ExportTable) -> Any:
    def check(given: str) -> str:
        if given not in table.formats:
            raise typer.BadParameter(f"{given[:60]!r} is not one of {', '.join(table.formats)}.")
        return given

    return typer.Option(
        ...,
        "--format",
        callback=check,
        metavar=f"[{'|'.join(table.formats)}]",
        help="; ".join(f"{each.name}: {each.about}" for each in table.formats.values()) + ".",
    )


def _check_words(table: ExportTable, *, words: bool) -> None:
    if words and not any(column.words for column in table.columns):
        raise InputError(f"{table.title}: there are no words to add; leave out --words.")


_OPTIONS = {
    RowFilter.DAYS: "--since and --until choose",
    RowFilter.PEOPLE: "--person chooses",
    RowFilter.SETTINGS: "--setting chooses",
    RowFilter.STATUSES: "--status chooses",
    RowFilter.CODES: "--code chooses",
}


def _check_filters(table: ExportTable, given: Mapping[RowFilter, object]) -> None:
    for each, value in given.items():
        if value and each not in table.filters:
            raise InputError(f"{_OPTIONS[each]} no rows of {table.name}; leave that out.")


_FILTERS = (
    "With --since, --until or --person: what was done last then, or by them. A day is one in the "
    "time zone of this machine. Beside a file stands the dictionary of its columns."
)
for each in TABLES.values():
    _add_command(each)


def _export(asked: _Asked) -> None:
    from icd9_review.export.writing import ExportRequest, check_partition
    from icd9_review.store.projections.summaries import refresh_outdated
    from icd9_review.store.users import names, system_user

    with _stoppable(), closing(open_store()) as database:
        refresh_outdated(database)
        ids = tuple(_find_person(each, names(database)) for each in asked.people)
        wanted = replace(asked.wanted, people=ids)
        request = ExportRequest(
            asked.table.name, asked.format, wanted, asked.words, asked.partition
        )
        check_partition(request)
        count = _write(database, request, asked, system_user(database))
    what = "rows" if asked.format in EXPORT_FORMATS else "charts"
    typer.echo(f"{count:,} {what}", err=True)


def _write(database: Database, request: ExportRequest, asked: _Asked, actor: User) -> int:
    from icd9_review.export.files import new_folder
    from icd9_review.export.writing import write_divided, write_export

    progress = RunningCount().tell
    if request.partition is None:
        with _opened(asked.output) as sink, _dictionary_beside(asked):
            return write_export(database, request, sink, actor=actor, progress=progress)
    if asked.output == _STANDARD_OUTPUT:
        raise InputError("--partition makes a folder; say where with --output.")
    with new_folder(asked.output) as folder, _dictionary_beside(asked):
        return write_divided(database, request, folder, actor=actor, progress=progress)


@contextmanager
def _dictionary_beside(asked: _Asked) -> Iterator[None]:
    """The dictionary of the columns, which is there when the file is; none of what is piped or has
    no columns."""
    from icd9_review.export.dictionary import dictionary_path, write_dictionary
    from icd9_review.export.files import new_file

    if asked.output == _STANDARD_OUTPUT or asked.format not in EXPORT_FORMATS:
        yield
        return
    with new_file(dictionary_path(asked.output)) as file:
        write_dictionary(asked.table, file, words=asked.words)
        yield


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
