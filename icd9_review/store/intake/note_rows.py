"""The notes of an encounter as rows: which are current, and in which order.

A changed text is a row of its own that supersedes the old one and takes its place in
the order of reading; the old row stays, because events and scores refer to it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from icd9_review.errors import NoteError
from icd9_review.store.database.tables import EncounterRow, NoteRow
from icd9_review.values import NewNote, Note


def new_id() -> str:
    """An opaque id of 88 random bits, in digits no spreadsheet takes for a formula."""
    return secrets.token_hex(11)


def is_current() -> ColumnElement[bool]:
    """The condition that a note has not been superseded."""
    newer = aliased(NoteRow)
    return ~exists().where(newer.supersedes == NoteRow.id)


def has_text() -> ColumnElement[bool]:
    """The condition that the text of a note was not purged."""
    gone = aliased(EncounterRow)
    return NoteRow.encounter_id.not_in(select(gone.id).where(gone.purged.is_not(None)))


def all_notes(session: Session, encounter_id: str) -> list[NoteRow]:
    """Every version of every note, in the order they came."""
    query = select(NoteRow).where(NoteRow.encounter_id == encounter_id)
    return list(session.scalars(query.order_by(NoteRow.position)))


def current_notes(session: Session, encounter_id: str) -> list[NoteRow]:
    """The notes that count, each at the place of its first version."""
    return current_of(all_notes(session, encounter_id))


def current_of(rows: Sequence[NoteRow]) -> list[NoteRow]:
    """Those of all versions that count."""
    places: dict[str, int] = {}
    for row in rows:
        places[row.id] = places.get(row.supersedes or "", row.position)
    superseded = {row.supersedes for row in rows}
    current = (row for row in rows if row.id not in superseded)
    return sorted(current, key=lambda row: places[row.id])


def as_note(row: NoteRow) -> Note:
    """A row as what everybody else knows of a note."""
    return Note(
        id=row.id,
        encounter_id=row.encounter_id,
        title=row.title,
        text=row.text,
        version=row.version,
        sha256=row.sha256,
        supersedes=row.supersedes,
        type=row.type,
        author=row.author,
        written=row.written,
    )


def as_new(row: NoteRow) -> NewNote:
    """What a note was when it came in."""
    return NewNote(row.text, row.title, row.type, row.author, row.written)


def encode_notes(notes: Sequence[NewNote]) -> list[bytes]:
    """The notes' texts in UTF-8. Raises NoteError for what no database can hold."""
    for new in notes:
        if "\x00" in new.text + new.title + (new.author or ""):
            raise NoteError("A note contains the character U+0000; remove it and try again.")
    try:
        for new in notes:
            (new.title + (new.author or "")).encode()
        return [new.text.encode() for new in notes]
    except UnicodeEncodeError:
        raise NoteError(
            "A note contains a lone surrogate; save it as UTF-8 and try again."
        ) from None
