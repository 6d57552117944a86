"""``python -m icd9_review import PATH…``: take in files of every format."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icd9_review.cli.console import EXIT_PROBLEMS, complain, open_store
from icd9_review.errors import InputError, NoteError
from icd9_review.values import CareSetting

if TYPE_CHECKING:
    from icd9_review.notes.intake.column_mapping import RowProblem
    from icd9_review.notes.intake.documents import FoundEncounter
    from icd9_review.store.database.engine import Database
    from icd9_review.store.intake.imports import Line

app = typer.Typer()

_SHOWN = 5


@app.command("import")
def import_files(
    paths: Annotated[
        list[Path], typer.Argument(help="Files, or folders with files, of any format.")
    ],
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            help="For tables: note=COLUMN, also encounter, note_id, title, setting, age, sex, "
            "admitted, discharged; what is not given is guessed from the names of columns."
        ),
    ] = None,
    setting: Annotated[
        CareSetting, typer.Option(help="Of encounters whose file names no setting.")
    ] = CareSetting.INPATIENT,
    report: Annotated[
        Path | None, typer.Option(help="A CSV file that does not exist yet, a row an encounter.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be read, and store nothing.")
    ] = False,
) -> None:
    """Store the encounters and notes of files; the same files again change nothing.

    Exit code 1 means that something was refused; what was not is stored.
    """
    given = _parse_mapping(mapping or [])
    files = list(_files(paths))
    if report is not None and report.exists():
        raise InputError(f"{report} exists already; name a file that does not.")
    database = None if dry_run else open_store()
    lines: list[tuple[str, Line]] = []
    refused = False
    for path in files:
        try:
            found, problems = _read(path, given, setting)
        except NoteError as error:
            complain(str(error))
            lines.append((path.name, _refusal("", str(error))))
            refused = True
            continue
        done = [*_store(database, found, setting), *map(_of_row, problems)]
        _tell(path, found, done, dry_run=dry_run)
        lines += [(path.name, line) for line in done]
        refused |= any(line.reason for line in done)
    if report is not None:
        _write_report(report, lines)
    if refused:
        raise typer.Exit(EXIT_PROBLEMS)


def _parse_mapping(given: Sequence[str]) -> dict[str, str]:
    parsed = {}
    for each in given:
        meaning, equals, column = each.partition("=")
        if not equals:
            raise InputError(f"--mapping is like note=COLUMN, not {each[:40]!r}")
        parsed[meaning.strip()] = column.strip()
    return parsed


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Each file, and each file below a folder, hidden ones left out."""
    for path in paths:
        if path.is_dir():
            inside = sorted(path.rglob("*"))
            yield from (each for each in inside if each.is_file() and each.name[0] != ".")
        elif path.exists():
            yield path
        else:
            raise InputError(f"{path} does not exist")


def _read(
    path: Path, given: dict[str, str], setting: CareSetting
) -> tuple[tuple[FoundEncounter, ...], tuple[RowProblem, ...]]:
    from icd9_review.notes.intake.column_mapping import (
        change_mapping,
        guess_mapping,
        meanings,
        read_rows,
    )
    from icd9_review.notes.intake.formats import UPLOAD_LIMIT, Table, read_file

    try:
        with path.open("rb") as file:
            data = file.read(UPLOAD_LIMIT + 1)
    except OSError as error:
        raise NoteError(f'"{path.name}" cannot be read: {error.strerror}') from None
    found = read_file(data, path.name)
    if not isinstance(found, Table):
        for notice in found.all_notices:
            typer.echo(f"note: {notice}", err=True)
        return found.encounters, ()
    chosen = change_mapping(guess_mapping(found.columns), given)
    named = [f"{name}={column}" for name in meanings() if (column := getattr(chosen, name))]
    typer.echo(f"{path.name}: {found.format}, {len(found.rows):,} rows, {', '.join(named)}")
    return read_rows(found, chosen, setting)


def _store(
    database: Database | None, found: Sequence[FoundEncounter], setting: CareSetting
) -> Iterator[Line]:
    """Nothing without a database."""
    if database is None:
        return
    from icd9_review.store.intake.imports import import_all, version_in_use
    from icd9_review.store.users import system_user

    lines = import_all(
        database,
        found,
        setting,
        actor=system_user(database),
        model_version=version_in_use(database),
    )
    with typer.progressbar(lines, length=len(found), file=sys.stderr) as progress:
        yield from progress


def _tell(
    path: Path, found: Sequence[FoundEncounter], done: Sequence[Line], *, dry_run: bool
) -> None:
    """One line for the file, and the first refusals on standard error."""
    refusals = [line for line in done if line.reason]
    for line in refusals[:_SHOWN]:
        where = f" {line.place}" if line.place else ""
        complain(f"{path.name}{where}: {line.reason}")
    if len(refusals) > _SHOWN:
        complain(f"{path.name}: {len(refusals) - _SHOWN:,} more; --report FILE names them all")
    if dry_run:
        notes = sum(len(encounter.notes) for encounter in found)
        told = f"encounters {len(found):,}, notes {notes:,}, refused {len(refusals):,}"
        typer.echo(f"{path.name}: {told}; nothing was stored")
    elif len(done) == 1 and done[0].label:
        typer.echo(f"{path.name}: {done[0].result}: {done[0].label}")
    else:
        counts = Counter(line.result for line in done)
        told = ", ".join(f"{count:,} {result}" for result, count in sorted(counts.items()))
        typer.echo(f"{path.name}: {told or 'nothing to store'}")


def _of_row(problem: RowProblem) -> Line:
    return _refusal(f"row {problem.number}", problem.reason)


def _refusal(place: str, reason: str) -> Line:
    from icd9_review.store.intake.imports import Line, Result

    return Line(place, Result.REFUSED, reason=reason)


def _write_report(path: Path, lines: Sequence[tuple[str, Line]]) -> None:
    from icd9_review.export.import_report import write_report

    try:
        with path.open("xb") as stream:
            write_report(lines, stream)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
