"""Minimal pairs: does the model respect negation, family, history, uncertainty, and what was done?

A pair is two short texts that differ in a cue alone: in one the condition is present and its
code is to be suggested, in the other it is denied, a relative's, over or uncertain and the
code is not (for "history of myocardial infarction": 412 in its place). Of a procedure, the one
side has it done in this encounter; in the other it is planned, declined, called off, done
elsewhere or long ago, a relative's, only agreed to or conditional.

``pairs.jsonl`` beside this module holds the project's own. They were written for this project
by a language model acting as a coder, not by certified coders, apart from the generator that
trains the default model; their phrases are in none of its word lists. Of those on conditions,
about half are sentences of MTSamples notes that are kept out of its training. A file of pairs
has one JSON object a line. A pair of our own holds both texts::

    {"cue": "negation", "code": "486", "phrase": "lobar pneumonia",
     "present": "…", "absent": "…", "instead": null, "held_out": true}

``held_out`` marks a pair whose cue is worded as no text that the default model learns from.

One made from a note holds none of its text: it names the note and the sentence, which is the
side ``original``, and what to replace in it for the other side::

    {"cue": "family", "code": "174.9", "phrase": "cancer of her breast", "note": "mts-1",
     "start": 10, "end": 60, "original": "absent", "edits": [[0, 10, "She"]]}

``start`` and ``end`` are code points of the note's text, those of ``edits`` of the sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from icd9_review.errors import CorpusError
from icd9_review.evaluation.readings import NoteReader

PairCue = Literal["negation", "family", "history", "uncertainty", "procedure"]
_Edit = tuple[Annotated[int, Field(ge=0)], int, str]
_FILE = "pairs.jsonl"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that differ in a cue; ``instead`` is the code that is right for ``absent``.

    ``held_out``: whether the wording of the cue is in no text that the default model learns from.
    """

    cue: PairCue
    code: str
    phrase: str
    present: str
    absent: str
    from_note: bool
    instead: str | None = None
    held_out: bool = False


@dataclass(frozen=True, slots=True)
class CueFigures:
    """What was counted for one cue.

    ``pairs`` have a code the reader knows; ``unknown`` counts the others, of which nothing is
    said. ``right`` pairs have the code suggested for the one text and not for the other. ``found``
    and ``withheld`` count the two texts on their own; ``instead_found`` of ``instead_of`` the
    codes that are right for the other text.
    """

    pairs: int = 0
    right: int = 0
    found: int = 0
    withheld: int = 0
    instead_found: int = 0
    instead_of: int = 0
    unknown: int = 0

    def __add__(self, other: Self) -> CueFigures:
        return CueFigures(
            *(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__)
        )


class _Common(BaseModel, extra="forbid"):
    cue: PairCue
    code: str
    phrase: str
    instead: str | None = None
    held_out: bool = False

    def made_of(self, present: str, absent: str, *, from_note: bool) -> Pair:
        """The pair; a ValueError where the sides are not what the row says of them."""
        if self.phrase.lower() not in present.lower():
            raise ValueError("the present side lacks the phrase; the note may have another text")
        if present == absent:
            raise ValueError("the two sides are the same")
        return Pair(
            self.cue,
            self.code,
            self.phrase,
            present,
            absent,
            from_note,
            self.instead,
            self.held_out,
        )


class _OwnRow(_Common):
    present: str
    absent: str

    def pair(self, notes: Mapping[str, str]) -> Pair | None:
        del notes
        return self.made_of(self.present, self.absent, from_note=False)


