"""``python -m icd9_review import PATH…``: take in files of every format."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from icd9_review.cli.console import open_store
from icd9_review.cli.intake.mapping import parse_mapping
from icd9_review.cli.intake.outcome import FileOutcome, FileRefusal, worse
from icd9_review.errors import InputError
from icd9_review.notes.intake.folders import folder_files
from icd9_review.notes.intake.plain_text import file_title
from icd9_review.settings import Settings
from icd9_review.values import CareSetting

if TYPE_CHECKING:
    from icd9_review.export.import_report import ImportReport
    from icd9_review.notes.intake.column_mapping import RowReader
    from icd9_review.notes.intake.documents import Document, FoundEncounter
    from icd9_review.notes.intake.formats.tables.table import Table
    from icd9_review.notes.intake.unsaid import UnsaidSettings
    from icd9_review.store.database.engine import Database
    from icd9_review.store.intake.import_events import ImportTally

app = typer.Typer()


def _help() -> str:
    from icd9_review.notes.intake.reading import format_names

    notes, tables = format_names()
    return (
        "Store the encounters and notes of files; the same files again change nothing.\n\n"
        f"Formats, told by their content: {notes}; tables as {tables}.\n\n"
        "Exit code 0: everything is stored as it was meant. 3: something was left out or assumed, "
        "which is said. 1: something was refused; the rest is stored.\n\n"
        "Text, PDF, Word, RTF and HTML do not say whether inpatient or outpatient: without "
        "--setting their encounters are taken as inpatient, which is such an assumption."
    )


Paths = Annotated[list[Path], typer.Argument(help="Files, or folders with files, of any format.")]
Mapping = Annotated[
    list[str] | None,
    typer.Option(
        help="For tables: note=COLUMN, also encounter, note_id, title, setting, age, sex, "
        "admitted, discharged, team; what is not given, but the team, is guessed from the names of "
        "columns."
    ),
]
Setting = Annotated[
    CareSetting | None,
    typer.Option(
        help="Of encounters of which nobody says it. Without it they are taken as inpatient, "
        "which is said (exit code 3)."
    ),
]
Giver = Annotated[
    str | None,
    typer.Option(
        help="Who gave out the numbers of files that do not say it, tables above all: then the "
        "same number is the same encounter or note in every file of this source, whatever its name."
    ),
]
ForTeam = Annotated[
    str | None,
    typer.Option(
        help="The team that encounters are for, where no column says it. Without it everybody sees "
        "them; with ICD9_REVIEW_RESTRICT=team one of both has to be given."
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
    team: ForTeam = None,
    report: ReportFile = None,
    dry_run: DryRun = False,
) -> None:
    """Store the encounters and notes of files."""
    from icd9_review.store.people.teams import team as find_team
    from icd9_review.store.users import system_user

    given = _Given(parse_mapping(mapping or []), setting, _parse_source(source), team)
    _refuse_everybody(given)
    missing = next((path for path in paths if not path.exists()), None)
    if missing is not None:
        raise InputError(f"{missing} does not exist")
    if report is not None and report.exists():
        raise InputError(f"{report} exists already; name a file that does not.")
    database = None if dry_run else open_store()
    if database is not None and team is not None:
        # One that is not there is said before anything is read.
        find_team(database, team, by=system_user(database))
    with ExitStack() as stack:
        tally = None if database is None else stack.enter_context(_recorded(database))
        run = _Run(database, given, _open_report(report, stack), tally)
        stack.callback(run.close)
        for path, passed_over in _files(paths):
            if report is None or path.resolve() != report.resolve():  # it may lie in the folder
                run.take(path, passed_over)
    if run.code:
        raise typer.Exit(run.code)


def _recorded(database: Database) -> AbstractContextManager[ImportTally]:
    """The ledger's word of the import, which the program does where nobody is known."""
    from icd9_review.store.intake.import_events import ImportWay, recorded_import
    from icd9_review.store.users import system_user

    return recorded_import(database, ImportWay.COMMAND, system_user(database))


def _parse_source(given: str | None) -> str:
    name = " ".join((given or "").split())
    if given is not None and not name:
        raise InputError("--source needs a name, as of the hospital whose numbers these are")
    return name


def _refuse_everybody(given: _Given) -> None:
    """Where encounters are restricted to teams, none comes in for everybody by an oversight."""
    named = given.team is not None or given.mapping.get("team")
    if Settings().restrict == "team" and not named:
        raise InputError(
            "Encounters are restricted to teams here: say whose these are with --team NAME or "
            "--mapping team=COLUMN."
        )


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
    team: str | None = None


