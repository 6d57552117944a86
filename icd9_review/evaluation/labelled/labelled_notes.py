"""Labelled notes as JSON lines: the one form in which corpora are trained on and measured.

One object a line::

    {"id": "…", "text": "…", "split": "test", "factors": {"sex": "F"},
     "labels": [{"any_of": ["428.0"], "status": "core", "evidence": [[120, 144]]}]}

``id``, ``text`` and ``labels`` are needed; ``status`` is core where it is left out. Codes
have their dots, which tell their kind; a ``kind`` beside them (diagnosis, procedure) has to
agree. Offsets are code points of ``text``.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, TextIO

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from icd9_review.errors import CorpusError
from icd9_review.evaluation.labelled.scoring import Label
from icd9_review.model.folder.labels import kind_of
from icd9_review.values import Kind

EvidenceOffsets = tuple[Annotated[int, Field(ge=0)], int]


@dataclass(frozen=True, slots=True)
class LabelledNote:
    """A note's text, what a coder found in it, and what it may be grouped by."""

    text: str
    labels: tuple[Label, ...]
    id: str = ""
    split: str | None = None
    factors: Mapping[str, str] = field(default_factory=dict)


class _LabelRow(BaseModel):
    any_of: Annotated[tuple[str, ...], Field(min_length=1)]
    status: Literal["core", "arguable"] = "core"
    evidence: tuple[EvidenceOffsets, ...] = ()
    kind: Kind | None = None

    @field_validator("any_of")
    @classmethod
    def _dotted(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        for code in codes:
            if kind_of(code) is None:
                raise ValueError(
                    f"{code[:10]!r} is not a dotted ICD-9-CM code such as 428.0 or 38.93"
                )
        return codes

    @model_validator(mode="after")
    def _of_its_kind(self) -> _LabelRow:
        for code in self.any_of:
            if self.kind is not None and kind_of(code) is not self.kind:
                raise ValueError(f"{code} is no {self.kind}, as its kind says")
        return self


class _NoteRow(BaseModel):
    id: str
    text: str
    split: str | None = None
    factors: dict[str, str] = {}
    labels: tuple[_LabelRow, ...]

    @model_validator(mode="after")
    def _inside(self) -> _NoteRow:
        for row in self.labels:
            for start, end in row.evidence:
                if not start < end <= len(self.text):
                    raise ValueError(f"evidence [{start}, {end}] lies outside the text")
        return self

    def note(self) -> LabelledNote:
        labels = (Label(frozenset(r.any_of), r.status, r.evidence) for r in self.labels)
        return LabelledNote(self.text, tuple(labels), self.id, self.split, self.factors)


def read_labelled(path: Path, split: str | None = None) -> Iterator[LabelledNote]:
    """The notes of a ``.jsonl`` or ``.jsonl.gz`` file, one at a time; of one split if named.

    Raises CorpusError naming file and line for a line that is not of the form above, and for
    a split that no line has.
    """
    found: set[str | None] = set()
    count = 0
    with _open(path) as file:
        for number, line in enumerate(_lines(path, file), 1):
            if not line.strip():
                continue
            note = _parse(path, number, line)
            found.add(note.split)
            if split is None or note.split == split:
                count += 1
                yield note
    if not count:
        raise CorpusError(_nothing(path, split, found))


def _nothing(path: Path, split: str | None, found: set[str | None]) -> str:
    if not found:
        return f"{path} holds no notes; one JSON object a line is expected"
    names = ", ".join(sorted(name for name in found if name)) or "none; leave out --split"
    return f"{path} has no notes of the split {split!r}; its splits: {names}"


def _open(path: Path) -> TextIO:
    try:
        if path.suffix == ".gz":
            return gzip.open(path, "rt", encoding="utf-8")
        return path.open(encoding="utf-8")
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror}") from None


def _lines(path: Path, file: TextIO) -> Iterator[str]:
    try:
        yield from file
    except (OSError, EOFError, zlib.error) as error:
        raise CorpusError(f"{path} is cut off or damaged ({type(error).__name__})") from None
    except UnicodeDecodeError:
        raise CorpusError(f"{path} is not UTF-8 text; one JSON object a line is expected") from None


def _parse(path: Path, number: int, line: str) -> LabelledNote:
    try:
        return _NoteRow.model_validate_json(line).note()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        reason = f"{place} {first['msg']}".strip()
        raise CorpusError(f"{path}, line {number}: {reason}") from None
