"""The characters of a PDF page as lines with their places (pypdfium2).

PDFium gives characters in the order in which the page was drawn and says where lines end. A
line is cut into segments where a gap is too wide for a space: there another column, or another
cell of a table, begins. Coordinates are points, from the left and from below.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from icd9_review.notes.intake.formats.hyphens import BREAK

_HYPHENS = ("\x02", "\ufffe")  # how PDFium writes a hyphen at the end of a line
_SOFT = "\u00ad"
_GAP = 1.5  # of a line's height: a space is a quarter, in justified lines up to one
_HALF = 2


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a page."""

    left: float
    bottom: float
    right: float
    top: float

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.bottom <= y <= self.top

    @property
    def area(self) -> float:
        return abs(self.right - self.left) * abs(self.top - self.bottom)

    @property
    def middle(self) -> float:
        """Of its height."""
        return (self.bottom + self.top) / _HALF


@dataclass(slots=True)
class Segment:
    """Words of a line that belong together."""

    text: str
    box: Box


@dataclass(slots=True)
class Line:
    """Segments side by side, left to right as they were drawn."""

    segments: list[Segment] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(segment.text.strip() for segment in self.segments)

    @property
    def box(self) -> Box:
        boxes = [segment.box for segment in self.segments]
        return Box(
            min(box.left for box in boxes),
            min(box.bottom for box in boxes),
            max(box.right for box in boxes),
            max(box.top for box in boxes),
        )


@dataclass(frozen=True, slots=True)
class _Character:
    sign: str
    box: Box
    drawn: bool  # or put in by PDFium between words and lines


@dataclass(frozen=True, slots=True)
class PageText:
    """How many characters are of a font that does not name them, and how many are struck."""

    lines: tuple[Line, ...]
    unknown: int
    struck: int


def read_lines(textpage: Any, struck: Sequence[Box]) -> PageText:
    """The lines of a page without what is struck out."""
    lines: list[Line] = []
    unknown = left_out = 0
    run: list[_Character] = []
    for each, strange in _characters(textpage):
        unknown += strange
        if each.drawn and any(box.holds(_center(each.box), each.box.middle) for box in struck):
            left_out += bool(each.sign.strip())
            continue
        if each.sign == "\n" or (run and run[-1].sign == BREAK and _is_below(run[-1], each)):
            _add(lines, run)
            run = []
        if each.sign not in "\r\n":
            run.append(each)
    _add(lines, run)
    return PageText(tuple(lines), unknown, left_out)


def _characters(textpage: Any) -> Iterator[tuple[_Character, bool]]:
    import pypdfium2.raw as raw  # type: ignore[import-untyped]

    found = raw.FS_RECTF()
    pending = ""
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, index)
        sign = pending + chr(code) if code <= 0x10FFFF else "\ufffd"
        pending = sign if "\ud800" <= sign[-1] <= "\udbff" else ""
        if pending:
            continue
        drawn = raw.FPDFText_IsGenerated(textpage, index) != 1
        if drawn and raw.FPDFText_GetLooseCharBox(textpage, index, ctypes.byref(found)):
            box = Box(found.left, found.bottom, found.right, found.top)
        else:
            box = Box(0, 0, 0, 0)
        strange = drawn and raw.FPDFText_HasUnicodeMapError(textpage, index) == 1
        yield _Character(_readable(sign), box, drawn), strange


def _readable(sign: str) -> str:
    if sign in _HYPHENS:
        return BREAK
    return sign.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _is_below(one: _Character, other: _Character) -> bool:
    return other.drawn and other.box.middle < one.box.bottom


def _center(box: Box) -> float:
    return (box.left + box.right) / _HALF


def _add(lines: list[Line], run: Sequence[_Character]) -> None:
    """Cut a line at its gaps."""
    line = Line()
    part: list[_Character] = []
    right = 0.0
    for each in run:
        drawn = each.drawn and bool(each.sign.strip())
        height = abs(each.box.top - each.box.bottom)
        if drawn and part and right and each.box.left - right > _GAP * height > 0:
            _close(line, part)
            part = []
        part.append(each)
        if drawn:
            right = each.box.right
    _close(line, part)
    if line.segments:
        lines.append(line)


def _close(line: Line, part: Sequence[_Character]) -> None:
    text = "".join(each.sign for each in part).replace(_SOFT, "").strip()
    text = text[:-1].replace(BREAK, "-") + text[-1:]  # elsewhere it is an ordinary hyphen
    boxes = [each.box for each in part if each.drawn and each.sign.strip()]
    if text and boxes:
        box = Box(
            min(each.left for each in boxes),
            min(each.bottom for each in boxes),
            max(each.right for each in boxes),
            max(each.top for each in boxes),
        )
        line.segments.append(Segment(text, box))
