"""Which column of a table means what, and the encounters that follow from its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from hashlib import sha256
from typing import TypeVar

from icd9_review.errors import EncounterError, InputError, NoteError
from icd9_review.notes.intake.documents import (
    Facts,
    FoundEncounter,
    FoundNote,
    Notice,
    complete_facts,
    merge_facts,
    tell,
)
from icd9_review.notes.intake.formats.hl7.stamps import known
from icd9_review.notes.intake.formats.tables.header import NAMES, plain_name
from icd9_review.notes.intake.formats.tables.table import Table, TableRow
from icd9_review.notes.intake.gate import Intake, read_note
from icd9_review.notes.intake.identifiers import Identifier
from icd9_review.notes.intake.particulars.note_types import note_type
from icd9_review.notes.intake.row_facts import (
    Refused,
    Unclear,
    cell_text,
    read_age,
    read_day,
    read_setting,
    read_sex,
)
from icd9_review.notes.intake.unread_columns import UnreadColumns
from icd9_review.values import CareSetting, Sex

_Value = TypeVar("_Value", CareSetting | None, int | None, Sex | None, date | None)
_SOURCE = "table"  # whether it came as CSV, workbook or JSON
PARTICULARS = ("account", "service", "payer", "type", "author", "written")
"""What may differ from row to row of an encounter, and tells no row from another."""
_OF_ENCOUNTER = dict.fromkeys(PARTICULARS[:3])


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """The column of each thing intake wants to know; None where the table has none.

    Without a column for the encounter every row is one; with it, rows of the same
    value are notes of one encounter.
    """

    note: str | None = None
    encounter: str | None = None
    note_id: str | None = None
    title: str | None = None
    setting: str | None = None
    age: str | None = None
    sex: str | None = None
    admitted: str | None = None
    discharged: str | None = None
    team: str | None = None
    account: str | None = None
    service: str | None = None
    payer: str | None = None
    type: str | None = None
    author: str | None = None
    written: str | None = None


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that cannot be taken, and why; never with words of its note."""

    number: int
    reason: str


def guess_mapping(columns: Sequence[str]) -> ColumnMapping:
    """The mapping that the names of the columns suggest; each column means one thing.

    >>> found = guess_mapping(["HADM_ID", "TEXT", "Patient sex"])
    >>> found.encounter, found.note, found.sex, found.age
    ('HADM_ID', 'TEXT', 'Patient sex', None)
    """
    free = {plain_name(column): column for column in reversed(columns)}
    found: dict[str, str] = {}
    for meaning, names in NAMES.items():
        for name in names.split():
            if name in free:
                found[meaning] = free.pop(name)
                break
    return ColumnMapping(**found)


def change_mapping(mapping: ColumnMapping, given: Mapping[str, str]) -> ColumnMapping:
    """A mapping with what a person says put in place of the guess; an empty column unsets.

    A column given for one thing no longer stands for another. Raises InputError for an
    unknown meaning.

    >>> guessed = guess_mapping(["text", "type"])
    >>> guessed.title, change_mapping(guessed, {"setting": "type"}).title
    ('type', None)
    """
    known = [field.name for field in fields(ColumnMapping)]
    for meaning in given:
        if meaning not in known:
            raise InputError(f"A table has no {meaning[:40]!r}; choose one of {', '.join(known)}.")
    taken = set(filter(None, given.values()))
    kept = {name: None for name in known if getattr(mapping, name) in taken}
    return replace(mapping, **{**kept, **{name: column or None for name, column in given.items()}})


def check_mapping(table: Table, mapping: ColumnMapping) -> None:
    """Refuse a mapping without a column for notes, or with one that is not there."""
    chosen = [column for name in NAMES if (column := getattr(mapping, name))]
    for column in chosen:
        if column not in table.columns:
            raise InputError(
                f'"{table.title}" has no column {column[:40]!r}; '
                f"it has {', '.join(table.columns[:20])}."
            )
    if mapping.note is None:
        raise InputError(f'Say which column of "{table.title}" holds the text of the notes.')
    if len(set(chosen)) < len(chosen):
        raise InputError(f'A column of "{table.title}" stands for two things; choose one for each.')


