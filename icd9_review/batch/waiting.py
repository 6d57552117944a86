"""A note that waits to be scored, and the files in which many of them do.

Both engines read the same files. They hold the text of notes, so only their owner reads them, and
what is scored goes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from itertools import count
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from icd9_review.cells import without_halves

_CHARACTERS: Final = 4_000_000  # of one block; by judgement: what one process holds of texts


@dataclass(frozen=True, slots=True)
class WaitingNote:
    """A note of a file, by its running ``number`` over all files of the batch.

    ``place`` says where in the file it stood, ``encounter`` and ``note`` what the source calls
    both; empty where it does not. A note that intake refused has no text, and the ``refusal``.
    """

    number: int
    file: str
    place: str = ""
    encounter: str = ""
    note: str = ""
    text: str = ""
    refusal: str = ""


_NAMES: Final = tuple(each.name for each in fields(WaitingNote))
_SCHEMA: Final = pa.schema(
    [(name, pa.int64() if name == "number" else pa.string()) for name in _NAMES]
)


def write_blocks(notes: Iterable[WaitingNote], folder: Path, most: int) -> Iterator[int]:
    """Write notes as blocks of ``most``, in their order; yields how many are in each."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number, block in zip(count(1), cut_groups(notes, most, _CHARACTERS)):  # one never ends
        write_whole(
            pa.Table.from_pylist([_as_row(each) for each in block], _SCHEMA),
            folder / f"{number:08}.parquet",
        )
        yield len(block)


def read_block(file: Path) -> list[WaitingNote]:
    """The notes of a block."""
    return [WaitingNote(**row) for row in pq.read_table(file, schema=_SCHEMA).to_pylist()]


def write_whole(table: pa.Table, file: Path) -> None:
    """A Parquet file that is there whole or not at all, whenever the machine stops."""
    draft = file.with_suffix(".part")
    with draft.open("wb") as stream:
        pq.write_table(table, stream, compression="zstd")
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)


def _as_row(note: WaitingNote) -> dict[str, object]:
    number, *texts = astuple(note)
    return dict(zip(_SCHEMA.names, (number, *map(without_halves, texts)), strict=True))


def cut_groups(
    notes: Iterable[WaitingNote], most: int, characters: int
) -> Iterator[list[WaitingNote]]:
    """Notes in their order, ``most`` at a time and no more ``characters`` than fit; one always."""
    group: list[WaitingNote] = []
    held = 0
    for note in notes:
        if group and (len(group) == most or held + len(note.text) > characters):
            yield group
            group, held = [], 0
        group.append(note)
        held += len(note.text)
    if group:
        yield group
