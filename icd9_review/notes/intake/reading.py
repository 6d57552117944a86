"""Files of every format: how each is told, who reads it, and what people call it.

``FILE_FORMATS`` is the only list of formats. Everything but plain text is read in a child process
(``formats/isolated``), which runs ``read_parts``.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from icd9_review.errors import NoteError, ReviewError
from icd9_review.notes.intake.documents import (
    Document,
    FileFormat,
    FoundEncounter,
    join_encounters,
)
from icd9_review.notes.intake.formats import readers
from icd9_review.notes.intake.formats import signatures as told
from icd9_review.notes.intake.formats.isolated import Tick, read_isolated
from icd9_review.notes.intake.formats.naming import naming
from icd9_review.notes.intake.formats.readers import FilePart, FileReader
from icd9_review.notes.intake.formats.sizes import check_characters, check_count, check_size
from icd9_review.notes.intake.formats.tables.table import Table
from icd9_review.notes.intake.gate import Intake, clean_title
from icd9_review.notes.intake.limits import COMMAND, PAGE, Limits, limits_in_force, under
from icd9_review.notes.intake.particulars.note_types import note_type
from icd9_review.notes.intake.plain_text import FILE_LIMIT, decode_file, file_title


@dataclass(frozen=True, slots=True)
class KnownFormat:
    """A format of files: how it is told, who reads it, what people call it in a list.

    ``in_parts`` says that its reader takes a file batch by batch, however large it is.
    """

    key: FileFormat
    name: str
    told_by: Callable[[told.Look], bool]
    read: FileReader
    table: bool = False
    in_parts: bool = False


# The first that fits is taken: what has a signature of its own before what is told by its looks.
FILE_FORMATS = (
    KnownFormat(FileFormat.PDF, "PDF", told.is_pdf, readers.read_pdf),
    KnownFormat(FileFormat.DOCX, "Word", told.is_word, readers.read_word),
    KnownFormat(FileFormat.RTF, "RTF", told.is_rtf, readers.read_rtf),
    KnownFormat(FileFormat.XLSX, "Excel", told.is_workbook, readers.read_workbook, table=True),
    KnownFormat(
        FileFormat.PARQUET,
        "Parquet",
        told.is_parquet,
        readers.read_parquet_file,
        table=True,
        in_parts=True,
    ),
    KnownFormat(FileFormat.HL7, "HL7 v2", told.is_hl7, readers.read_messages, in_parts=True),
    KnownFormat(FileFormat.HTML, "HTML", told.looks_like_html, readers.read_html_file),
    KnownFormat(FileFormat.CCDA, "C-CDA", told.looks_like_xml, readers.read_xml),
    KnownFormat(FileFormat.FHIR, "FHIR", told.is_fhir, readers.read_fhir_json),
    KnownFormat(
        FileFormat.JSONL, "JSON", told.is_json, readers.read_json_file, table=True, in_parts=True
    ),
    KnownFormat(
        FileFormat.CSV, "CSV", told.is_table, readers.read_table_file, table=True, in_parts=True
    ),
)
PLAIN = KnownFormat(FileFormat.TEXT, "plain text", lambda _: True, readers.read_text_file)
"""What is nothing else; its reader says what is wrong with what is no text either."""

_NESTED = 3
"""Files in files: a bundle with a document with a scan of it is two deep."""


def format_names() -> tuple[str, str]:
    """The names of all formats for people: of notes and of tables."""
    notes = [PLAIN, *(each for each in FILE_FORMATS if not each.table)]
    tables = [each for each in FILE_FORMATS if each.table]
    return ", ".join(each.name for each in notes), ", ".join(each.name for each in tables)


def read_file(data: bytes, name: str, tick: Tick = lambda: None) -> FilePart:
    """What a file holds: encounters with their notes, or a table that needs a mapping.

    ``tick`` is called while a child works and ends it by raising. Raises NoteError naming the file
    and the way out for what cannot be taken under the limits of a page.
    """
    return combine(_read(BytesIO(data), name, PAGE, tick))


def read_stream(file: BinaryIO, name: str) -> Iterator[FilePart]:
    """The same for a file on disk under the limits of the command, part by part.

    The parts of one file are all documents, or all tables with the same columns.
    """
    return _read(file, name, COMMAND, lambda: None)


def read_here(data: bytes, name: str) -> FilePart:
    """The same in this process, under the limits in force: for files that can be trusted.

    >>> read_here(b"encounter,note\\n7,Chest pain.\\n", "notes.csv").columns
    ('encounter', 'note')
    >>> read_here(b"Chest pain.\\n", "visit.txt").encounters[0].notes[0].intake.note.text
    'Chest pain.\\n'
    """
    return combine(read_parts(BytesIO(data), file_title(name)))


def read_parts(stream: BinaryIO, title: str) -> Iterator[FilePart]:
    """What a file holds, batch by batch, under the limits in force."""
    look = told.Look(stream, title)
    format_ = recognise(look)
    _check_size(stream, title, format_)
    yield from _counted(format_.read(stream, title, _attachments(_NESTED)), title)


def recognise(look: told.Look) -> KnownFormat:
    """The format of a file by its content. Raises NoteError for one that cannot be taken."""
    found = next((each for each in FILE_FORMATS if each.told_by(look)), PLAIN)
    if found is PLAIN:
        told.refuse_unreadable(look)
    return found


def combine(parts: Iterable[FilePart]) -> FilePart:
    """The parts of one file as one value."""
    found = list(parts)
    first = found[0]  # every reader finds something or refuses
    if isinstance(first, Table):
        tables = [each for each in found if isinstance(each, Table)]
        return replace(
            first,
            rows=tuple(row for each in tables for row in each.rows),
            problems=tuple(problem for each in tables for problem in each.problems),
            notices=_once(notice for each in tables for notice in each.notices),
        )
    documents = [each for each in found if isinstance(each, Document)]
    every = [encounter for each in documents for encounter in each.encounters]
    return replace(
        first,
        encounters=join_encounters(every, every[0].source) if every else (),
        notices=_once(notice for each in documents for notice in each.notices),
    )


def _read(stream: BinaryIO, name: str, limits: Limits, tick: Tick) -> Iterator[FilePart]:
    """Plain text here, where nothing but decoding is to be done; the rest in a child."""
    title = file_title(name)
    size = stream.seek(0, 2)
    with under(limits):
        check_size(stream, title, limits.size)
        plain = size <= FILE_LIMIT and recognise(told.Look(stream, title)) is PLAIN
        stream.seek(0)
        if plain:
            yield from read_parts(stream, title)
            return
    yield from read_isolated(stream, title, limits, tick)


def _check_size(stream: BinaryIO, title: str, format_: KnownFormat) -> None:
    limits = limits_in_force()
    check_size(stream, title, limits.size if format_.in_parts else limits.whole)


def _counted(parts: Iterator[FilePart], title: str) -> Iterator[FilePart]:
    """Parts, until together they hold more than a file may; each tells the name of its file."""
    encounters = characters = 0
    for part in _foreseen(parts, title):
        if isinstance(part, Document):
            found = tuple(replace(each, file=title) for each in part.encounters)
            part = replace(part, encounters=found)
            encounters += len(found)
            characters += sum(len(n.intake.note.text) for each in found for n in each.notes)
            with naming(title):
                check_count(encounters, limits_in_force().encounters, "encounters")
                check_characters(characters)
        yield part


def _foreseen(parts: Iterator[FilePart], title: str) -> Iterator[FilePart]:
    """Parts, until their reader meets an error nobody foresaw: then the file is refused."""
    try:
        yield from parts
    except (ReviewError, MemoryError, ImportError):
        raise
    except Exception as error:  # its message may quote a note
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
        raise NoteError(
            f'"{title}" cannot be read: its reader met an error nobody foresaw ({where}); '
            "paste the text of the note, and tell an administrator."
        ) from None


def _attachments(depth: int) -> Callable[[bytes, str], Intake]:
    """Reads the note in a file embedded in another, so many files deep."""

    def read(data: bytes, title: str) -> Intake:
        stream = BytesIO(data)
        look = told.Look(stream, title)
        format_ = recognise(look)
        if format_.key is FileFormat.JSONL and look.json is not None:
            raise NoteError(f'"{title}" embeds JSON that is no note; send it by itself.')
        if format_.key is FileFormat.CSV or format_.key is FileFormat.XLSX:
            raise NoteError(
                f'"{title}" embeds a table ({format_.name}), whose rows are notes of their own; '
                "take it in by itself."
            )
        if format_.table:  # a note may look like one
            return decode_file(data, title)
        _check_size(stream, title, format_)
        if not depth:
            raise NoteError(f'"{title}" is embedded in files that are embedded; send it by itself.')
        parts = format_.read(stream, title, _attachments(depth - 1))
        found = combine(_foreseen(parts, title))
        return _only_note(found, title)

    return read


def _only_note(found: FilePart, title: str) -> Intake:
    every = [] if isinstance(found, Table) else _notes(found.encounters)
    if len(every) != 1:
        raise NoteError(f'"{title}" embeds a file of {len(every)} notes; send it by itself.')
    # What the message calls it tells people more than what the file calls itself.
    (intake,) = every
    named = replace(intake.note, title=clean_title(title))
    return replace(intake, note=named).told(type=note_type(words=[title]))


def _notes(encounters: Iterable[FoundEncounter]) -> list[Intake]:
    return [note.intake for encounter in encounters for note in encounter.notes]


def _once(notices: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(notices))