def unread_rows(table: Table) -> tuple[RowProblem, ...]:
    """The rows of a table none of which could be read, so that it has no columns to map."""
    if table.columns:
        return ()
    return tuple(RowProblem(number, reason) for number, reason in table.problems)


def read_rows(
    table: Table, mapping: ColumnMapping, setting: CareSetting
) -> tuple[tuple[FoundEncounter, ...], tuple[RowProblem, ...]]:
    """The encounters of a table in their order, and the rows that cannot be taken.

    ``setting`` is that of encounters which name none; their facts leave it open. A row that is
    refused leaves the others of its encounter in. A fact that one row of an encounter leaves
    blank is that of the others; what stands in its cell and cannot be read is left out, which
    ``RowReader.take_notices`` says.

    >>> from icd9_review.notes.intake.formats.tables.table import read_csv
    >>> lines = ("hadm_id,text,age", "7,Cough.,61", "7,No fever.,", "8,,70")
    >>> table = read_csv("\\n".join(lines), "notes.csv")
    >>> mapping = guess_mapping(table.columns)
    >>> found, refused = read_rows(table, mapping, CareSetting.INPATIENT)
    >>> [(each.facts.age, len(each.notes)) for each in found], [row.number for row in refused]
    ([(61, 2)], [4])
    """
    return RowReader(table, mapping, setting).read(table)


class RowReader:
    """Reads a table that comes in batches of rows, all with the columns of the first.

    What it has to know of the rows before (identifiers, facts, which rows were equal) it keeps,
    a hundred bytes a row; their notes it lets go.
    """

    def __init__(self, table: Table, mapping: ColumnMapping, setting: CareSetting) -> None:
        check_mapping(table, mapping)
        self._reader = _Reader(table, mapping, setting)

    def read(self, table: Table) -> tuple[tuple[FoundEncounter, ...], tuple[RowProblem, ...]]:
        """The encounters of these rows in their order, and the rows that cannot be taken.

        An encounter that has had rows before comes again, with its new notes alone.
        """
        problems = [RowProblem(number, reason) for number, reason in table.problems]
        for row in table.rows:
            try:
                self._reader.take(row)
            except (NoteError, EncounterError, Refused) as error:
                where = f"on sheet {row.sheet[:40]!r}: " if row.sheet else ""
                problems.append(RowProblem(row.number, f"{where}{error}"))
        found = self._reader.take_encounters()
        return found, tuple(sorted(problems, key=lambda problem: problem.number))

    def take_notices(self) -> tuple[str, ...]:
        """What was left out of these rows or assumed of them."""
        return self._reader.take_notices()


