"""Which stored encounter one from a file is, if it is here.

The source's identifier of the encounter decides, else that of its first note, where the source
says who gave it out. A bare number of a file decides nothing by itself: another patient may have
it in another file, even of the same name. It means the encounter that came under the same name of
file and number before only if something else says so, see ``_agrees``; else both are kept, and
that is said. What was stored before names of files counted is recognised by its number together
with all its texts.

An encounter without any identifier is recognised by the name of its file together with its texts:
two patients may have the same words ("CXR: no acute disease."), and two files are two encounters.
Several of one name and the same texts in one import are told apart by counting, so that the same
folder taken in again changes nothing either. That the same texts are here under another name is
said, and no reason to leave anything out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.notes.intake.documents import Facts, FileFormat, FoundEncounter
from icd9_review.notes.intake.identifiers import UNNAMED, Identifier
from icd9_review.store.database.tables import EncounterRow
from icd9_review.store.intake.came_in import came_in
from icd9_review.store.intake.external_ids import keyed_digest
from icd9_review.store.intake.note_rows import all_notes, current_notes
from icd9_review.values import NewEncounter, Sex


@dataclass(frozen=True, slots=True)
class Recognised:
    """What an encounter is stored under, and the one that is here under it, if there is one.

    ``whole`` says that all of it is here already. ``equal`` is another encounter with the same
    texts, ``numbered`` another with the same bare number.
    """

    external: str
    row: EncounterRow | None = None
    whole: bool = False
    equal: EncounterRow | None = None
    numbered: EncounterRow | None = None


class Copies:
    """What one import has to know of the encounters it has had before."""

    def __init__(self) -> None:
        self._found: Counter[tuple[str, ...]] = Counter()
        self._labels: dict[tuple[str, ...], str] = {}
        self._of_file: dict[tuple[str, Identifier], str] = {}

    def begin_file(self) -> None:
        """A number of the file before says nothing of one in the next."""
        self._of_file.clear()

    def number(self, found: FoundEncounter) -> int:
        """1 for the first encounter of this file name and these texts, 2 for the next."""
        key = (found.file, *_texts(found))
        self._found[key] += 1
        return self._found[key]

    def equal(self, found: FoundEncounter, label: str) -> str:
        """The label of an earlier encounter of this import with the same texts."""
        first = self._labels.setdefault(_texts(found), label)
        return first if first != label else ""

    def begun(self, found: FoundEncounter) -> str:
        """The id of the encounter that had this number earlier in the same file; or empty."""
        return self._of_file.get((found.source, _name(found)), "")

    def remember(self, found: FoundEncounter, encounter_id: str) -> None:
        if _name(found).within:
            self._of_file[found.source, _name(found)] = encounter_id


def identified(found: FoundEncounter) -> bool:
    """Whether the source has a name for it, or for its first note."""
    return bool(_name(found))


def find_encounter(
    session: Session, found: FoundEncounter, copy: int, begun: str = ""
) -> Recognised:
    """What is here of an encounter; ``begun`` is the id of one that the same file began."""
    if not identified(found):
        return _by_texts(session, found, copy)
    name = _name(found)
    if not name.within:
        external = _key(session, found, name.value)
        row = _row(session, external)
        return Recognised(external, row) if row else _before(session, found, Recognised(external))
    if begun and (row := session.get(EncounterRow, begun)) is not None:
        return Recognised(row.external or "", row)
    return _by_bare_number(session, found)


def known_keys(session: Session, name: Identifier) -> list[str]:
    """What encounters under an identifier that counts everywhere may be stored under."""
    kinds, sources = ("encounter", "encounter of note"), ("table", *FileFormat, "")
    return [keyed_digest(session, kind, each, name.value) for kind in kinds for each in sources]


def key_without_titles(session: Session, row: EncounterRow) -> str | None:
    """What an encounter is to be known by once the titles of its notes are gone.

    What is known by its texts alone came from a file of the name of its note, or from none: the
    same words of another file are somebody else's.
    """
    notes = all_notes(session, row.id)
    for count in range(1, len(notes) + 1):  # others may have come later
        texts = [note.sha256 for note in notes[:count]]
        if row.external == keyed_digest(session, "texts", *texts):
            file = notes[0].title if count == 1 else ""
            return keyed_digest(session, "file", file, "1", *texts)
    return row.external


def _name(found: FoundEncounter) -> Identifier:
    return found.external_id or (found.notes[0].external_id if found.notes else UNNAMED)


def _texts(found: FoundEncounter) -> tuple[str, ...]:
    return tuple(sha256(each.intake.note.text.encode()).hexdigest() for each in found.notes)


def _by_texts(session: Session, found: FoundEncounter, copy: int) -> Recognised:
    external = keyed_digest(session, "file", found.file, str(copy), *_texts(found))
    row = _row(session, external)
    if row is not None:
        return Recognised(external, row)
    # The first of these texts is known by them alone, as it was before names of files counted.
    by_texts = keyed_digest(session, "texts", *_texts(found))
    first = _row(session, by_texts)
    if first is None:
        plain = not found.file or [note.intake.note.title for note in found.notes] == [found.file]
        return Recognised(by_texts if copy == 1 and plain else external)
    if copy == 1 and _holds(session, first, found):
        return Recognised(by_texts, first)
    return Recognised(external, equal=first)


def _by_bare_number(session: Session, found: FoundEncounter) -> Recognised:
    """The first of a file's name and number is known by these, each other by what it says, too."""
    name = _name(found)
    number = ("number of file", name.within, _kind(found), found.source, name.value)
    first = _row(session, keyed_digest(session, *number))
    if first is None:
        return _before(session, found, Recognised(keyed_digest(session, *number)))
    if _agrees(session, first, found):
        return Recognised(first.external or "", first)
    facts = (found.facts.sex or Sex.UNKNOWN, str(found.facts.admitted or ""))
    external = keyed_digest(session, *number, *facts, *_texts(found))
    row = _row(session, external)
    if row is not None:
        return Recognised(external, row)
    return _before(session, found, Recognised(external, numbered=first))


