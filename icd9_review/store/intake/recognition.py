"""Which stored encounter one from a file is, if it is here.

The source's identifier of the encounter decides, else that of its first note.
An encounter without any identifier is recognised by the name of its file together with its texts:
two patients may have the same words ("CXR: no acute disease."), and two files are two encounters.
Several of one name and the same texts in one import are told apart by counting, so that the same
folder taken in again changes nothing either. That the same texts are here under another name is
said, and no reason to leave anything out.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.notes.intake.documents import FoundEncounter
from icd9_review.store.database.tables import EncounterRow
from icd9_review.store.intake.external_ids import keyed_digest
from icd9_review.store.intake.note_rows import all_notes


class Copies:
    """Counts, in one import, the encounters that have no identifier and are equal."""

    def __init__(self) -> None:
        self._found: Counter[tuple[str, ...]] = Counter()
        self._labels: dict[tuple[str, ...], str] = {}

    def number(self, found: FoundEncounter) -> int:
        """1 for the first encounter of this file name and these texts, 2 for the next."""
        key = (found.file, *_texts(found))
        self._found[key] += 1
        return self._found[key]

    def equal(self, found: FoundEncounter, label: str) -> str:
        """The label of an earlier encounter of this import with the same texts."""
        first = self._labels.setdefault(_texts(found), label)
        return first if first != label else ""


def identified(found: FoundEncounter) -> bool:
    """Whether the source has a name for it, or for its first note."""
    return bool(found.external_id or (found.notes and found.notes[0].external_id))


def _texts(found: FoundEncounter) -> tuple[str, ...]:
    return tuple(sha256(each.intake.note.text.encode()).hexdigest() for each in found.notes)


def find_encounter(
    session: Session, found: FoundEncounter, copy: int
) -> tuple[str, EncounterRow | None, EncounterRow | None]:
    """The digest it is recognised by, the encounter that is here under it, and one that has the
    same texts and is another.
    """
    external = _external(session, found, copy)
    row = _row(session, external)
    if row is not None or identified(found):
        return external, row, None
    # The first of these texts is known by them alone, as it was before names of files counted.
    by_texts = keyed_digest(session, "texts", *_texts(found))
    first = _row(session, by_texts)
    named = [note.intake.note.title for note in found.notes]
    if first is None:
        plain = not found.file or named == [found.file]
        return (by_texts if copy == 1 and plain else external), None, None
    here = {(note.sha256, note.title) for note in all_notes(session, first.id)}
    same = copy == 1 and here.issuperset(zip(_texts(found), named, strict=True))
    return (by_texts, first, None) if same else (external, None, first)


def _row(session: Session, external: str) -> EncounterRow | None:
    return session.scalars(
        select(EncounterRow).where(EncounterRow.external == external)
    ).one_or_none()


def _external(session: Session, found: FoundEncounter, copy: int) -> str:
    """By the source's identifier, else that of its first note, else by name of file and texts."""
    first = found.notes[0].external_id
    if found.external_id:
        return keyed_digest(session, "encounter", found.source, found.external_id)
    if first:
        return keyed_digest(session, "encounter of note", found.source, first)
    return keyed_digest(session, "file", found.file, str(copy), *_texts(found))
