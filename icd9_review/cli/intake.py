"""``python -m icd9_review import PATH…``: take in files of every format."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from icd9_review.cli.console import EXIT_PROBLEMS, open_store
from icd9_review.errors import InputError
from icd9_review.notes.intake.folders import folder_files
from icd9_review.notes.intake.plain_text import file_title
from icd9_review.values import CareSetting

if TYPE_CHECKING:
    from icd9_review.export.import_report import ImportReport
    from icd9_review.notes.intake.column_mapping import RowReader
    from icd9_review.notes.intake.documents import Document, FoundEncounter
    from icd9_review.notes.intake.formats.tables.table import Table
    from icd9_review.store.database.engine import Database
    from icd9_review.store.intake.imports import ImportLine

app = typer.Typer()

EXIT_LEFT_OUT = 3  # apart from 1 (refused) and 2, which is Typer's for wrong options
_SHOWN = 5  # refusals of one file on the screen; the report has them all; by judgement


def _help() -> str:
    from icd9_review.notes.intake.reading import format_names

    notes, tables = format_names()
    return (
        "Store the encounters and notes of files; the same files again change nothing.\n\n"
        f"Formats, told by their content: {notes}; tables as {tables}.\n\n"
        "Exit code 0: everything is stored as it was meant. 3: something was left out or assumed, "
        "which is said. 1: something was refused; the rest is stored."
    )


Paths = Annotated[list[Path], typer.Argument(help="Files, or folders with files, of any format.")]
Mapping = Annotated[
    list[str] | None,
    typer.Option(
        help="For tables: note=COLUMN, also encounter, note_id, title, setting, age, sex, "
        "admitted, discharged; what is not given is guessed from the names of columns."
    ),
]
Setting = Annotated[
    CareSetting | None, typer.Option(help="Where a file names no setting; else inpatient.")
]
Giver = Annotated[
    str | None,
    typer.Option(
        help="Who gave out the numbers of files that do not say it, tables above all: then the "
        "same number is the same encounter or note in every file of this source, whatever its name."
    ),
]
ReportFile = Annotated[
    Path | None,
    typer.Option(help="A CSV file that does not exist yet: encounters, refusals, notices."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be read, and store nothing.")
]


@app.command("import", help=_help())
def import_files(
    paths: Paths,
    mapping: Mapping = None,
    setting: Setting = None,
    source: Giver = None,
    report: ReportFile = None,
    dry_run: DryRun = False,
) -> None:
    """Store the encounters and notes of files."""
    given = _Given(_parse_mapping(mapping or []), setting, _parse_source(source))
    missing = next((path for path in paths if not path.exists()), None)
    if missing is not None:
        raise InputError(f"{missing} does not exist")
    if report is not None and report.exists():
        raise InputError(f"{report} exists already; name a file that does not.")
    database = None if dry_run else open_store()
    with ExitStack() as stack:
        run = _Run(database, given, _open_report(report, stack))
        for path, passed_over in _files(paths):
            if report is None or path.resolve() != report.resolve():  # it may lie in the folder
                run.take(path, passed_over)
    if run.code:
        raise typer.Exit(run.code)


def _parse_mapping(given: Sequence[str]) -> dict[str, str]:
    from icd9_review.notes.intake.column_mapping import ColumnMapping, change_mapping

    parsed = {}
    for each in given:
        meaning, equals, column = each.partition("=")
        if not equals:
            raise InputError(f"--mapping is like note=COLUMN, not {each[:40]!r}")
        parsed[meaning.strip()] = column.strip()
    change_mapping(ColumnMapping(), parsed)  # refuses an unknown meaning
    return parsed


def _parse_source(given: str | None) -> str:
    name = " ".join((given or "").split())
    if given is not None and not name:
        raise InputError("--source needs a name, as of the hospital whose numbers these are")
    return name


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Each file with the reason why it is passed over, if it is; a file that is named never is."""
    for path in paths:
        if path.is_dir():
            yield from folder_files(path)
        else:
            yield path, ""


