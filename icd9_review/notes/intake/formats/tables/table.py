"""Tables with a note in every row: what CSV, JSON and workbooks have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import FileFormat, Notice, tell
from icd9_review.notes.intake.formats.naming import naming
from icd9_review.notes.intake.formats.office.xlsx import extract
from icd9_review.notes.intake.formats.tables.cells import read_cell
from icd9_review.notes.intake.formats.tables.header import rows_above
from icd9_review.notes.intake.formats.tables.rows import csv_records, json_records
from icd9_review.notes.intake.formats.tables.withdrawn import withdrawn

_LONGEST_NAME = 200  # characters; what is longer in a header is a text


@dataclass(frozen=True, slots=True)
class TableRow:
    """``number`` as people count: the line of a JSON file, the row of a sheet, the record of CSV.

    ``sheet`` names the sheet of a workbook behind the first, which counts by itself.
    """

    number: int
    cells: tuple[str, ...]
    sheet: str = ""

    @property
    def place(self) -> str:
        """Where the row stands, in words."""
        return (
            f"sheet {self.sheet[:40]!r}, row {self.number}" if self.sheet else f"row {self.number}"
        )


@dataclass(frozen=True, slots=True)
class Table:
    """A table as text; ``problems`` are rows that could not be read, with the reason."""

    title: str
    format: FileFormat
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    problems: tuple[tuple[int, str], ...] = ()
    notices: tuple[str, ...] = ()


def read_csv(text: str, title: str, *, first: bool = True) -> Table:
    """A table with its header in the first record. Raises NoteError where it has none.

    Of several batches of a file the ``first`` says what is to be said of the header.
    """
    with naming(title):
        records = csv_records(text)
    numbered = list(enumerate(records, start=1))
    rows = [TableRow(number, tuple(cells)) for number, cells in numbered]
    return _table(rows, title, FileFormat.CSV, first=first)


def read_xlsx(data: bytes, title: str) -> Table:
    """The first sheet that has rows, and those behind it with the same header."""
    with naming(title):
        found = extract(data)
    rows = [
        TableRow(number, tuple(cells), sheet["name"] if later else "")
        for later, sheet in enumerate(found["sheets"])
        for number, cells in zip(sheet["numbers"], sheet["rows"], strict=True)
    ]
    notices = tell(title, map(Notice, found["notices"]))
    return _table(rows, title, FileFormat.XLSX, notices)


def read_jsonl(text: str, title: str) -> Table:
    """One JSON object a line, or an array of them; columns are the names as they appear."""
    with naming(title):
        objects, problems = json_records(text)
    columns = tuple(dict.fromkeys(name for _, each in objects for name in each))
    rows = [TableRow(n, tuple(each.get(name, "") for name in columns)) for n, each in objects]
    return finish_table(Table(title, FileFormat.JSONL, columns, tuple(rows), tuple(problems)))


def _table(
    records: Sequence[TableRow],
    title: str,
    format_: FileFormat,
    notices: tuple[str, ...] = (),
    *,
    first: bool = True,
) -> Table:
    filled = [row for row in records if any(map(str.strip, row.cells))]
    above = rows_above([row.cells for row in filled])
    filled = filled[above:]
    if len(filled) < 2:
        raise NoteError(f'"{title}" has no row below its header; export the table again.')
    header = filled[0].cells
    if any(len(cell) > _LONGEST_NAME or "\n" in cell.strip() for cell in header):
        raise NoteError(
            f'"{title}" has a text where the names of its columns should stand; '
            "put them into the first row."
        )
    columns = header_names(header)
    notices += tell(title, (*_above(above), *_same_names(header))) if first else ()
    rows, problems = [], []
    for row in filled[1:]:
        if len(row.cells) > len(columns):
            reason = f"has {len(row.cells)} cells and the header {len(columns)}; quote the text"
            problems.append((row.number, _with_sheet(row, reason)))
        else:
            padded = (*row.cells, *[""] * (len(columns) - len(row.cells)))
            rows.append(replace(row, cells=padded))
    return finish_table(Table(title, format_, columns, tuple(rows), tuple(problems), notices))


def finish_table(table: Table) -> Table:
    """A table without the rows that its source calls wrong, and with text for markup in cells."""
    left_out, notices = withdrawn(table.columns, [row.cells for row in table.rows])
    rows: list[TableRow] = []
    problems = list(table.problems)
    said: list[Notice] = [Notice(words) for words in notices]
    for number, row in enumerate(table.rows):
        if number in left_out:
            continue
        try:
            cells = [read_cell(cell) for cell in row.cells]
        except NoteError as error:
            problems.append((row.number, _with_sheet(row, str(error))))
            continue
        said += [Notice(words, row.place) for cell in cells for words in cell.notices]
        rows.append(replace(row, cells=tuple(cell.text for cell in cells)))
    told = (*table.notices, *tell(table.title, said))
    return replace(table, rows=tuple(rows), problems=tuple(problems), notices=told)


def _with_sheet(row: TableRow, reason: str) -> str:
    return f"on sheet {row.sheet[:40]!r}: {reason}" if row.sheet else reason


def _above(rows: int) -> Iterator[Notice]:
    if rows:
        many = f"{rows} rows" if rows > 1 else "a row"
        yield Notice(f"has {many} above its header; {'they are' if rows > 1 else 'it is'} left out")


def _same_names(header: Sequence[str]) -> Iterator[Notice]:
    """Columns of one name: which of them is meant, only a person can tell."""
    counts = Counter(" ".join(cell.split())[:80] for cell in header)
    for name, count in counts.items():
        if name and count > 1:
            yield Notice(
                f"has {count} columns named {name!r}; the first is taken unless you choose"
            )


def header_names(header: Sequence[str]) -> tuple[str, ...]:
    """Names of one line, told apart by a number where two are the same."""
    names: list[str] = []
    taken: set[str] = set()
    for position, cell in enumerate(header, start=1):
        name = " ".join(cell.replace("\ufeff", "").split())[:80] or f"column {position}"
        names.append(f"{name} ({position})" if name in taken else name)
        taken.add(names[-1])
    return tuple(names)