class _Run:
    """One call of the command: what it stores files with, and what has become of them."""

    def __init__(
        self,
        database: Database | None,
        given: _Given,
        report: ImportReport | None,
        tally: ImportTally | None,
    ) -> None:
        from icd9_review.store.intake.recognition import Copies

        self.code = 0
        self._database = database
        self._given = given
        self._setting = given.setting or CareSetting.INPATIENT
        self._assumed = f"taken as {self._setting} (--setting outpatient says otherwise)"
        self._report = report
        self._tally = tally
        self._copies = Copies()
        self._rows: RowReader | None = None
        self._silent = 0  # files that could not say where their encounters were
        self._last_silent = ""

    def take(self, path: Path, passed_over: str) -> None:
        """Store what is in a file; what is wrong with it is said and stops nothing else."""
        name = file_title(path.name)
        told = FileOutcome(name, self._report)
        if passed_over:
            told.notice(f'"{name}" {passed_over}.')
        else:
            self._read(path, told)
            told.close(stored=self._database is not None)
            self._count(told)
        self.code = worse(self.code, told.code)

    def _count(self, told: FileOutcome) -> None:
        from icd9_review.store.intake.imports import Result

        if self._tally is not None:
            self._tally.files += 1
            for result in Result:
                self._tally.add(result, told.count(result.value))

    def close(self) -> None:
        """Say once what holds of all files that cannot say a setting."""
        from icd9_review.notes.intake.unsaid import silent_files

        told = FileOutcome("", self._report)
        told.notices(silent_files([self._last_silent], self._silent, self._assumed))
        self.code = worse(self.code, told.code)

    def _read(self, path: Path, told: FileOutcome) -> None:
        """Part by part, so that a file may be larger than memory."""
        from icd9_review.notes.intake.reading import read_stream
        from icd9_review.notes.intake.unsaid import UnsaidSettings

        self._rows = None
        self._copies.begin_file()
        unsaid = UnsaidSettings(told.name)
        try:
            with path.open("rb") as file:
                for part in read_stream(file, path.name):
                    self._take_part(part, told, unsaid)
        except OSError as error:
            reason = error.strerror or "it is no file on a disk"
            told.refuse(FileRefusal(f'"{told.name}" cannot be read: {reason}.'))
        except InputError as error:
            told.refuse(FileRefusal(str(error)))
        finally:
            self._say_assumed(unsaid, told)

    def _say_assumed(self, unsaid: UnsaidSettings, told: FileOutcome) -> None:
        """What was assumed of a file, which holds of what is stored even where the rest is not."""
        if self._given.setting is not None:
            return
        if unsaid.silent:
            self._silent += 1
            self._last_silent = told.name
        else:
            told.notices(unsaid.notices(self._assumed))

    def _take_part(self, part: Document | Table, told: FileOutcome, unsaid: UnsaidSettings) -> None:
        found, refusals = self._encounters(part, told)
        if self._given.source:
            found = tuple(each.given_by(self._given.source) for each in found)
        if self._given.team is not None:
            found = tuple(each.for_team(self._given.team) for each in found)
        for each, new in self._store(found, told):
            unsaid.take(each, part.format, new=new)  # what was here keeps the setting it has
        for refusal in refusals:
            told.refuse(refusal)
        if self._database is None:
            told.found(found)

    def _encounters(
        self, part: Document | Table, told: FileOutcome
    ) -> tuple[tuple[FoundEncounter, ...], list[FileRefusal]]:
        from icd9_review.notes.intake.column_mapping import unread_rows
        from icd9_review.notes.intake.documents import Document

        if isinstance(part, Document):
            told.notices(part.all_notices)
            return part.encounters, []
        told.notices(part.notices)
        if problems := unread_rows(part):
            encounters: tuple[FoundEncounter, ...] = ()
        else:
            rows = self._row_reader(part)
            encounters, problems = rows.read(part)
            told.notices(rows.take_notices())
        return encounters, [FileRefusal(each.reason, f"row {each.number}") for each in problems]

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

    def _store(
        self, found: Sequence[FoundEncounter], told: FileOutcome
    ) -> Iterator[tuple[FoundEncounter, bool]]:
        """Each encounter, and whether it is new here; without a database all would be."""
        if self._database is None:
            yield from ((each, True) for each in found)
            return
        from icd9_review.store.intake.imports import Result, import_all, version_in_use
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
            for each, line in zip(found, progress, strict=True):
                told.line(line)
                yield each, line.result is Result.STORED


def _open_report(path: Path | None, stack: ExitStack) -> ImportReport | None:
    from icd9_review.export.import_report import ImportReport

    if path is None:
        return None
    try:
        return ImportReport(stack.enter_context(path.open("xb")))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