class _Given(NamedTuple):
    """What people say of files that do not say it themselves."""

    mapping: dict[str, str]
    setting: CareSetting | None
    source: str


class _Run:
    """One call of the command: what it stores files with, and what has become of them."""

    def __init__(
        self, database: Database | None, given: _Given, report: ImportReport | None
    ) -> None:
        from icd9_review.store.intake.recognition import Copies

        self.code = 0
        self._database = database
        self._given = given
        self._setting = given.setting or CareSetting.INPATIENT
        self._report = report
        self._copies = Copies()
        self._rows: RowReader | None = None

    def take(self, path: Path, passed_over: str) -> None:
        """Store what is in a file; what is wrong with it is said and stops nothing else."""
        name = file_title(path.name)
        told = _Told(name, self._report)
        if passed_over:
            told.notice(f'"{name}" {passed_over}.')
        else:
            self._read(path, told)
            told.close(stored=self._database is not None)
        self.code = _worse(self.code, told.code)

    def _read(self, path: Path, told: _Told) -> None:
        """Part by part, so that a file may be larger than memory."""
        from icd9_review.notes.intake.reading import read_stream

        self._rows = None
        self._copies.begin_file()
        try:
            with path.open("rb") as file:
                for part in read_stream(file, path.name):
                    self._take_part(part, told)
        except OSError as error:
            reason = error.strerror or "it is no file on a disk"
            told.refuse(_Refusal(f'"{told.name}" cannot be read: {reason}.'))
        except InputError as error:
            told.refuse(_Refusal(str(error)))

    def _take_part(self, part: Document | Table, told: _Told) -> None:
        found, refusals = self._encounters(part, told)
        if self._given.source:
            found = tuple(each.given_by(self._given.source) for each in found)
        for line in self._store(found):
            told.line(line)
        for refusal in refusals:
            told.refuse(refusal)
        if self._database is None:
            told.found(found)

    def _encounters(
        self, part: Document | Table, told: _Told
    ) -> tuple[tuple[FoundEncounter, ...], list[_Refusal]]:
        from icd9_review.notes.intake.column_mapping import unread_rows
        from icd9_review.notes.intake.documents import Document, unsaid_settings

        if isinstance(part, Document):
            assumed = () if self._given.setting else unsaid_settings(part, self._setting)
            told.notices((*part.all_notices, *assumed))
            return part.encounters, []
        told.notices(part.notices)
        if problems := unread_rows(part):
            encounters: tuple[FoundEncounter, ...] = ()
        else:
            rows = self._row_reader(part)
            encounters, problems = rows.read(part)
            told.notices(rows.take_notices())
        return encounters, [_Refusal(each.reason, f"row {each.number}") for each in problems]

    def _row_reader(self, table: Table) -> RowReader:
        """That of the file, which says once how it takes the columns."""
        from icd9_review.notes.intake.column_mapping import (
            RowReader,
            change_mapping,
            column_meanings,
            guess_mapping,
        )

        if self._rows is None:
            chosen = change_mapping(guess_mapping(table.columns), self._given.mapping)
            named = [
                f"{name}={column}"
                for name in column_meanings()
                if (column := getattr(chosen, name))
            ]
            if chosen.setting is None:
                assumed = "" if self._given.setting else " (assumed)"
                named.append(f"setting {self._setting}{assumed}")
            typer.echo(f"{file_title(table.title)}: {table.format}, {', '.join(named)}")
            self._rows = RowReader(table, chosen, self._setting)
        return self._rows

    def _store(self, found: Sequence[FoundEncounter]) -> Iterator[ImportLine]:
        """Nothing without a database."""
        if self._database is None:
            return
        from icd9_review.store.intake.imports import import_all, version_in_use
        from icd9_review.store.users import system_user

        lines = import_all(
            self._database,
            found,
            self._setting,
            actor=system_user(self._database),
            model_version=version_in_use(self._database),
            copies=self._copies,
        )
        # Where nobody watches, or nothing is to be stored, a bar is an empty line.
        hidden = not (found and sys.stderr.isatty())
        with typer.progressbar(
            lines, length=len(found), file=sys.stderr, hidden=hidden
        ) as progress:
            yield from progress


