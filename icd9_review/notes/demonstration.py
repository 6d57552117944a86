"""Written encounters to try the program with: original text, no real patient.

The facts stand in ``demonstration/encounters.toml``, each note in a file beside it.
"""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files
from typing import TypedDict, cast

from icd9_review.notes.intake.facts import check_encounter
from icd9_review.notes.intake.gate import read_note
from icd9_review.notes.intake.plain_text import decode_file
from icd9_review.values import NewEncounter, NewNote

_FOLDER = files("icd9_review.notes") / "demonstration"


class _Document(TypedDict):
    title: str
    file: str


class _Record(TypedDict, total=False):
    setting: str
    age: int
    sex: str
    admitted: date
    discharged: date
    notes: list[_Document]


def demonstration_encounters() -> tuple[tuple[NewEncounter, tuple[NewNote, ...]], ...]:
    """Every written encounter with its notes, through the same intake as any other.

    >>> facts, notes = demonstration_encounters()[0]
    >>> facts.age, facts.sex.value, [note.title for note in notes]
    (71, 'female', ['Discharge summary', 'Nephrology consultation'])
    """
    table = tomllib.loads((_FOLDER / "encounters.toml").read_text(encoding="utf-8"))
    records = cast(list[_Record], table["encounter"])
    return tuple((_facts(record), _notes(record)) for record in records)


def _facts(record: _Record) -> NewEncounter:
    return check_encounter(
        record["setting"],
        record["age"],
        record["sex"],
        record.get("admitted"),
        record.get("discharged"),
    )


def _notes(record: _Record) -> tuple[NewNote, ...]:
    return tuple(_note(document) for document in record["notes"])


def _note(document: _Document) -> NewNote:
    data = (_FOLDER / document["file"]).read_bytes()
    text = decode_file(data, document["file"]).note.text
    return read_note(text, document["title"]).note