class _NoteRow(_Common):
    note: str
    start: Annotated[int, Field(ge=0)]
    end: int
    original: Literal["present", "absent"]
    edits: Annotated[tuple[_Edit, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> _NoteRow:
        offsets = [offset for start, end, _ in self.edits for offset in (start, end)]
        if any(later < earlier for earlier, later in pairwise([*offsets, self.end - self.start])):
            raise ValueError("edits overlap, are out of order or lie outside the sentence")
        return self

    def pair(self, notes: Mapping[str, str]) -> Pair | None:
        if self.note not in notes:
            return None
        sentence = notes[self.note][self.start : self.end]
        sides = [sentence, _edited(sentence, self.edits)]
        if self.original == "absent":
            sides.reverse()
        return self.made_of(*sides, from_note=True)


def _edited(sentence: str, edits: tuple[_Edit, ...]) -> str:
    for start, end, words in reversed(edits):
        sentence = sentence[:start] + words + sentence[end:]
    return sentence


def _kind(row: object) -> str:
    return "note" if isinstance(row, dict) and "note" in row else "own"


# Told apart by their kind, so that an error speaks of the form that was meant.
_ROW: TypeAdapter[_OwnRow | _NoteRow] = TypeAdapter(
    Annotated[
        Annotated[_OwnRow, Tag("own")] | Annotated[_NoteRow, Tag("note")], Discriminator(_kind)
    ]
)


def default_pairs(notes: Mapping[str, str]) -> tuple[Pair, ...]:
    """The project's own pairs; without ``notes`` (text by id) only those that need none.

    The texts are those of ``notes/mtsamples_dev_labelled.jsonl`` and, for the notes that file
    lacks, of ``notes/mtsamples_dev.jsonl.gz``. Raises CorpusError for another text.
    """
    text = files("icd9_review.evaluation").joinpath(_FILE).read_text(encoding="utf-8")
    return _parse(_FILE, text, notes)


def read_pairs(path: Path, notes: Mapping[str, str]) -> tuple[Pair, ...]:
    """The pairs of a file; those from notes that ``notes`` (text by id) lacks are left out.

    Raises CorpusError for a file that cannot be read, and naming file and line for a line of
    another form and for one whose present side lacks its phrase.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CorpusError(f"{path} is not UTF-8 text; one JSON object a line is expected") from None
    return _parse(str(path), text, notes)


def _parse(name: str, text: str, notes: Mapping[str, str]) -> tuple[Pair, ...]:
    found: list[Pair] = []
    for number, line in enumerate(text.split("\n"), 1):  # JSON may hold other line ends
        if not line.strip():
            continue
        try:
            pair = _ROW.validate_json(line).pair(notes)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            raise CorpusError(f"{name}, line {number}: {place} {first['msg']}") from None
        except ValueError as error:
            raise CorpusError(f"{name}, line {number}: {error}") from None
        if pair is not None:
            found.append(pair)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class PairFigures:
    """Counts by cue: of all pairs, and of those whose wording is held out from training."""

    every: dict[str, CueFigures]
    held_out: dict[str, CueFigures]


def measure_pairs(reader: NoteReader, pairs: Iterable[Pair]) -> PairFigures:
    """Counts by cue, with the reader's own thresholds; only its own codes can be right or wrong."""
    figures = PairFigures({}, {})
    for pair in pairs:
        counted = count_pair(reader, pair)
        for sums in (figures.every, *([figures.held_out] if pair.held_out else ())):
            sums[pair.cue] = sums.get(pair.cue, CueFigures()) + counted
    return figures


def count_pair(reader: NoteReader, pair: Pair) -> CueFigures:
    if pair.code not in reader.labels:
        return CueFigures(unknown=1)
    found = pair.code in _suggested(reader, pair.present)
    for_absent = _suggested(reader, pair.absent)
    withheld = pair.code not in for_absent
    return CueFigures(
        pairs=1,
        right=int(found and withheld),
        found=int(found),
        withheld=int(withheld),
        instead_found=int(pair.instead in for_absent),
        instead_of=int(pair.instead in reader.labels),
    )


def _suggested(reader: NoteReader, text: str) -> frozenset[str]:
    return frozenset(s.code for s in reader.predict(text) if s.suggested)