class _Refusal(NamedTuple):
    """Why something is not stored, and where in the file it stands; never with words of a note."""

    reason: str
    place: str = ""


class _Told:
    """What is said of one file, on the screen and in the report."""

    def __init__(self, name: str, report: ImportReport | None) -> None:
        self.name = name
        self.code = 0
        self._report = report
        self._counts: Counter[str] = Counter()
        self._label = ""

    def line(self, line: ImportLine) -> None:
        """An encounter that is stored, was here, or is refused by the store."""
        if line.result.value == "refused":
            self.refuse(_Refusal(line.reason, line.place))
            return
        self._counts[line.result.value] += 1
        self._label = line.label
        self._write(line)
        if line.reason:
            _say(f"note: {self._where(line.place)}: {line.reason}")

    def refuse(self, refusal: _Refusal) -> None:
        from icd9_review.store.intake.imports import ImportLine, Result

        self.code = _worse(self.code, EXIT_PROBLEMS)
        self._counts[Result.REFUSED.value] += 1
        self._write(ImportLine(refusal.place, Result.REFUSED, reason=refusal.reason))
        if self._counts[Result.REFUSED.value] <= _SHOWN:
            # What refuses a whole file names it already.
            named = refusal.reason if not refusal.place else ""
            _say(f"error: {named or f'{self._where(refusal.place)}: {refusal.reason}'}")

    def notices(self, notices: Iterable[str]) -> None:
        for notice in notices:
            self.notice(notice)

    def notice(self, notice: str) -> None:
        """Something was left out or assumed."""
        from icd9_review.store.intake.imports import ImportLine, Result

        self.code = _worse(self.code, EXIT_LEFT_OUT)
        self._write(ImportLine("", Result.NOTICE, reason=notice))
        _say(f"note: {notice}")

    def found(self, encounters: Sequence[FoundEncounter]) -> None:
        """What would be stored."""
        self._counts["encounters"] += len(encounters)
        self._counts["notes"] += sum(len(encounter.notes) for encounter in encounters)

    def close(self, *, stored: bool) -> None:
        """One line for the file."""
        refused = self._counts["refused"]
        if refused > _SHOWN:
            _say(f"error: {self.name}: {refused - _SHOWN:,} more; --report FILE names them all")
        if not stored:
            told = [f"{name} {self._counts[name]:,}" for name in ("encounters", "notes", "refused")]
            typer.echo(f"{self.name}: {', '.join(told)}; nothing was stored")
        elif sum(self._counts.values()) == 1 and self._label:
            typer.echo(f"{self.name}: {next(iter(self._counts))}: {self._label}")
        else:
            told = [f"{count:,} {result}" for result, count in sorted(self._counts.items())]
            typer.echo(f"{self.name}: {', '.join(told) or 'nothing to store'}")

    def _where(self, place: str) -> str:
        return f"{self.name} {place}" if place else self.name

    def _write(self, line: ImportLine) -> None:
        if self._report is not None:
            self._report.write(self.name, line)


def _worse(code: int, other: int) -> int:
    """Something refused weighs more than something left out."""
    return EXIT_PROBLEMS if EXIT_PROBLEMS in (code, other) else max(code, other)


def _open_report(path: Path | None, stack: ExitStack) -> ImportReport | None:
    from icd9_review.export.import_report import ImportReport

    if path is None:
        return None
    try:
        return ImportReport(stack.enter_context(path.open("xb")))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None


def _say(message: str) -> None:
    typer.echo(" ".join(message.split()), err=True)
