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

from icd9_review.notes.intake.formats.pdf.hyphens import BREAK

_HYPHENS = ("\x02", "\ufffe")  # how PDFium writes a hyphen at the end of a line
_SOFT = "\u00ad"
_GAP = 1.5  # of a line's height: a space is a quarter, in justified lines up to one
_LOWER = 0.2  # of a line's height: more than letters of one line differ, index and foot aside
_HALF = 2  # parts of what is halved


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
class LineSegment:
    """Words of a line that belong together."""

    text: str
    box: Box


@dataclass(slots=True)
class Line:
    """Segments side by side, left to right as they were drawn."""

    segments: list[LineSegment] = field(default_factory=list)

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


_Character = tuple[str, float, float, float, float, bool]
"""Sign, left, bottom, right, top, and whether it was drawn or put in by PDFium."""


@dataclass(frozen=True, slots=True)
class PageText:
    """How many characters are of a font that does not name them, and how many are struck."""

    lines: tuple[Line, ...]
    unknown: int
    struck: int


def is_plain(textpage: Any) -> bool:
    """Whether no two pieces of a page's text stand side by side with a gap between.

    Then the text as PDFium gives it is in the order of reading, and no place is asked for.
    """
    import pypdfium2.raw as raw  # type: ignore[import-untyped]

    left, top, right, bottom = (ctypes.c_double() for _ in range(4))
    places = [ctypes.byref(each) for each in (left, top, right, bottom)]
    boxes = []
    for index in range(raw.FPDFText_CountRects(textpage, 0, -1)):
        raw.FPDFText_GetRect(textpage, index, *places)
        boxes.append((top.value, bottom.value, left.value, right.value))
    boxes.sort(reverse=True)
    for number, (top_, bottom_, _, right_) in enumerate(boxes):
        for other in boxes[number + 1 :]:
            if other[0] <= bottom_:
                break
            height = top_ - bottom_
            if other[2] - right_ > height or boxes[number][2] - other[3] > height:
                return False
    return True


def read_lines(textpage: Any, struck: Sequence[Box]) -> PageText:
    """The lines of a page without what is struck out."""
    lines: list[Line] = []
    unknown = left_out = 0
    run: list[_Character] = []
    for each in _characters(textpage):
        sign, left, bottom, right, top, drawn = each
        unknown += drawn and _is_unknown(sign)
        if struck and drawn:
            x, y = (left + right) / _HALF, (bottom + top) / _HALF
            if any(box.holds(x, y) for box in struck):
                left_out += bool(sign.strip())
                continue
        if sign == "\n" or (drawn and _begins_line(run, each)):
            _add(lines, run)
            run = []
        if sign not in "\r\n":
            run.append(each)
    _add(lines, run)
    return PageText(tuple(lines), unknown, left_out)


def plain_lines(textpage: Any) -> tuple[list[str], int]:
    """The lines of a page whose text is in order, and how many characters are unknown."""
    text = textpage.get_text_range().replace("\r\n", "\n").replace("\r", "\n").replace(_SOFT, "")
    for mark in _HYPHENS:
        text = text.replace(mark, BREAK)
    return [line.strip() for line in text.split("\n")], sum(map(_is_unknown, text))


def _is_unknown(sign: str) -> bool:
    """A control character, the mark for what is none, or one of private use."""
    return (
        sign in "\0\ufffd" or "\ue000" <= sign <= "\uf8ff" or (sign < " " and sign not in "\t\n\r")
    )


def _characters(textpage: Any) -> Iterator[_Character]:
    import pypdfium2.raw as raw

    unicode, generated = raw.FPDFText_GetUnicode, raw.FPDFText_IsGenerated
    loose, handle = raw.FPDFText_GetLooseCharBox, textpage.raw
    found = raw.FS_RECTF()
    place = ctypes.byref(found)
    pending = ""
    for index in range(textpage.count_chars()):
        code = unicode(handle, index)
        sign = pending + (chr(code) if code <= 0x10FFFF else "\ufffd")
        pending = ""
        if "\ud800" <= sign[-1] <= "\udbff":
            pending = sign
        elif sign.isspace():
            yield sign, 0.0, 0.0, 0.0, 0.0, False
        else:
            loose(handle, index, place)
            drawn = sign.isascii() or generated(handle, index) != 1
            box = (found.left, found.bottom, found.right, found.top)
            yield (_readable(sign), *box, drawn)


def _readable(sign: str) -> str:
    if sign in _HYPHENS:
        return BREAK
    if sign[0] < "\ud800" or (len(sign) == 1 and sign > "\udfff"):
        return sign
    return sign.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _begins_line(run: Sequence[_Character], each: _Character) -> bool:
    """Whether a letter stands below those before it, where PDFium saw no line end.

    It sees none behind a hyphen, and none between columns that stand half a line apart.
    """
    last = next((one for one in reversed(run) if one[5]), None)
    if last is None:
        return False
    middle, height = (each[2] + each[4]) / _HALF, abs(each[4] - each[2])
    if last[0] == BREAK and middle < last[2]:
        return True
    below = middle < (last[2] + last[4]) / _HALF - _LOWER * height
    return below and each[1] < last[1] - height


def _add(lines: list[Line], run: Sequence[_Character]) -> None:
    """Cut a line at its gaps."""
    line = Line()
    part: list[_Character] = []
    right = 0.0
    for each in run:
        _, left, bottom, end, top, drawn = each
        if drawn and right and left - right > _GAP * abs(top - bottom) > 0:
            _close(line, part)
            part = []
        part.append(each)
        right = end if drawn else right
    _close(line, part)
    if line.segments:
        lines.append(line)


def _close(line: Line, part: Sequence[_Character]) -> None:
    text = "".join(each[0] for each in part).replace(_SOFT, "").strip()
    text = text[:-1].replace(BREAK, "-") + text[-1:]  # elsewhere it is an ordinary hyphen
    drawn = [each for each in part if each[5]]
    if text and drawn:
        _, lefts, bottoms, rights, tops, _ = zip(*drawn, strict=True)
        line.segments.append(
            LineSegment(text, Box(min(lefts), min(bottoms), max(rights), max(tops)))
        )
