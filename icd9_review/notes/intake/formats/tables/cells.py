"""Cells that hold a document where text should stand: read for what they are, or refused."""

from __future__ import annotations

from icd9_review.errors import NoteError
from icd9_review.notes.intake.formats.base64_text import looks_like_base64
from icd9_review.notes.intake.formats.structured.html import is_xml, plain_text
from icd9_review.notes.intake.formats.structured.narrative import Narrative

_SHORTEST = 8  # characters of the shortest markup that says something: "<b>x</b>"
_NAME = "The cell"


def read_cell(cell: str) -> Narrative:
    """The text of a cell, and notices of what was left out of it.

    Raises NoteError, whose words go on after the place, for a document that no table holds.
    """
    if len(cell) < _SHORTEST:
        return Narrative(cell)
    if cell.lstrip().startswith("{\\rtf"):
        return _rich_text(cell)
    if cell.startswith("MSH|"):
        raise NoteError("holds an HL7 v2 message instead of text; take it in as a file")
    if is_xml(cell):
        raise NoteError("holds XML instead of text; export the text of the note")
    if looks_like_base64(cell):
        raise NoteError("holds a file in base64 instead of text; export the text of the note")
    return plain_text(cell, _NAME)


def _rich_text(cell: str) -> Narrative:
    from icd9_review.notes.intake.formats.office.rtf import as_written, extract

    found = extract(as_written(cell.strip()))
    return Narrative(found["text"], tuple(found["notices"]))
