"""What a column of an export is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from icd9_review.export.formats import CellType, ColumnHead, Value

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Column(Generic[_Row]):
    """One column; ``value`` takes it from a row.

    A column with ``words`` holds text of notes, or what people wrote themselves: it is there
    only where an export asks for it. One that is there in any case has other text of notes then,
    where it is given ``in_words``.
    """

    name: str
    meaning: str
    value: Callable[[_Row], Value]
    words: bool = False
    type: CellType = CellType.TEXT
    in_words: Callable[[_Row], Value] | None = None

    @property
    def head(self) -> ColumnHead:
        """What a format is told of it."""
        return ColumnHead(self.name, self.type, self.meaning)


def chosen(columns: Sequence[Column[_Row]], *, words: bool) -> tuple[Column[_Row], ...]:
    """The columns of an export with or without words of notes and people."""
    return tuple(_worded(each) if words else each for each in columns if words or not each.words)


def _worded(column: Column[_Row]) -> Column[_Row]:
    return column if column.in_words is None else replace(column, value=column.in_words)
