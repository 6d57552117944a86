"""The tables of MIMIC-III v1.4, one row at a time, with file, line and column for errors.

NOTEEVENTS has two million rows and 3.7 GB of CSV with line breaks inside its cells, so no
table is ever read whole. Form after Johnson et al. 2016 and the schema at
https://mimic.mit.edu/docs/iii/tables/.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from icd9_review.errors import CorpusError

_SOURCE = "MIMIC-III v1.4 on PhysioNet (https://physionet.org/content/mimiciii/1.4/)"
_LONGEST = 1 << 24  # characters in a cell or line; more is a quote never closed; by judgement


@dataclass(frozen=True, slots=True)
class MimicTable:
    """A table's name and the columns that are needed of it, as documented."""

    name: str
    columns: tuple[str, ...]


NOTEEVENTS = MimicTable(
    "NOTEEVENTS",
    (
        "ROW_ID",
        "SUBJECT_ID",
        "HADM_ID",
        "CHARTDATE",
        "CHARTTIME",
        "CATEGORY",
        "DESCRIPTION",
        "ISERROR",
        "TEXT",
    ),
)
DIAGNOSES_ICD = MimicTable("DIAGNOSES_ICD", ("HADM_ID", "ICD9_CODE"))
PROCEDURES_ICD = MimicTable("PROCEDURES_ICD", ("HADM_ID", "ICD9_CODE"))
ADMISSIONS = MimicTable(
    "ADMISSIONS", ("SUBJECT_ID", "HADM_ID", "ADMITTIME", "INSURANCE", "ETHNICITY")
)
PATIENTS = MimicTable("PATIENTS", ("SUBJECT_ID", "GENDER", "DOB"))


@dataclass(frozen=True, slots=True)
class MimicRow:
    """One row by column name; every cell is text. ``line`` is the line it begins on."""

    path: Path
    line: int
    cells: Mapping[str, str]

    def identifier(self, column: str) -> str:
        """The cell as a whole number in digits; CorpusError for anything else."""
        cell = self.cells[column].strip()
        if not (cell.isascii() and cell.isdigit()):
            raise self.error(
                column,
                "no whole number; a file saved by other software may have rewritten it "
                f"(145834.0), take the one of {_SOURCE}",
            )
        return cell

    def error(self, column: str, message: str) -> CorpusError:
        """An error that names file, line and column."""
        return CorpusError(f"{self.path}, line {self.line}, column {column}: {message}")


def find_table(folder: Path, table: MimicTable) -> Path:
    """The table's file: ``.csv`` before ``.csv.gz``, named in upper or in lower case.

    Raises CorpusError for a folder that is none or lacks the table, with where it comes from.
    """
    if not folder.is_dir():
        raise CorpusError(f"{folder} is no folder; --mimic names the one that holds {_SOURCE}")
    names = [f"{table.name}{ending}" for ending in (".csv", ".csv.gz")]
    for name in (*names, *map(str.lower, names)):
        if (folder / name).is_file():
            return folder / name
    raise CorpusError(f"{folder} has no {names[0]} or {names[1]}; download it from {_SOURCE}")


def read_table(folder: Path, table: MimicTable) -> Iterator[MimicRow]:
    """The rows of a table with its needed columns, in the order of the file.

    Raises CorpusError naming file and line: a missing file or column, a row with another
    number of columns than the header, a quote that is not closed, bytes that are zero or not
    UTF-8, a compressed file that is cut off.
    """
    path = find_table(folder, table)
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST))
    with _open(path) as file:
        records = _records(path, file)
        _, header = next(records, (0, []))
        places = _places(path, table, header)
        for line, record in records:
            if len(record) != len(header):
                raise CorpusError(
                    f"{path}, line {line}: {len(record)} columns where the header has "
                    f"{len(header)}; the file is damaged, download it again from {_SOURCE}"
                )
            yield MimicRow(path, line, {column: record[place] for column, place in places})


def _open(path: Path) -> BinaryIO:
    try:
        if path.suffix == ".gz":
            return io.BufferedReader(cast(io.RawIOBase, gzip.open(path)), 1 << 20)
        return path.open("rb")
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror}") from None


def _places(path: Path, table: MimicTable, header: Sequence[str]) -> list[tuple[str, int]]:
    """Where the needed columns stand; the demonstration's headers are in lower case."""
    names = [name.strip().upper() for name in header]
    missing = [column for column in table.columns if column not in names]
    if missing:
        columns = "column" if len(missing) == 1 else "columns"
        raise CorpusError(
            f"{path} lacks the {columns} {', '.join(missing)} of {table.name}; "
            f"its first line must be the header of the file from {_SOURCE}"
        )
    return [(column, names.index(column)) for column in table.columns]


def _records(path: Path, file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Records with the line they begin on; blank lines between them are passed over."""
    reader = csv.reader(_lines(path, file), strict=True)
    begins = 1
    try:
        for record in reader:
            if record:
                yield begins, record
            begins = reader.line_num + 1
    except csv.Error as error:
        raise CorpusError(
            f"{path}, line {begins}: {error} in the row that begins here; "
            f"the file is damaged, download it again from {_SOURCE}"
        ) from None


def _lines(path: Path, file: BinaryIO) -> Iterator[str]:
    number = 0
    try:
        for raw in iter(partial(file.readline, _LONGEST), b""):
            number += 1
            if b"\0" in raw:
                raise CorpusError(
                    f"{path}, line {number}: bytes that are zero, as a broken download leaves "
                    f"them; download it again from {_SOURCE}"
                )
            yield raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError:
        raise CorpusError(
            f"{path}, line {number}: bytes that are not UTF-8; take the file of {_SOURCE}"
        ) from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise CorpusError(
            f"{path} is cut off or damaged after line {number}; download it again from {_SOURCE}"
        ) from None
    except OSError as error:
        raise CorpusError(f"{path}, after line {number}: {error.strerror}") from None
