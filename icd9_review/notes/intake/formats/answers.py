"""What was found in a file, written so that it can pass from the child to the app.

Plain JSON values and nothing that runs: a parser that a file has taken over can send wrong text,
but no code and no objects of other kinds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from itertools import pairwise
from typing import Any

from icd9_review.notes.intake.documents import (
    Document,
    Facts,
    FileFormat,
    FoundEncounter,
    FoundNote,
)
from icd9_review.notes.intake.formats.tables.table import Table, TableRow
from icd9_review.notes.intake.gate import Intake
from icd9_review.notes.intake.identifiers import Identifier
from icd9_review.notes.intake.particulars.words import (
    ACCOUNT_LIMIT,
    AUTHOR_LIMIT,
    WORDS_LIMIT,
    short_words,
)
from icd9_review.values import CareSetting, NewNote, NoteType, Sex

_HALF = re.compile("[\ud800-\udfff]")  # of a surrogate pair
_PIECE = 500_000
"""Characters in one answer, where it can be divided: decoding holds every other session up."""


def divide(found: Document | Table) -> Iterator[Document | Table]:
    """What was found in pieces; notices and refused rows are in the first one."""
    if isinstance(found, Table):
        for rows in _pieces([sum(map(len, row.cells)) for row in found.rows]):
            yield replace(found, rows=found.rows[rows])
            found = replace(found, problems=(), notices=())
    else:
        for encounters in _pieces([_length(each) for each in found.encounters]):
            yield replace(found, encounters=found.encounters[encounters])
            found = replace(found, notices=())


def _pieces(lengths: list[int]) -> Iterator[slice]:
    """Stretches of at least one element whose lengths add up to about a piece."""
    cuts = [0]
    together = 0
    for index, length in enumerate(lengths):
        if together and together + length > _PIECE:
            cuts.append(index)
            together = 0
        together += length + 1
    for start, end in pairwise([*cuts, len(lengths)]):
        yield slice(start, end)


def _length(found: FoundEncounter) -> int:
    return sum(len(note.intake.note.text) for note in found.notes)


def encode_answer(found: Document | Table) -> dict[str, Any]:
    """As values for ``json.dumps(…, default=str)``."""
    kind = "table" if isinstance(found, Table) else "document"
    return {kind: asdict(found)}


def decode_answer(answer: dict[str, Any]) -> Document | Table:
    """The reverse of ``encode``. Raises KeyError, TypeError or ValueError for anything else."""
    if "table" in answer:
        return _table(answer["table"])
    told = answer["document"]
    encounters = tuple(map(_encounter, told["encounters"]))
    return Document(
        _text(told["title"]), FileFormat(told["format"]), encounters, _shown(told["notices"])
    )


def _table(told: dict[str, Any]) -> Table:
    return Table(
        _text(told["title"]),
        FileFormat(told["format"]),
        _shown(told["columns"]),
        tuple(
            TableRow(int(row["number"]), _texts(row["cells"]), _text(row["sheet"]))
            for row in told["rows"]
        ),
        tuple((int(number), _whole(_text(reason))) for number, reason in told["problems"]),
        _shown(told["notices"]),
    )


def _shown(told: list[object]) -> tuple[str, ...]:
    """Names and notices, which people are shown: no page and no terminal takes half a surrogate."""
    return tuple(map(_whole, _texts(told)))


def _whole(text: str) -> str:
    return _HALF.sub("\N{REPLACEMENT CHARACTER}", text)


def _encounter(told: dict[str, Any]) -> FoundEncounter:
    return FoundEncounter(
        tuple(map(_note, told["notes"])),
        _facts(told["facts"]),
        _identifier(told["external_id"]),
        _texts(told["codes"]),
        _text(told["place"]),
        _text(told["source"]),
        _text(told["file"]),
    )


def _note(told: dict[str, Any]) -> FoundNote:
    intake, note = told["intake"], told["intake"]["note"]
    new = NewNote(
        _text(note["text"]),
        _text(note["title"]),
        None if note["type"] is None else NoteType(note["type"]),
        _line(note["author"], AUTHOR_LIMIT),
        _day(note["written"]),
    )
    read = Intake(new, _texts(intake["notices"]))
    return FoundNote(read, _identifier(told["external_id"]), _identifier(told["replaces"]))


def _identifier(told: dict[str, Any]) -> Identifier:
    return Identifier(
        _text(told["value"]), _text(told["within"]), _text(told["former"]), told["coined"] is True
    )


def _facts(told: dict[str, Any]) -> Facts:
    setting, age, sex = told["setting"], told["age"], told["sex"]
    return Facts(
        None if setting is None else CareSetting(setting),
        None if age is None else int(age),
        None if sex is None else Sex(sex),
        _day(told["admitted"]),
        _day(told["discharged"]),
        account=_line(told["account"], ACCOUNT_LIMIT),
        service=_line(told["service"], WORDS_LIMIT),
        payer=_line(told["payer"], WORDS_LIMIT),
    )


def _line(told: object, limit: int) -> str | None:
    return None if told is None else short_words(_text(told), limit)


def _day(told: object) -> date | None:
    return None if told is None else date.fromisoformat(_text(told))


def _text(told: object) -> str:
    if not isinstance(told, str):
        raise TypeError(type(told).__name__)
    return told


def _texts(told: list[object]) -> tuple[str, ...]:
    return tuple(map(_text, told))
