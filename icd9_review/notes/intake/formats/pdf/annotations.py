"""What lies on top of a PDF page: values of form fields, typed text, strikes, comments."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from icd9_review.notes.intake.formats.pdf.lines import Box, Line, LineSegment

_HIDDEN = 0b10  # the flag Hidden (ISO 32000-1, 12.5.3)
_NO_VIEW = 0b100000  # likewise the flag NoView
_LINE = 12.0  # points: the height of a line that a field is taken to have
_OFF = ("", "off")


@dataclass(slots=True)
class Annotations:
    """``written`` stands on the page where it was typed; ``struck`` are the places of strikes."""

    written: list[LineSegment] = field(default_factory=list)
    struck: list[Box] = field(default_factory=list)
    comments: int = 0


def read_annotations(document: Any, page: Any) -> Annotations:
    """The annotations of a page that a reader sees."""
    import pypdfium2.raw as raw  # type: ignore[import-untyped]

    found = Annotations()
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        with closing(_Annotation(annotation)) as each:
            if not each.flags & (_HIDDEN | _NO_VIEW):
                _take(each, document, found)
    return found


class _Annotation:
    """An annotation's dictionary."""

    def __init__(self, handle: Any) -> None:
        import pypdfium2.raw as raw

        self.raw, self.handle = raw, handle
        self.subtype = raw.FPDFAnnot_GetSubtype(handle)
        self.flags = raw.FPDFAnnot_GetFlags(handle)

    def close(self) -> None:
        self.raw.FPDFPage_CloseAnnot(self.handle)

    @property
    def box(self) -> Box:
        found = self.raw.FS_RECTF()
        self.raw.FPDFAnnot_GetRect(self.handle, ctypes.byref(found))
        low, high = sorted((found.bottom, found.top))
        left, right = sorted((found.left, found.right))
        return Box(left, low, right, high)

    def string(self, key: bytes) -> str:
        return _string(lambda *room: self.raw.FPDFAnnot_GetStringValue(self.handle, key, *room))

    def value(self, form: Any) -> str:
        return _string(lambda *room: self.raw.FPDFAnnot_GetFormFieldValue(form, self.handle, *room))

    def quads(self) -> Iterator[Box]:
        """The places of the words that a mark lies over."""
        points = self.raw.FS_QUADPOINTSF()
        for index in range(self.raw.FPDFAnnot_CountAttachmentPoints(self.handle)):
            if self.raw.FPDFAnnot_GetAttachmentPoints(self.handle, index, ctypes.byref(points)):
                xs = (points.x1, points.x2, points.x3, points.x4)
                ys = (points.y1, points.y2, points.y3, points.y4)
                yield Box(min(xs), min(ys), max(xs), max(ys))


def _take(each: _Annotation, document: Any, found: Annotations) -> None:
    raw = each.raw
    if each.subtype == raw.FPDF_ANNOT_WIDGET:
        text = _field(each, document.formenv) if document.formenv else ""
        found.written += [LineSegment(text, each.box)] if text else []
    elif each.subtype == raw.FPDF_ANNOT_FREETEXT:
        text = each.string(b"Contents").strip()
        found.written += [LineSegment(text, each.box)] if text else []
    elif each.subtype in (raw.FPDF_ANNOT_STRIKEOUT, raw.FPDF_ANNOT_REDACT):
        found.struck += list(each.quads()) or [each.box]
        found.comments += bool(each.string(b"Contents").strip())
    elif each.subtype not in (raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP):
        found.comments += bool(each.string(b"Contents").strip())


def _field(each: _Annotation, form: Any) -> str:
    """The value of a form field as it is read: words, a tick, or the choice of several."""
    raw = each.raw
    kind = raw.FPDFAnnot_GetFormFieldType(form, each.handle)
    if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        return "[x]" if raw.FPDFAnnot_IsChecked(form, each.handle) else "[ ]"
    if kind in (raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX):
        value = each.value(form).replace("\r\n", "\n").replace("\r", "\n").strip()
        return "" if value.lower() in _OFF else value
    if kind == raw.FPDF_FORMFIELD_LISTBOX:
        return ", ".join(_chosen(each, form)) or each.value(form).strip()
    return ""


def _chosen(each: _Annotation, form: Any) -> Iterator[str]:
    raw = each.raw
    for index in range(max(0, raw.FPDFAnnot_GetOptionCount(form, each.handle))):
        if raw.FPDFAnnot_IsOptionSelected(form, each.handle, index):
            yield _string(
                lambda *room, at=index: raw.FPDFAnnot_GetOptionLabel(form, each.handle, at, *room)
            )


def _string(read: Callable[..., int]) -> str:
    """A string of PDFium: it says how many bytes it needs, ended by a NUL in UTF-16."""
    import pypdfium2.raw as raw

    size = read(None, 0)
    if size <= 2:
        return ""
    room = ctypes.create_string_buffer(size)
    read(ctypes.cast(room, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return room.raw[: size - 2].decode("utf-16-le", "replace")


def put_in(lines: Sequence[Line], written: Sequence[LineSegment]) -> list[Line]:
    """The lines of a page with what was typed on it, each on its line or between two."""
    found = list(lines)
    for segment in written:
        first = Box(
            segment.box.left,
            max(segment.box.bottom, segment.box.top - 2 * _LINE),
            segment.box.right,
            segment.box.top,
        )
        beside = next((line for line in found if _is_beside(line, first)), None)
        if beside is None:
            above = [n for n, line in enumerate(found) if line.box.middle > first.middle]
            found.insert(max(above, default=-1) + 1, Line([segment]))
        else:
            beside.segments.append(segment)
            beside.segments.sort(key=lambda each: each.box.left)
    return found


def _is_beside(line: Line, box: Box) -> bool:
    """Whether the middle of a line runs through a field, beside which nothing is drawn."""
    middle = line.box.middle
    apart = all(
        each.box.right <= box.left + 1 or each.box.left >= box.right - 1 for each in line.segments
    )
    return apart and box.bottom <= middle <= box.top
