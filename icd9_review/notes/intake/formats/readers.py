"""A reader for each format, all of one shape: from a file to documents or tables, part by part.

The modules beside this one know what a format means; here stands how much of a file they get at
once, what is counted before they see it, and what becomes of a part that they refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from io import TextIOWrapper
from typing import Any, BinaryIO

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import (
    Document,
    FileFormat,
    FoundEncounter,
    FoundNote,
    Notice,
    join_encounters,
    tell,
)
from icd9_review.notes.intake.formats.base64_text import looks_like_base64
from icd9_review.notes.intake.formats.batches import (
    Batch,
    line_batches,
    message_batches,
    table_batches,
)
from icd9_review.notes.intake.formats.hl7.fields import BEGINS, begins_message
from icd9_review.notes.intake.formats.hl7.messages import hl7_encoding, read_hl7
from icd9_review.notes.intake.formats.json_text import (
    RepeatedName,
    decode_json,
    elements,
    is_one_value,
    split_lines,
)
from icd9_review.notes.intake.formats.naming import naming
from icd9_review.notes.intake.formats.office import docx, rtf
from icd9_review.notes.intake.formats.pdf import pages
from icd9_review.notes.intake.formats.sizes import (
    check_json,
    check_message,
    check_tags,
    check_whole,
)
from icd9_review.notes.intake.formats.structured.ccda import Attachment, read_ccda
from icd9_review.notes.intake.formats.structured.fhir import read_fhir
from icd9_review.notes.intake.formats.structured.html import decode_page, read_page
from icd9_review.notes.intake.formats.tables.header import (
    LONGEST_HEADER,
    delimiter_of,
    find_header,
)
from icd9_review.notes.intake.formats.tables.parquet import read_parquet
from icd9_review.notes.intake.formats.tables.table import Table, read_csv, read_jsonl, read_xlsx
from icd9_review.notes.intake.gate import Intake, read_note
from icd9_review.notes.intake.limits import limits_in_force
from icd9_review.notes.intake.plain_text import Encoding, decode_file, decode_text, find_encoding

FilePart = Document | Table
FileReader = Callable[[BinaryIO, str, Attachment], Iterator[FilePart]]

_MESSAGES = re.compile("(?m)(?<=\n)(?=[\ufeff\x0b\x1c]*" + BEGINS + ")")


def read_text_file(stream: BinaryIO, title: str, _: Attachment) -> Iterator[FilePart]:
    intake = decode_file(_whole(stream), title)
    if looks_like_base64(intake.note.text):
        raise NoteError(f'"{title}" is a file in base64; decode it, and choose the file itself.')
    yield document(title, FileFormat.TEXT, intake)


def read_pdf(stream: BinaryIO, title: str, _: Attachment) -> Iterator[FilePart]:
    yield _extracted(stream, title, FileFormat.PDF, pages.extract)


def read_word(stream: BinaryIO, title: str, _: Attachment) -> Iterator[FilePart]:
    yield _extracted(stream, title, FileFormat.DOCX, docx.extract)


def read_rtf(stream: BinaryIO, title: str, _: Attachment) -> Iterator[FilePart]:
    yield _extracted(stream, title, FileFormat.RTF, rtf.extract)


def read_html_file(stream: BinaryIO, title: str, _: Attachment) -> Iterator[FilePart]:
    data = _whole(stream)
    with naming(title):
        check_tags(data)
    text, notices = decode_page(data, title)
    found, told = read_page(text, title)
    yield Document(title, FileFormat.HTML, found, (*notices, *told))


def read_xml(stream: BinaryIO, title: str, attachment: Attachment) -> Iterator[FilePart]:
    data = _whole(stream)
    with naming(title):
        check_tags(data)
    found, notices = read_ccda(data, title, attachment)
    yield Document(title, FileFormat.CCDA, join_encounters((found,), FileFormat.CCDA), notices)


def read_fhir_json(stream: BinaryIO, title: str, attachment: Attachment) -> Iterator[FilePart]:
    text, notices = decode_text(_whole(stream), title)
    with naming(title):
        check_json(text)
    resources, broken = _resources(text, title)
    encounters, told = read_fhir(resources, title, attachment)
    yield Document(
        title,
        FileFormat.FHIR,
        join_encounters(encounters, FileFormat.FHIR),
        notices + broken + told,
    )


def read_messages(stream: BinaryIO, title: str, attachment: Attachment) -> Iterator[FilePart]:
    """HL7 v2, batch by batch; messages that are refused leave the others in."""
    refusals: list[str] = []
    found = None
    with _Text(stream, hl7_encoding(stream, title), newline=None) as (text, encoding):
        notices = encoding.notices
        for run in _small_messages(message_batches(text, title), title, refusals):
            try:
                found, told = read_hl7(run.text, title, attachment, run.before + 1)
            except NoteError as error:
                refusals.append(str(error))
                continue
            encounters = join_encounters(found, FileFormat.HL7)
            yield Document(title, FileFormat.HL7, encounters, (*notices, *refusals, *told))
            notices = ()
            refusals.clear()
    if refusals and found is None:
        raise NoteError(refusals[0])
    if refusals:
        yield Document(title, FileFormat.HL7, (), tuple(refusals))


def read_table_file(stream: BinaryIO, title: str, _: Attachment) -> Iterator[FilePart]:
    """CSV, batch by batch under the same header."""
    whole = _fits(stream)
    with _Text(stream, find_encoding(stream, title), newline="") as (text, encoding):
        if whole:
            table = read_csv(text.read(), title)
            yield replace(table, notices=encoding.notices + table.notices)
            return
        start = text.read(LONGEST_HEADER)
        text.seek(0)
        notices = encoding.notices
        above = find_header(start).above
        for batch in table_batches(text, title, delimiter_of(start), above):
            table = read_csv(batch.text, title, first=not batch.before)
            table = _renumbered(table, batch.before)
            yield replace(table, notices=notices + table.notices)
            notices = ()


def read_workbook(stream: BinaryIO, title: str, _: Attachment) -> Iterator[FilePart]:
    yield read_xlsx(_whole(stream), title)


def read_parquet_file(stream: BinaryIO, title: str, _: Attachment) -> Iterator[FilePart]:
    yield from read_parquet(stream, title)


def read_json_file(stream: BinaryIO, title: str, _: Attachment) -> Iterator[FilePart]:
    """Objects a line, batch by batch; or a list of objects, or one object over several lines."""
    if _fits(stream) or not _in_lines(stream, title):
        check_whole(stream, title)
        text, notices = decode_text(_whole(stream), title)
        with naming(title):
            check_json(text)
        table = read_jsonl(_as_lines(text), title)
        if not table.columns and not table.problems:
            raise NoteError(f'"{title}" is JSON without an object of a note; export it again.')
        yield replace(table, notices=notices + table.notices)
        return
    with _Text(stream, find_encoding(stream, title), newline="\n") as (lines, encoding):
        columns = _columns(lines)
        lines.seek(0)
        notices = encoding.notices
        for batch in line_batches(lines, title):
            table = _renumbered(read_jsonl(batch.text, title), batch.before)
            yield replace(_widened(table, columns), notices=notices + table.notices)
            notices = ()


def document(title: str, format_: FileFormat, intake: Intake) -> Document:
    """A file that is one note."""
    return Document(title, format_, (FoundEncounter((FoundNote(intake),)),))


class _Text:
    """A file as text, in the encoding it was found to have."""

    def __init__(self, stream: BinaryIO, encoding: Encoding, *, newline: str | None) -> None:
        self._encoding = encoding
        stream.seek(0)
        self._text = TextIOWrapper(stream, encoding.name, encoding.errors, newline=newline)

    def __enter__(self) -> tuple[TextIOWrapper, Encoding]:
        return self._text, self._encoding

    def __exit__(self, *_: object) -> None:
        self._text.detach()  # the stream belongs to somebody else


def _whole(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read()


def _fits(stream: BinaryIO) -> bool:
    """Whether a file is one batch."""
    return stream.seek(0, 2) <= limits_in_force().batch


def _extracted(
    stream: BinaryIO, title: str, format_: FileFormat, extract: Callable[[bytes], dict[str, Any]]
) -> Document:
    with naming(title):
        found = extract(_whole(stream))
    notices = tell(title, map(Notice, found["notices"]))
    intake = read_note(found["text"], title)
    return document(title, format_, Intake(intake.note, notices + intake.notices))


def _messages(text: str) -> list[str]:
    """The messages of a text; an envelope before the first belongs to it."""
    found = _MESSAGES.split(text)
    if len(found) > 1 and not begins_message(found[0].lstrip("\ufeff\x0b\x1c")):
        found[:2] = ["".join(found[:2])]
    return found


def _small_messages(batches: Iterable[Batch], title: str, refusals: list[str]) -> Iterator[Batch]:
    """Stretches of messages without those that are too large to parse."""
    for batch in batches:
        run: list[str] = []
        before = batch.before
        for message in _messages(batch.text):
            try:
                check_message(message)
                run.append(message)
            except NoteError as error:
                place = f"message {before + len(run) + 1:,}"
                refusals += tell(title, [Notice(f"left out, because it {error}", place)])
                if run:
                    yield Batch(before, "".join(run))
                before += len(run) + 1
                run = []
        if run:
            yield Batch(before, "".join(run))


def _resources(text: str, title: str) -> tuple[list[object], tuple[str, ...]]:
    """One resource, a list of them, or one a line as bulk exports write them; what is broken."""
    if is_one_value(text):
        try:
            whole = decode_json(text)
        except ValueError as error:
            reason = str(error) if isinstance(error, RepeatedName) else "it is no JSON to be read"
            raise NoteError(f'"{title}" cannot be read: {reason}; export it again.') from None
        return whole if isinstance(whole, list) else [whole], ()
    found: list[object] = []
    broken = []
    for number, line in enumerate(split_lines(text), start=1):
        try:
            if line.strip():
                found.append(decode_json(line))
        except RepeatedName as error:
            broken.append(Notice(f"{error}; it is left out", f"line {number:,}"))
        except ValueError:
            broken.append(Notice("is not well-formed JSON; it is left out", f"line {number:,}"))
    if not found:
        raise NoteError(f'"{title}" is not well-formed JSON; export it again.')
    return found, tell(title, broken)


def _as_lines(text: str) -> str:
    """A list of objects, or one object over several lines, as JSON lines."""
    if not is_one_value(text):
        return text
    if text.lstrip().startswith("["):
        return "\n".join(elements(text))
    return " ".join(split_lines(text))


def _in_lines(stream: BinaryIO, title: str) -> bool:
    """Whether a file has an object a line: a list, or one object over several lines, has not."""
    with _Text(stream, find_encoding(stream, title), newline="\n") as (lines, _):
        filled = filter(str.strip, lines)
        first, second = next(filled, ""), next(filled, "")
    try:
        return bool(second) and isinstance(decode_json(first), dict)
    except ValueError:
        begins = first.lstrip("\ufeff \t")[:1]
        return begins != "[" and (begins != "{" or second.lstrip().startswith("{"))


def _columns(lines: Iterable[str]) -> tuple[str, ...]:
    """The names of all objects of a file, in order of appearance."""
    names: dict[str, None] = {}
    for line in lines:
        try:
            value = decode_json(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            names.update(dict.fromkeys(value))
    return tuple(names)


def _widened(table: Table, columns: tuple[str, ...]) -> Table:
    """A table with the columns of the whole file."""
    places = [table.columns.index(name) if name in table.columns else None for name in columns]
    rows = tuple(
        replace(row, cells=tuple("" if at is None else row.cells[at] for at in places))
        for row in table.rows
    )
    return replace(table, columns=columns, rows=rows)


def _renumbered(table: Table, before: int) -> Table:
    """A batch of a table with the numbers its rows have in the file."""
    return replace(
        table,
        rows=tuple(replace(row, number=row.number + before) for row in table.rows),
        problems=tuple((number + before, reason) for number, reason in table.problems),
    )
