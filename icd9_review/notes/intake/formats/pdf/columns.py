"""Columns of text on a page, read one after the other and not line by line across.

Programs that draw a page line by line leave it to the eye to see columns. A table looks the
same, and is read by its rows. What tells them apart is that text runs on in a column: a line
breaks off and the next one goes on in lower case, on both sides; or that both sides begin with
the title of a section. Where only one side does so, nothing is moved, and the page is named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise

from icd9_review.notes.intake.formats.pdf.hyphens import BREAK
from icd9_review.notes.intake.formats.pdf.lines import Box, Line, LineSegment
from icd9_review.outline.section_titles import is_known_title

_NARROWEST = 0.8  # of a line's height: what is left of the gap over all lines of a column
_FEWEST = 3  # lines: two could be anything
_SAME_LINE = 0.9  # of a line's height: columns need not stand on the same lines
_NEXT_LINE = 2.0  # of a line's height: what follows further below belongs to no column
_ALIGNED = 3.0  # points: a line of a column begins where the others do
_RUNNING_WORDS = 2.5  # words a line on average: cells of a table have fewer
_GOES_ON = re.compile(r"[^.:;!?]\Z")


class _Reading(Enum):
    COLUMNS = 1
    ROWS = 2
    UNSURE = 3


@dataclass(slots=True)
class _Band:
    """Lines below each other with the gaps that go through all of them."""

    rows: list[list[LineSegment]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    gaps: list[tuple[float, float]] = field(default_factory=list)

    def columns(self) -> list[list[LineSegment | None]]:
        """For each column its segment in every row, or None where it has none there."""
        edges = [(low + high) / 2 for low, high in self.gaps]
        found: list[list[LineSegment | None]] = [
            [None] * len(self.rows) for _ in range(len(edges) + 1)
        ]
        for number, row in enumerate(self.rows):
            for segment in row:
                column = sum(segment.box.left > edge for edge in edges)
                before = found[column][number]
                found[column][number] = segment if before is None else _joined(before, segment)
        return found


def arrange(lines: Sequence[Line]) -> tuple[list[str], bool]:
    """The lines in the order of reading, and whether there were columns nobody can tell apart."""
    texts: list[str] = []
    unsure = False
    at = 0
    while at < len(lines):
        band, after = _band(lines, at)
        reading = _reading(band) if band else _Reading.ROWS
        unsure |= reading is _Reading.UNSURE
        if band is not None and reading is _Reading.COLUMNS:
            texts += [each.text for column in band.columns() for each in column if each]
        else:
            texts += [line.text for line in lines[at:after]]
        at = after
    return texts, unsure


def _band(lines: Sequence[Line], start: int) -> tuple[_Band | None, int]:
    """The longest band that begins with a line, and where the lines go on behind it."""
    row, at = _row(lines, start)
    if len(row) < 2:
        return None, at
    band = _Band([row], list(lines[start:at]), _gaps(row))
    last = (1, at)  # rows and lines up to the last row with two columns or one that fits below
    while at < len(lines):
        row, following = _row(lines, at)
        gaps = _left(band.gaps, row)
        if not gaps or not _follows(band.rows[-1], row):
            break
        band.gaps = gaps
        band.rows.append(row)
        at = following
        if len(row) > 1 or _is_aligned(band.rows, row[0]):
            last = (len(band.rows), at)
    band.rows = band.rows[: last[0]]
    return (band if len(band.rows) >= _FEWEST else None), last[1]


def _row(lines: Sequence[Line], at: int) -> tuple[list[LineSegment], int]:
    """Segments on one height: of a line, and of those drawn beside it as lines of their own."""
    row = list(lines[at].segments)
    at += 1
    while at < len(lines) and _is_beside(row, lines[at]):
        row += lines[at].segments
        at += 1
    return row, at


def _is_beside(row: Sequence[LineSegment], line: Line) -> bool:
    box, last = line.box, row[-1].box
    height = min(_height(box), _height(last))
    return box.left > last.right + height and abs(box.middle - last.middle) < _SAME_LINE * height


def _gaps(row: Sequence[LineSegment]) -> list[tuple[float, float]]:
    return [(one.box.right, other.box.left) for one, other in pairwise(row)]


def _left(
    gaps: Sequence[tuple[float, float]], row: Sequence[LineSegment]
) -> list[tuple[float, float]]:
    """What a row leaves of the gaps: those that one of its segments crosses are none."""
    narrowest = _NARROWEST * min(_height(segment.box) for segment in row)
    kept = []
    for low, high in gaps:
        for segment in row:
            if segment.box.left >= (low + high) / 2:
                high = min(high, segment.box.left)
            else:
                low = max(low, segment.box.right)
        if high - low >= narrowest:
            kept.append((low, high))
    return kept


def _follows(before: Sequence[LineSegment], row: Sequence[LineSegment]) -> bool:
    """Whether a row stands right below another."""
    step = before[0].box.middle - row[0].box.middle
    return 0 < step <= _NEXT_LINE * max(_height(before[0].box), _height(row[0].box))


def _is_aligned(rows: Sequence[Sequence[LineSegment]], segment: LineSegment) -> bool:
    lefts = [each.box.left for row in rows[:-1] for each in row]
    return any(abs(left - segment.box.left) < _ALIGNED for left in lefts)


def _reading(band: _Band) -> _Reading:
    columns = band.columns()
    texts = [[each.text for each in column if each] for column in columns]
    running = [_runs_on(column) for column in texts]
    firsts = [column[0] for column in texts if column]
    titled = all(map(is_known_title, firsts)) or (all(map(_is_title, firsts)) and any(running))
    if titled or all(running):
        return _Reading.UNSURE if any(map(_has_holes, columns)) else _Reading.COLUMNS
    return _Reading.UNSURE if any(running) and _is_prose(texts) else _Reading.ROWS


def _is_title(text: str) -> bool:
    """ "PAST HISTORY:", or a title that sections are known by."""
    return is_known_title(text) or (text.endswith(":") and text.isupper())


def _runs_on(column: Sequence[str]) -> bool:
    """Whether a line breaks off and goes on in the next."""
    return any(
        one.endswith((BREAK, "-")) or (_GOES_ON.search(one) is not None and other[:1].islower())
        for one, other in pairwise(column)
    )


def _is_prose(columns: Sequence[Sequence[str]]) -> bool:
    """Whether each column has as many words in a line as running text."""
    return all(
        sum(len(text.split()) for text in column) >= _RUNNING_WORDS * len(column)
        for column in columns
        if column
    )


def _has_holes(column: Sequence[LineSegment | None]) -> bool:
    """Whether a column has rows without text between rows with text, as tables have."""
    filled = [number for number, each in enumerate(column) if each]
    return bool(filled) and len(filled) < filled[-1] - filled[0] + 1


def _joined(one: LineSegment, other: LineSegment) -> LineSegment:
    box = Box(
        min(one.box.left, other.box.left),
        min(one.box.bottom, other.box.bottom),
        max(one.box.right, other.box.right),
        max(one.box.top, other.box.top),
    )
    return LineSegment(f"{one.text} {other.text}", box)


def _height(box: Box) -> float:
    return abs(box.top - box.bottom)
