"""What a column of an export is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from icd9_review.export.formats import CellType, ColumnHead, Value

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Column(Generic[_Row]):
    """One column; ``value`` takes it from a row.

    A column with ``words`` holds text of notes, or what people wrote themselves: it is there
    only where an export asks for it.
    """

    name: str
    meaning: str
    value: Callable[[_Row], Value]
    words: bool = False
    type: CellType = CellType.TEXT

    @property
    def head(self) -> ColumnHead:
        """What a format is told of it."""
        return ColumnHead(self.name, self.type, self.meaning)


def chosen(columns: Sequence[Column[_Row]], *, words: bool) -> tuple[Column[_Row], ...]:
    """The columns of an export with or without words of notes and people."""
    return tuple(column for column in columns if words or not column.words)
