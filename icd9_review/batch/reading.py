"""From files of every format to the notes of a batch, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from icd9_review.batch.waiting import WaitingNote
from icd9_review.errors import InputError
from icd9_review.notes.intake.column_mapping import (
    RowReader,
    change_mapping,
    guess_mapping,
    unread_rows,
)
from icd9_review.notes.intake.documents import Document, FoundEncounter
from icd9_review.notes.intake.formats.readers import FilePart
from icd9_review.notes.intake.formats.tables.table import Table
from icd9_review.notes.intake.identifiers import Identifier
from icd9_review.notes.intake.reading import read_stream
from icd9_review.values import CareSetting

_UNSAID: Final = CareSetting.INPATIENT  # no score depends on it

Tell = Callable[[str], object]
"""Hears what was left out or assumed, a sentence at a time."""


def read_waiting(
    files: Iterable[Path], mapping: Mapping[str, str], tell: Tell
) -> Iterator[WaitingNote]:
    """Every note of the files in their order, and what was refused of them, numbered from one.

    ``mapping`` says which column of tables means what where their names do not. A file that cannot
    be read is a note with its refusal, and so is a row.
    """
    number = 0
    for path in files:
        for note in _of_file(path, mapping, tell):
            number += 1
            yield replace(note, number=number)


def _of_file(path: Path, mapping: Mapping[str, str], tell: Tell) -> Iterator[WaitingNote]:
    file, rows = str(path), None
    try:
        for part in _parts(path):
            if isinstance(part, Document):
                _tell_all(part.all_notices, tell)
                yield from _of_encounters(file, part.encounters)
                continue
            if problems := unread_rows(part):
                found: tuple[FoundEncounter, ...] = ()
            else:
                rows = rows or _row_reader(part, mapping)
                found, problems = rows.read(part)
                _tell_all((*part.notices, *rows.take_notices()), tell)
            yield from _of_encounters(file, found)
            for each in problems:
                yield WaitingNote(0, file, f"row {each.number}", refusal=each.reason)
    except OSError as error:
        yield WaitingNote(0, file, refusal=error.strerror or "it is no file on a disk")
    except InputError as error:
        yield WaitingNote(0, file, refusal=str(error))


def _parts(path: Path) -> Iterator[FilePart]:
    with path.open("rb") as file:
        yield from read_stream(file, path.name)


def _row_reader(table: Table, mapping: Mapping[str, str]) -> RowReader:
    return RowReader(table, change_mapping(guess_mapping(table.columns), mapping), _UNSAID)


def _of_encounters(file: str, found: Iterable[FoundEncounter]) -> Iterator[WaitingNote]:
    for encounter in found:
        for note in encounter.notes:
            yield WaitingNote(
                0,
                file,
                encounter.place or note.intake.note.title,
                _given(encounter.external_id),
                _given(note.external_id),
                note.intake.note.text,
            )


def _given(identifier: Identifier) -> str:
    return "" if identifier.coined else identifier.value


def _tell_all(notices: Iterable[str], tell: Tell) -> None:
    for notice in notices:
        tell(notice)
