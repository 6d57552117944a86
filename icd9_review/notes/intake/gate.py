"""The one gate for the text of a note, however it was pasted, decoded or written.

What is let in is changed in two ways only: CRLF and a lone CR become LF, and what
no database or tokenizer can hold (NUL, lone surrogates) becomes U+FFFD, one for
one, with a notice. Every other code point is left alone, so that offsets counted
in the stored text mean the same for everybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from icd9_review.errors import NoteError
from icd9_review.notes.intake.facts import EARLIEST, LATEST
from icd9_review.notes.intake.particulars.note_types import type_of_text
from icd9_review.notes.intake.particulars.words import AUTHOR_LIMIT, one_line, short_words
from icd9_review.notes.text.disguised import find_disguised
from icd9_review.values import NewNote, NoteType

NOTE_LIMIT = 200_000
"""Code points in one note."""

_TITLE_LIMIT = 120  # characters of one line of the page; by judgement
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Intake:
    """A note that was let in, and what people should know about how it was read."""

    note: NewNote
    notices: tuple[str, ...] = ()

    def told(
        self,
        type: NoteType | None = None,
        author: str | None = None,
        written: date | None = None,
    ) -> Intake:
        """This with what its source says of the document; what it does not say stays as it is.

        >>> read_note("No fever.", "Consult").told(author=" Dr.  Ames ").note.author
        'Dr. Ames'
        """
        note = replace(
            self.note,
            type=type or self.note.type,
            author=short_words(author, AUTHOR_LIMIT) or self.note.author,
            written=_in_range(written) or self.note.written,
        )
        return replace(self, note=note)


def read_note(text: str, title: str) -> Intake:
    """Check the text of a note; an empty title becomes "Untitled note".

    Raises NoteError for a text without a visible character and for one longer
    than NOTE_LIMIT.

    >>> read_note("Chest pain.\\r\\nNo fever.", "ED note").note.text
    'Chest pain.\\nNo fever.'
    """
    name = clean_title(title)
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if is_empty(lines):
        raise NoteError(f'"{name}" is empty; paste the text of the note or choose another file.')
    if len(lines) > NOTE_LIMIT:
        raise NoteError(
            f'"{name}" has {len(lines):,} characters, the limit is {NOTE_LIMIT:,}; '
            "split it into several notes of the same encounter."
        )
    stored, replaced = _UNSTORABLE.subn(_REPLACEMENT, lines)
    notices = (*_replacement_notice(name, lines, replaced), *_disguise_notice(name, stored))
    return Intake(NewNote(stored, name, type_of_text(stored, name)), notices)


def is_empty(text: str) -> bool:
    """Whether a text has no visible character.

    >>> is_empty(" \\n"), is_empty("x")
    (True, False)
    """
    return not any(character.isprintable() and character != " " for character in text)


def clean_title(title: str) -> str:
    """A title of one line: at most 120 characters, invisible ones replaced by U+FFFD."""
    return one_line(title, _TITLE_LIMIT) or "Untitled note"


def _in_range(day: date | None) -> date | None:
    return day if day is not None and EARLIEST <= day <= LATEST else None


def _replacement_notice(name: str, text: str, replaced: int) -> tuple[str, ...]:
    first = _UNSTORABLE.search(text)
    if first is None:
        return ()
    characters = "character that" if replaced == 1 else "characters that"
    return (
        f'"{name}": {replaced:,} {characters} cannot be stored (NUL or half a surrogate pair) '
        f"replaced by {_REPLACEMENT}, the first at position {first.start() + 1:,}.",
    )


def _disguise_notice(name: str, text: str) -> tuple[str, ...]:
    """Such a text is stored as it is: what it says is for a person to judge."""
    found = find_disguised(text)
    if found is None:
        return ()
    places = "place reads otherwise than it looks"
    if found.places > 1:
        places = "places read otherwise than they look"
    return (
        f'"{name}": {found.places:,} {places} (characters that show nothing or turn the order of '
        "words, letters of another alphabet in a word), the first at position "
        f"{found.first + 1:,}; compare with the original.",
    )
