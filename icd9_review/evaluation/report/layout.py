"""A table of figures, defined once and written for a page, a card and a terminal.

What a table says stands in ``tables``; how it looks, here and in the template of the page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from icd9_review.evaluation.report.numerals import interval, number

Figures = Mapping[str, Any]
"""What evaluation.json holds, or a part of it."""

_MARKUP = re.compile(r"([\\`*_\[\]|#~])")
_GAP = "  "  # between two columns of a terminal


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as it is read: its text, the ends of its interval, and the length of a bar."""

    text: str
    ends: str = ""
    bar: float | None = None

    @classmethod
    def of(cls, figure: Mapping[str, Any] | None) -> Cell:
        """A figure with its interval; a dash for one that was not measured."""
        return (
            cls(number(None)) if figure is None else cls(number(figure["value"]), interval(figure))
        )

    @property
    def whole(self) -> str:
        """``0.637 (0.592 to 0.680)``."""
        return f"{self.text} ({self.ends})" if self.ends else self.text


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table; ``main`` where the others are read beside it."""

    name: str
    cells: tuple[Cell, ...]
    main: bool = False


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A table with what its rows are in the first column; ``how`` says how to read it."""

    title: str
    rows_are: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    how: str = ""

    def to_markdown(self) -> str:
        """For a card, with every text of others as plain text."""
        head = (as_plain_text(self.rows_are), *self.columns)
        rows = ((row.name, *(cell.whole for cell in row.cells)) for row in self.rows)
        return markdown_table(head, [(as_plain_text(name), *cells) for name, *cells in rows])

    def to_lines(self) -> Iterator[str]:
        """For a terminal: columns one below the other, figures to the right."""
        head = (self.rows_are, *self.columns)
        body = [(row.name, *(cell.whole for cell in row.cells)) for row in self.rows]
        widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
        for first, *rest in (head, *body):
            figures = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
            yield _GAP.join((first.ljust(widths[0]), *figures)).rstrip()


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown; its cells are taken as they are."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def as_plain_text(value: str) -> str:
    """On one line, without anything that Markdown or HTML would take for markup."""
    return _MARKUP.sub(r"\\\1", html.escape(" ".join(value.split()), quote=False))