class _Reader:
    """Collects rows into encounters."""

    def __init__(self, table: Table, mapping: ColumnMapping, setting: CareSetting) -> None:
        self._columns = {
            field.name: column
            for field in fields(ColumnMapping)
            if (column := getattr(mapping, field.name))
        }
        self._places = {name: table.columns.index(each) for name, each in self._columns.items()}
        self._unread = UnreadColumns(table.columns, self._columns.values())
        self._setting = setting
        self._file = table.title
        self._found: dict[str, FoundEncounter] = {}
        self._facts_of: dict[str, tuple[Facts, str]] = {}  # of an encounter, and where it began
        self._notes: dict[tuple[str, str], str] = {}
        self._equal: Counter[str] = Counter()
        self._said: list[Notice] = []

    def take(self, row: TableRow) -> None:
        self._unread.take(row.cells)
        encounter = known(self._cell(row, "encounter"))
        if "encounter" in self._places and not encounter:
            raise Refused("the encounter is empty")
        name = encounter or self._by_content(row)
        title = known(self._cell(row, "title")) or f"Note of {row.place}"
        intake = read_note(cell_text(row.cells[self._places["note"]]), title)
        told, unclear = self._facts(row)
        note = FoundNote(self._with_particulars(intake, row, unclear))
        facts, place = self._merged(name, told, row.place)
        if note_id := known(self._cell(row, "note_id")):
            self._remember(encounter, note_id, row.place)
            note = replace(note, external_id=Identifier(note_id, within=self._file))
        self._facts_of[name] = facts, place
        self._said += unclear  # of a row that is taken
        before = self._found.get(name)
        notes = (*before.notes, note) if before else (note,)
        # No table says who gave it out. What a row holds may be another patient's, unless its note
        # has a number.
        coined = not (encounter or note_id)
        identifier = Identifier(name, within=self._file, coined=coined)
        self._found[name] = FoundEncounter(
            notes, facts, identifier, place=place, source=_SOURCE, file=self._file
        )

    def _merged(self, name: str, facts: Facts, place: str) -> tuple[Facts, str]:
        """What the rows of an encounter say together, if none says the contrary of another."""
        before, began = self._facts_of.get(name, (facts, place))
        merged = merge_facts((before, facts))
        if replace(merge_facts((facts, before)), **_OF_ENCOUNTER) != replace(
            merged, **_OF_ENCOUNTER
        ):
            raise Refused(f"the facts of the encounter differ from those of {began}")
        self._check(merged)
        return merged, began

    def take_encounters(self) -> tuple[FoundEncounter, ...]:
        """What was collected since this was last called."""
        found = tuple(self._found.values())
        self._found = {}
        return found

    def _cell(self, row: TableRow, meaning: str) -> str:
        place = self._places.get(meaning)
        return "" if place is None else row.cells[place].strip()

    def _facts(self, row: TableRow) -> tuple[Facts, list[Notice]]:
        """The facts of a row, and what is to be said of unclear ones."""
        said: list[Notice] = []
        facts = Facts(
            self._known(read_setting, row, "setting", said),
            self._known(read_age, row, "age", said),
            self._known(read_sex, row, "sex", said),
            self._known(read_day, row, "admitted", said),
            self._known(read_day, row, "discharged", said),
            known(self._cell(row, "team")) or None,
            account=known(self._cell(row, "account") or self._cell(row, "encounter")) or None,
            service=known(self._cell(row, "service")) or None,
            payer=known(self._cell(row, "payer")) or None,
        )
        self._check(facts)
        return facts, said

    def _with_particulars(self, intake: Intake, row: TableRow, said: list[Notice]) -> Intake:
        return intake.told(
            note_type(words=[known(self._cell(row, "type"))]),
            known(self._cell(row, "author")),
            self._known(read_day, row, "written", said),
        )

    def _known(
        self, read: Callable[[str], _Value], row: TableRow, meaning: str, said: list[Notice]
    ) -> _Value | None:
        """A fact as its cell says it, or what is safe to take of an unclear one, which is said."""
        try:
            return read(known(self._cell(row, meaning)))
        except Unclear as unclear:
            where = f"in column {self._columns[meaning][:40]!r} "
            said.append(Notice(where + str(unclear), row.place))
            return unclear.value  # type: ignore[return-value]  # of the kind its reader gives

    def take_notices(self) -> tuple[str, ...]:
        """What was left out or assumed since this was last called."""
        told = tell(self._file, (*self._said, *self._unread.take_notices()))
        self._said = []
        return told

    def _check(self, facts: Facts) -> None:
        """Raise EncounterError for facts that cannot be, or contradict each other."""
        complete_facts(facts, self._setting)

    def _by_content(self, row: TableRow) -> str:
        """A name for an encounter that has none, the same when the row comes again.

        Two patients may have the same short note: equal rows are told apart by counting.
        """
        telling = sorted(self._places.keys() - {*PARTICULARS})  # as before they were read
        cells = "\0".join(self._cell(row, meaning) for meaning in telling)
        digest = sha256(cells.encode("utf-8", "surrogatepass")).hexdigest()
        self._equal[digest] += 1
        return f"row {digest} {self._equal[digest]}"

    def _remember(self, encounter: str, note_id: str, place: str) -> None:
        first = self._notes.setdefault((encounter, note_id), place)
        if first != place:
            raise Refused(f"its note has the same identifier as that of {first}")


def column_meanings() -> Iterable[str]:
    """Everything a column can stand for, in the order to ask for it."""
    return tuple(NAMES)
