"""Encounters that come from files: recognised when they come again.

The same file changes nothing. A note that the source knows by an identifier and whose
text has changed becomes a new version. What a version had said before is recognised
too, so that an old file that is read once more does not undo a newer one.
Which encounter of the database is meant ``recognition`` knows.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

from sqlalchemy.orm import Session

from icd9_review.errors import EncounterError, InputError, NotFound
from icd9_review.notes.intake.documents import FoundEncounter, FoundNote, complete_facts
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import EncounterRow, NoteRow
from icd9_review.store.intake.encounters import (
    check_encounter_id,
    insert_encounter,
    insert_note,
    load_encounter,
)
from icd9_review.store.intake.external_ids import keyed_digest
from icd9_review.store.intake.note_rows import all_notes, current_notes, encode_notes
from icd9_review.store.intake.recognition import Copies, find_encounter, identified
from icd9_review.store.projections import summaries
from icd9_review.store.scoring.model_versions import model_in_use
from icd9_review.values import (
    CareSetting,
    Encounter,
    NewEncounter,
    Sex,
    User,
    encounter_label,
)


class Result(StrEnum):
    """What became of an encounter that was to be imported."""

    STORED = "stored"
    CHANGED = "changed"
    ALREADY_HERE = "already here"
    REFUSED = "refused"
    NOTICE = "notice"
    """Nothing by itself: something was left out or assumed, which a line of a report says."""


@dataclass(frozen=True, slots=True)
class Imported:
    """The encounter that holds what was found; how many notes were added, how many changed.

    ``equal`` is the label of an encounter with the same texts, of another file.
    """

    result: Result
    encounter_id: str
    label: str
    added: int = 0
    changed: int = 0
    equal: str = ""


@dataclass(frozen=True, slots=True)
class ImportLine:
    """What became of one encounter of a file, or of one row; for reports.

    ``place`` says where it stood, ``label`` is E-00042 where it is stored now,
    ``reason`` says why it was refused, or what else people should know. Neither has words of a
    note.
    """

    place: str
    result: Result
    label: str = ""
    encounter_id: str = ""
    added: int = 0
    changed: int = 0
    reason: str = ""


def import_all(
    database: Database,
    encounters: Iterable[FoundEncounter],
    setting: CareSetting,
    *,
    actor: User,
    model_version: str | None,
    copies: Copies | None = None,
) -> Iterator[ImportLine]:
    """Store encounters one by one; a line for each as soon as it is stored or refused.

    ``setting`` is that of encounters whose source names none; ``copies`` is shared by all files
    of one import.
    """
    copies = copies or Copies()
    for found in encounters:
        try:
            facts = complete_facts(found.facts, setting)
            copy = 1 if identified(found) else copies.number(found)
            done = import_encounter(
                database, found, facts, actor=actor, model_version=model_version, copy=copy
            )
        except InputError as error:
            yield ImportLine(found.place, Result.REFUSED, reason=str(error))
        else:
            equal = "" if identified(found) else copies.equal(found, done.label)
            yield _line(found, done, done.equal or equal)


def _line(found: FoundEncounter, done: Imported, equal: str) -> ImportLine:
    told = equal and done.result is Result.STORED
    return ImportLine(
        found.place,
        done.result,
        done.label,
        done.encounter_id,
        done.added,
        done.changed,
        equal_texts(equal) if told else "",
    )


def equal_texts(label: str) -> str:
    """That an encounter has the texts of another, which is no reason to leave it out."""
    return f"{label} has the same text; both are kept, because the files differ"


def import_encounter(
    database: Database,
    found: FoundEncounter,
    facts: NewEncounter,
    *,
    actor: User,
    model_version: str | None,
    copy: int = 1,
) -> Imported:
    """Store an encounter from a file, or what is new of it; whole or not at all.

    Facts of an encounter that is here already stay as they are; ``copy`` counts equal ones
    without an identifier, see ``Copies``. Raises NoteError for
    text no database can hold, EncounterError without a note, or where an encounter
    under the same identifier is somebody else's: sex or admission differ.
    """
    if not found.notes:
        raise EncounterError("An encounter needs at least one note.")
    encode_notes([note.intake.note for note in found.notes])
    key = f"import/{uuid.uuid4().hex}"
    with database.write() as session:
        lock(session, "encounters")
        external, here, equal = find_encounter(session, found, copy)
        if here is not None:
            _check_same(here, facts)
        row = here or insert_encounter(
            session, facts, len(found.notes), actor=actor, key=key, external=external
        )
        writer = _Writer(session, row, actor, key, model_version)
        done = writer.take_all(found.notes, known=here is not None)
        return replace(done, equal=encounter_label(equal.number) if equal else "")


def import_notes(
    database: Database,
    encounter_id: str,
    notes: Sequence[FoundNote],
    *,
    actor: User,
    model_version: str | None,
) -> Imported:
    """Store what is new of these notes in an encounter that is here.

    Raises NotFound for an unknown encounter, NoteError for text no database can hold.
    """
    check_encounter_id(encounter_id)
    encode_notes([note.intake.note for note in notes])
    with database.write() as session:
        lock(session, "encounters")
        row = session.get(EncounterRow, encounter_id)
        if row is None:
            raise NotFound("No encounter is stored under this identifier.")
        writer = _Writer(session, row, actor, f"import/{uuid.uuid4().hex}", model_version)
        return writer.take_all(notes, known=True)


def find_import(database: Database, found: FoundEncounter) -> Encounter | None:
    """The encounter that an import of this would find here."""
    with database.read() as session:
        _, row, _ = find_encounter(session, found, 1)
        return None if row is None else load_encounter(session, row.id)


def version_in_use(database: Database) -> str | None:
    """The model version that new notes wait for; None before a model was ever in use."""
    with database.read() as session:
        model = model_in_use(session)
        return None if model is None else model.version


class _Writer:
    """Stores the notes of one encounter that are not there yet."""

    def __init__(
        self, session: Session, row: EncounterRow, actor: User, key: str, version: str | None
    ) -> None:
        self._session = session
        self._row = row
        self._actor = actor
        self._key = key
        self._version = version
        self.added = 0
        self.changed = 0

    def take_all(self, notes: Sequence[FoundNote], *, known: bool) -> Imported:
        for note in notes:
            self.take(note)
        if self.added or self.changed:
            summaries.refresh(self._session, [self._row.id])
        return self.outcome(known=known)

    def take(self, found: FoundNote) -> None:
        versions = all_notes(self._session, self._row.id)
        external = self._digest(found.external_id)
        text = sha256(found.intake.note.text.encode()).hexdigest()
        mine = [row for row in versions if external is not None and row.external == external]
        same = mine if external is not None else versions
        if any(row.sha256 == text for row in same):
            return
        former = self._former(mine, self._digest(found.replaces), versions)
        insert_note(
            self._session,
            self._row.id,
            found.intake.note,
            actor=self._actor,
            key=f"{self._key}/note/{self.added + self.changed}",
            model_version=self._version,
            supersedes=former,
            external=external,
        )
        self.changed += former is not None
        self.added += former is None

    def outcome(self, *, known: bool) -> Imported:
        changes = self.added + self.changed
        result = Result.STORED if not known else Result.CHANGED
        if known and not changes:
            result = Result.ALREADY_HERE
        label = encounter_label(self._row.number)
        return Imported(result, self._row.id, label, self.added, self.changed)

    def _digest(self, external_id: str) -> str | None:
        return _note_digest(self._session, self._row, external_id) if external_id else None

    def _former(
        self, mine: Sequence[NoteRow], replaced: str | None, versions: Sequence[NoteRow]
    ) -> NoteRow | None:
        """The current version of the same note, else of the note that it replaces."""
        current = current_notes(self._session, self._row.id)
        if not mine and replaced is not None:
            mine = [row for row in versions if row.external == replaced]
        return next((row for row in current if row in mine), None)


def _note_digest(session: Session, row: EncounterRow, external_id: str) -> str:
    return keyed_digest(session, "note", row.id, external_id)


def _check_same(row: EncounterRow, facts: NewEncounter) -> None:
    """An identifier may come from two systems; a patient's sex and admission rarely change."""
    sexes = {row.sex, facts.sex} - {Sex.UNKNOWN}
    days = {row.admitted, facts.admitted} - {None}
    if len(sexes) > 1 or len(days) > 1:
        what = "sex" if len(sexes) > 1 else "admission date"
        raise EncounterError(
            f"The identifier is that of {encounter_label(row.number)}, whose {what} is another; "
            "check whether both belong together, and give one of them an identifier of its own."
        )
