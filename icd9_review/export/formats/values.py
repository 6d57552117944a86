"""What formats take and where they write it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from icd9_review.cells import without_halves

Value = str | int | float | None


class CellType(StrEnum):
    """What the cells of a column hold. Days and moments are texts (ISO 8601, moments in UTC);
    formats that have types of their own for them use these."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """What a format is told of a column."""

    name: str
    type: CellType = CellType.TEXT
    meaning: str = ""


class Sink(Protocol):
    """Where bytes go: a file opened for bytes, standard output's buffer, a BytesIO."""

    def write(self, data: bytes, /) -> object: ...


class Summed:
    """Passes bytes on to a sink and keeps their hash."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.hash = sha256()

    def write(self, data: bytes, /) -> object:
        self.hash.update(data)
        return self._sink.write(data)


class Outlet:
    """A sink in the shape of a file, for libraries that end what they write in any case.

    After an error within its block nothing goes out any more: a file that broke off gets no end
    that would make it look whole.
    """

    closed = False

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._broken = False

    def __enter__(self) -> Outlet:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._broken = kind is not None

    def write(self, data: bytes, /) -> int:
        if not self._broken:
            self._sink.write(bytes(data))
        return len(data)

    def flush(self) -> None:
        """The sink is not this one's to flush."""

    def close(self) -> None:
        """Nor to close."""


def encode_text(text: str) -> bytes:
    """Text in UTF-8; half a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD."""
    return without_halves(text).encode()
