"""Encounters that come from files: recognised when they come again.

The same file changes nothing. A note that the source knows by an identifier and whose
text has changed becomes a new version. What a version had said before is recognised
too, so that an old file that is read once more does not undo a newer one.
Which encounter of the database is meant ``recognition`` knows.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from hashlib import sha256

from sqlalchemy.orm import Session

from icd9_review.errors import EncounterError, InputError, NotFound, Restricted
from icd9_review.notes.intake.documents import (
    Facts,
    FoundEncounter,
    FoundNote,
    complete_facts,
)
from icd9_review.notes.intake.identifiers import Identifier
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import EncounterRow, NoteRow
from icd9_review.store.intake.came_in import came_in
from icd9_review.store.intake.encounters import (
    check_encounter_id,
    insert_encounter,
    insert_note,
    load_encounter,
)
from icd9_review.store.intake.external_ids import keyed_digest
from icd9_review.store.intake.note_rows import all_notes, current_of, encode_notes
from icd9_review.store.intake.recognition import (
    Copies,
    find_encounter,
    identified,
)
from icd9_review.store.intake.remarks import equal_texts, tell_likeness, text_purged
from icd9_review.store.ledger.purged import find_purges
from icd9_review.store.people.access import check_sees
from icd9_review.store.projections import summaries
from icd9_review.store.scoring.chosen import version_to_read
from icd9_review.store.scoring.model_versions import newest_version
from icd9_review.store.scoring.scoring_queue import enqueue_unread
from icd9_review.values import (
    CareSetting,
    Encounter,
    NewEncounter,
    Purge,
    Sex,
    User,
    encounter_label,
)


class Result(StrEnum):
    """What became of an encounter that was to be imported."""

    STORED = "stored"
    CHANGED = "changed"
    ALREADY_HERE = "already here"
    PURGED = "purged"
    """It was here, and its text was purged: nothing of it comes back by itself."""
    REFUSED = "refused"
    NOTICE = "notice"
    """Nothing by itself: something was left out or assumed, which a line of a report says."""


@dataclass(frozen=True, slots=True)
class Imported:
    """The encounter that holds what was found; how many notes were added, how many changed.

    ``remark`` names another encounter that has the same texts, or the same bare number, or says
    when the text was purged.
    """

    result: Result
    encounter_id: str
    label: str
    added: int = 0
    changed: int = 0
    remark: str = ""


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
            done = import_encounter(
                database,
                found,
                complete_facts(found.facts, setting),
                actor=actor,
                model_version=model_version,
                copy=1 if identified(found) else copies.number(found),
                begun=copies.begun(found),
            )
        except (InputError, Restricted) as error:
            yield ImportLine(found.place, Result.REFUSED, reason=str(error))
        else:
            copies.remember(found, done.encounter_id)
            equal = "" if identified(found) else copies.equal(found, done.label)
            yield _line(found, done, done.remark or (equal_texts(equal) if equal else ""))


def _line(found: FoundEncounter, done: Imported, remark: str) -> ImportLine:
    return ImportLine(
        found.place,
        done.result,
        done.label,
        done.encounter_id,
        done.added,
        done.changed,
        remark if done.result in (Result.STORED, Result.PURGED) else "",
    )


def import_encounter(
    database: Database,
    found: FoundEncounter,
    facts: NewEncounter,
    *,
    actor: User,
    model_version: str | None,
    copy: int = 1,
    begun: str = "",
) -> Imported:
    """Store an encounter from a file, or what is new of it; whole or not at all.

    Facts of an encounter that is here already stay as they are; ``copy`` counts equal ones
    without an identifier, ``begun`` is the id of one that the same file began, see ``Copies``.
    Raises NoteError for text no database can hold, EncounterError without a note, or where
    an encounter under the same identifier is somebody else's (sex or admission differ), Restricted.
    """
    if not found.notes:
        raise EncounterError("An encounter needs at least one note.")
    encode_notes([note.intake.note for note in found.notes])
    told = {each.name: getattr(facts, each.name) for each in fields(Facts)}
    found = replace(found, facts=Facts(**told))
    key = f"import/{uuid.uuid4().hex}"
    with database.write() as session:
        lock(session, "encounters")
        known = find_encounter(session, found, copy, begun)
        if known.row is not None:
            check_sees(session, [known.row.id], actor)
            _check_same(known.row.number, came_in(session, known.row), facts)
            if (gone := find_purges(session, [known.row.id]).get(known.row.id)) is not None:
                return _left_alone(known.row, gone)
        row = known.row or insert_encounter(
            session, facts, len(found.notes), actor=actor, key=key, external=known.external
        )
        writer = _Writer(session, row, actor, key, model_version)
        done = writer.take_all(() if known.whole else found.notes, known=known.row is not None)
        return replace(done, remark=tell_likeness(session, known, actor))


def _left_alone(row: EncounterRow, purge: Purge) -> Imported:
    """What becomes of what came again after its text was purged: nothing."""
    label = encounter_label(row.number)
    return Imported(Result.PURGED, row.id, label, remark=text_purged(purge))


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
        if (row := session.get(EncounterRow, encounter_id)) is None:
            raise NotFound("No encounter is stored under this identifier.")
        check_sees(session, [encounter_id], actor)
        if (gone := find_purges(session, [row.id]).get(row.id)) is not None:
            return _left_alone(row, gone)
        writer = _Writer(session, row, actor, f"import/{uuid.uuid4().hex}", model_version)
        return writer.take_all(notes, known=True)


def find_import(database: Database, found: FoundEncounter) -> Encounter | None:
    """The encounter that an import of this would find here."""
    with database.read() as session:
        row = find_encounter(session, found, 1).row
        check_sees(session, [row.id] if row else [])
        return None if row is None else load_encounter(session, row.id)


def version_in_use(database: Database) -> str | None:
    """The model version that new notes wait for; None before a model was ever in use."""
    with database.read() as session:
        return newest_version(session)


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
        self._here: list[NoteRow] = []
        self._texts: set[str] = set()
        self._named: defaultdict[str, list[NoteRow]] = defaultdict(list)
        ledger.head(session, row.id, lock=True)  # nobody adds a note between reading and writing
        for note in all_notes(session, row.id):
            self._remember(note)
        self.added = 0
        self.changed = 0

    def _remember(self, row: NoteRow) -> None:
        """A note that is here: there may be thousands, and each new one is compared with them."""
        self._here.append(row)
        self._texts.add(row.sha256)
        if row.external:
            self._named[row.external].append(row)

    def take_all(self, notes: Sequence[FoundNote], *, known: bool) -> Imported:
        for note in notes:
            self.take(note)
        if self.added or self.changed:
            if self._version is not None:
                version = version_to_read(self._session, self._version)
                enqueue_unread(self._session, [self._row.id], version, urgent=True)
            summaries.refresh(self._session, [self._row.id])
        return self.outcome(known=known)

    def take(self, found: FoundNote) -> None:
        text = sha256(found.intake.note.text.encode()).hexdigest()
        mine = self._versions(found, text)
        if text in ({row.sha256 for row in mine} if found.external_id else self._texts):
            return
        former = self._former(mine, found.replaces)
        row = insert_note(
            self._session,
            self._row.id,
            found.intake.note,
            actor=self._actor,
            key=f"{self._key}/note/{self.added + self.changed}",
            model_version=None,  # all of them are queued at once
            supersedes=former,
            external=self._digest(found.external_id),
        )
        self._remember(row)
        self.changed += former is not None
        self.added += former is None

    def outcome(self, *, known: bool) -> Imported:
        changes = self.added + self.changed
        result = Result.STORED if not known else Result.CHANGED
        if known and not changes:
            result = Result.ALREADY_HERE
        label = encounter_label(self._row.number)
        return Imported(result, self._row.id, label, self.added, self.changed)

    def _versions(self, found: FoundNote, text: str) -> list[NoteRow]:
        """Those of the same note: a bare number is that of a note of its title or its words."""
        external, bare = self._digests(found.external_id)
        title = found.intake.note.title
        sure = self._named.get(external or "", [])
        alike = (row for name in bare for row in self._named.get(name, ()))
        return [*sure, *(row for row in alike if row.title == title or row.sha256 == text)]

    def _digest(self, name: Identifier) -> str | None:
        """What a note is stored under."""
        if not name:
            return None
        what = (name.within, name.value) if name.within else (name.value,)
        kind = "note of file" if name.within else "note"
        return keyed_digest(self._session, kind, self._row.id, *what)

    def _digests(self, name: Identifier) -> tuple[str | None, set[str]]:
        """The digest that is enough by itself, and those that are not."""
        if not name:
            return None, set()
        stored = self._digest(name)
        before = keyed_digest(self._session, "note", self._row.id, name.before)
        return (None, {stored or "", before}) if name.within else (stored, {before} - {stored})

    def _former(self, mine: Sequence[NoteRow], replaces: Identifier) -> NoteRow | None:
        """The current version of the same note, else of the note that it replaces."""
        if not mine and replaces:
            enough, bare = self._digests(replaces)
            names = {*bare, enough or ""}
            mine = [row for name in names for row in self._named.get(name, ())]
        return next((row for row in current_of(self._here) if row in mine), None) if mine else None


def _check_same(number: int, here: NewEncounter, facts: NewEncounter) -> None:
    """An identifier may come from two systems; a patient's sex and admission rarely change."""
    sexes = {here.sex, facts.sex} - {Sex.UNKNOWN}
    days = {here.admitted, facts.admitted} - {None}
    if len(sexes) > 1 or len(days) > 1:
        what = "sex" if len(sexes) > 1 else "admission date"
        raise EncounterError(
            f"The identifier is that of {encounter_label(number)}, whose {what} is another; "
            "check whether both belong together, and give one of them an identifier of its own."
        )
