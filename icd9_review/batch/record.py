"""What a folder of results is of, so that a stopped batch goes on and no other mixes in."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from icd9_review.errors import InputError

NOTES: Final = 1024
"""Of one file of results; by judgement: two cores read them in a minute."""

_FILE: Final = "batch.json"


class Engine(StrEnum):
    """What spreads the notes over processes."""

    LOCAL = "local"
    RAY = "ray"


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """Files (by path, with bytes and time of change), how they are read, and by what.

    ``block`` is how many notes a file of results has, ``explained`` how many suggestions of each.
    ``notes`` are those that the files hold, None until all were read.
    """

    model_version: str
    engine: str
    explained: int
    block: int
    mapping: Mapping[str, str]
    files: Mapping[str, list[int]]
    notes: int | None = None

    def counted(self, notes: int) -> BatchRecord:
        """This, once every file was read."""
        return replace(self, notes=notes)


def file_marks(files: Sequence[Path]) -> dict[str, list[int]]:
    """Each file with its bytes and the nanosecond of its last change."""
    found = ((path.resolve(), path.stat()) for path in files)
    return {str(path): [is_.st_size, is_.st_mtime_ns] for path, is_ in found}


def begin_or_go_on(folder: Path, wanted: BatchRecord) -> BatchRecord:
    """The record of the folder: a new one, or that of a batch that was stopped.

    Raises InputError for a folder with anything else in it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / _FILE
    if not file.exists():
        if any(each.name != _LOCK for each in folder.iterdir()):
            raise InputError(f"{folder} holds something else; name an empty folder with --out.")
        write_record(folder, wanted)
        return wanted
    try:
        found = BatchRecord(**json.loads(file.read_text("utf-8")))
    except (ValueError, TypeError):
        raise InputError(f"{file} cannot be read; name an empty folder with --out.") from None
    if replace(found, notes=None) != wanted:
        raise InputError(
            f"{folder} holds a batch of {_other(found, wanted)}; go on as it was begun, or name an "
            "empty folder with --out."
        )
    return found


def write_record(folder: Path, record: BatchRecord) -> None:
    """Whole or not at all."""
    draft = folder / f"{_FILE}.part"
    draft.write_text(json.dumps(asdict(record), indent=1), "utf-8")
    draft.replace(folder / _FILE)


def _other(found: BatchRecord, wanted: BatchRecord) -> str:
    """What differs, in words."""
    if found.files != wanted.files:
        return "other files, or of files that were changed since"
    if found.model_version != wanted.model_version:
        return "another model"
    return "other settings (--engine, --explain, --block or --mapping)"


_LOCK: Final = ".lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """That no other process works on the folder. Raises InputError where one does."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(f"Another process works on {folder}; wait until it ends.") from None
        yield