def _before(session: Session, found: FoundEncounter, new: Recognised) -> Recognised:
    """The encounter that was stored before it counted who gave out its number.

    Which file it came from is not known: it is this one where everything is in it.
    """
    row = _row(session, _key(session, found, _name(found).before))
    if row is None:
        return new
    if _holds(session, row, found) and not _differs(came_in(session, row), found.facts):
        return replace(new, row=row, whole=True)
    return replace(new, numbered=new.numbered or row)


def _key(session: Session, found: FoundEncounter, value: str) -> str:
    return keyed_digest(session, _kind(found), found.source, value)


def _kind(found: FoundEncounter) -> str:
    return "encounter" if found.external_id else "encounter of note"


def _row(session: Session, external: str) -> EncounterRow | None:
    return session.scalars(
        select(EncounterRow).where(EncounterRow.external == external)
    ).one_or_none()


def _holds(session: Session, row: EncounterRow, found: FoundEncounter) -> bool:
    """Whether every note that was found is in an encounter, in its words and under its title.

    Titles of what was purged are gone.
    """
    if row.purged is not None:
        return {*_texts(found)} <= {note.sha256 for note in all_notes(session, row.id)}
    titles = [note.intake.note.title for note in found.notes]
    here = {(note.sha256, note.title) for note in all_notes(session, row.id)}
    return here.issuperset(zip(_texts(found), titles, strict=True))


def _agrees(session: Session, row: EncounterRow, found: FoundEncounter) -> bool:
    """Whether more than a bare number says that an encounter is the one that was found.

    That is all texts of one of the two, or sex and day of admission together.
    """
    here = came_in(session, row)
    if _differs(here, found.facts):
        return False
    texts = set(_texts(found))
    if texts.issubset(note.sha256 for note in all_notes(session, row.id)):
        return True
    if texts.issuperset(note.sha256 for note in current_notes(session, row.id)):
        return True
    sex, day = found.facts.sex, found.facts.admitted
    return sex == here.sex != Sex.UNKNOWN and day == here.admitted is not None


def _differs(here: NewEncounter, facts: Facts) -> bool:
    """Whether sex or day of admission are known of both and are not the same."""
    sexes = {here.sex, facts.sex or Sex.UNKNOWN} - {Sex.UNKNOWN}
    return len(sexes) > 1 or len({here.admitted, facts.admitted} - {None}) > 1
