"""What a file was found to hold, before anything of it is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum

from icd9_review.notes.intake.facts import OLDEST, check_encounter
from icd9_review.notes.intake.gate import Intake
from icd9_review.notes.intake.identifiers import UNNAMED, Identifier
from icd9_review.values import CareSetting, Disposition, NewEncounter, Sex


class FileFormat(StrEnum):
    """What a file is, told by its content."""

    TEXT = "plain text"
    PDF = "PDF"
    DOCX = "Word document"
    RTF = "rich text"
    HL7 = "HL7 v2"
    FHIR = "FHIR"
    CCDA = "C-CDA"
    HTML = "HTML"
    CSV = "CSV"
    XLSX = "Excel workbook"
    JSONL = "JSON"
    PARQUET = "Parquet"


PLACES_NAMED = 10
"""Named in one notice, by judgement: a person looks at a few and sees what kind they are."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file says about an encounter; None where it says nothing.

    ``team`` is the name of the team it is for, which tables alone say. ``account`` stays in memory,
    as identifiers do.
    """

    setting: CareSetting | None = None
    age: int | None = None
    sex: Sex | None = None
    admitted: date | None = None
    discharged: date | None = None
    team: str | None = None
    disposition: Disposition | None = None
    account: str | None = field(default=None, repr=False)
    service: str | None = None
    payer: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What a reader left out or assumed, for people to check; never with words of a note.

    ``words`` are a sentence without its full stop that goes on after the name of the file and
    ``place``, which says where in the file, in the words of its format: ``message 3``.
    """

    words: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class FoundNote:
    """A note in a file.

    ``external_id`` is what the source calls the note, ``replaces`` the note it takes
    the place of; both empty where the source does not say.
    """

    intake: Intake
    external_id: Identifier = UNNAMED
    replaces: Identifier = UNNAMED


@dataclass(frozen=True, slots=True)
class FoundEncounter:
    """An encounter in a file.

    ``external_id`` is what the source calls it. Both it and the ids of notes stay in
    memory: the store keeps keyed digests. ``codes`` are dotted or undotted ICD-9-CM
    diagnoses the source names, for people to see; they are not stored. ``place`` says
    where in the file it stood; ``source`` is the kind of source that gives such identifiers, and
    ``file`` the name of the file, by which an encounter without an identifier is recognised.
    """

    notes: tuple[FoundNote, ...]
    facts: Facts = Facts()
    external_id: Identifier = UNNAMED
    codes: tuple[str, ...] = ()
    place: str = ""
    source: str = ""
    file: str = ""

    def given_by(self, source: str) -> FoundEncounter:
        """This, with numbers given out by ``source`` where the file does not say by whom."""
        notes = tuple(
            replace(
                note,
                external_id=note.external_id.given_by(source),
                replaces=note.replaces.given_by(source),
            )
            for note in self.notes
        )
        return replace(self, notes=notes, external_id=self.external_id.given_by(source))

    def for_team(self, team: str) -> FoundEncounter:
        """This, for the team of this name where the file names none."""
        return replace(self, facts=merge_facts((self.facts, Facts(team=team))))


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read: its encounters, and what people should know about the reading."""

    title: str
    format: FileFormat
    encounters: tuple[FoundEncounter, ...]
    notices: tuple[str, ...] = ()

    @property
    def all_notices(self) -> tuple[str, ...]:
        """The notices of the file and of all its notes."""
        of_notes = (
            notice
            for encounter in self.encounters
            for note in encounter.notes
            for notice in note.intake.notices
        )
        return (*self.notices, *of_notes)


def tell(title: str, notices: Iterable[Notice]) -> tuple[str, ...]:
    """A sentence that names the file for each thing to be said, with the places of all it holds of.

    >>> left_out = "an attachment that is a picture is left out"
    >>> tell("m.hl7", [Notice(left_out, "message 1"), Notice(left_out, "message 4")])
    ('"m.hl7", message 1, message 4: an attachment that is a picture is left out.',)
    >>> tell("a.rtf", [Notice("has comments; they are left out")])
    ('"a.rtf" has comments; they are left out.',)
    """
    places: dict[str, list[str]] = {}
    for notice in notices:
        places.setdefault(notice.words, []).extend(filter(None, [notice.place]))
    return tuple(
        sentence(title, words, found[:PLACES_NAMED], len(found)) for words, found in places.items()
    )


def sentence(title: str, words: str, places: Sequence[str], count: int) -> str:
    """What is to be said of a file, with the first of ``count`` places at which it holds.

    >>> sentence("m.hl7", "has no text", ["message 1", "message 4"], 7)
    '"m.hl7", message 1, message 4 and 5 more: has no text.'
    """
    more = f" and {count - len(places):,} more" if count > len(places) else ""
    where = f", {', '.join(places)}{more}:" if places else ""
    return f'"{title}"{where} {words}.'


def join_encounters(found: Iterable[FoundEncounter], source: str) -> tuple[FoundEncounter, ...]:
    """What several messages or documents say of one encounter, together."""
    groups: dict[Identifier | int, list[FoundEncounter]] = {}
    for number, each in enumerate(found):
        groups.setdefault(each.external_id or number, []).append(each)
    return tuple(
        FoundEncounter(
            tuple(note for each in group for note in each.notes),
            merge_facts(each.facts for each in group),
            _with_former(each.external_id for each in group),
            tuple(dict.fromkeys(code for each in group for code in each.codes)),
            group[0].place,
            source,
            group[0].file,
        )
        for group in groups.values()
    )


def _with_former(equal: Iterable[Identifier]) -> Identifier:
    """Of equal identifiers one that says what it was before, where any does."""
    return max(equal, key=lambda each: bool(each.former))


def merge_facts(found: Iterable[Facts]) -> Facts:
    """Of each fact the first that is known."""
    every = list(found)
    known = {
        each.name: next(
            (value for facts in every if (value := getattr(facts, each.name)) is not None), None
        )
        for each in fields(Facts)
    }
    return Facts(**known)


def complete_facts(facts: Facts, setting: CareSetting) -> NewEncounter:
    """Checked facts of an encounter, with a setting for one whose source names none.

    Raises EncounterError where the source contradicts itself.
    """
    return check_encounter(
        facts.setting or setting,
        facts.age,
        facts.sex or Sex.UNKNOWN,
        facts.admitted,
        facts.discharged,
        facts.team,
        facts.disposition,
        facts.account,
        facts.service,
        facts.payer,
    )


def age_on(birth: date | None, day: date | None) -> int | None:
    """Whole years from a birth date to a day; None where that is unknown or cannot be.

    The birth date itself is not kept: it identifies people.

    >>> age_on(date(1950, 6, 2), date(2014, 6, 1)), age_on(date(1950, 6, 2), date(2014, 6, 2))
    (63, 64)
    """
    if birth is None or day is None:
        return None
    years = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    return years if 0 <= years <= OLDEST else None
