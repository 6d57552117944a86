"""Where labelled notes come from: files of the project's form, or MDACE's."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from icd9_review.errors import CorpusError, InputError
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote, read_labelled
from icd9_review.evaluation.labelled.mdace import read_mdace, read_mdace_split


@dataclass(frozen=True, slots=True)
class LabelSource:
    """Labelled notes: a JSONL file, or a folder with MDACE's JSON and the texts it lacks.

    ``split`` belongs to a file, ``noteevents`` and ``admissions`` to a folder.
    """

    data: Path
    split: str | None = None
    noteevents: Path | None = None
    admissions: Path | None = None


def read_source(source: LabelSource) -> tuple[LabelledNote, ...]:
    """The labelled notes; raises CorpusError and InputError like ``run``."""
    if not source.data.is_dir():
        if source.noteevents or source.admissions:
            raise InputError("--noteevents and --admissions belong to a folder of MDACE's JSON")
        return _apart(source.data, read_labelled(source.data, source.split))
    if source.split is not None:
        raise InputError("MDACE's files name no splits; give a list of admissions: --admissions")
    if source.noteevents is None:
        raise InputError(
            f"{source.data} is a folder of MDACE's JSON, which has no texts; "
            "name NOTEEVENTS.csv of MIMIC-III: --noteevents"
        )
    admissions = None if source.admissions is None else read_mdace_split(source.admissions)
    return read_mdace(source.data, source.noteevents, admissions=admissions)


def _apart(path: Path, notes: Iterable[LabelledNote]) -> tuple[LabelledNote, ...]:
    """The notes; an id that two of them have would mix them up."""
    found: dict[str, LabelledNote] = {}
    for note in notes:
        if found.setdefault(note.id, note) is not note:
            raise CorpusError(f"{path} has two notes with the id {note.id[:40]!r}; rename one")
    return tuple(found.values())


def digest_source(path: Path) -> str:
    """SHA-256 of a file; of a folder, of its JSON files' names and digests."""
    if path.is_dir():
        lines = (f"{file.name}\0{digest_source(file)}\n" for file in sorted(path.glob("*.json")))
        return hashlib.sha256("".join(lines).encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _TextRow(BaseModel):
    id: str
    text: str


def texts_by_id(paths: Iterable[Path]) -> dict[str, str]:
    """Texts by id from JSON lines with both, labelled or not; the first of an id holds.

    Raises CorpusError naming file and line for a line of another form.
    """
    texts: dict[str, str] = {}
    for path in paths:
        opened = gzip.open if path.suffix == ".gz" else open
        try:
            with opened(path, "rt", encoding="utf-8") as file:
                for number, line in enumerate(file, 1):
                    if not line.strip():
                        continue
                    row = _parse(path, number, line)
                    texts.setdefault(row.id, row.text)
        except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise CorpusError(f"{path} cannot be read: {reason}") from None
    return texts


def _parse(path: Path, number: int, line: str) -> _TextRow:
    try:
        return _TextRow.model_validate_json(line)
    except ValidationError:
        raise CorpusError(
            f"{path}, line {number}: no JSON object with the texts id and text"
        ) from None
