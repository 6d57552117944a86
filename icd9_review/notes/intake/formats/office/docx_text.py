"""The paragraphs and tables of WordprocessingML as lines (ECMA-376 part 1, 17)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from icd9_review.notes.intake.formats.left_out import HIDDEN, PICTURE, STRUCK
from icd9_review.notes.intake.formats.office.docx_styles import (
    Style,
    W,
    is_item,
    is_on,
    outline_level,
    toggles,
)
from icd9_review.outline.headings import without_marks, write_heading

DRAWING = "has charts or diagrams; what stands in them is not read"
EMBEDDED = "has documents embedded in it; they are left out"
SYMBOL = "has symbols of a font that are not known; they are left out"

_SOFT_HYPHEN = "\N{SOFT HYPHEN}"  # where a word may be broken, and is not
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_DELETED = {f"{W}del", f"{W}moveFrom"}
_GONE = {f"{W}rPr", f"{W}pPr", f"{W}instrText", f"{W}delInstrText", f"{W}delText", _FALLBACK}
_CHARACTERS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}
_SAID = {
    f"{W}object": EMBEDDED,
    f"{W}altChunk": EMBEDDED,
    "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic": PICTURE,
    "{urn:schemas-microsoft-com:vml}imagedata": PICTURE,
    "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart": DRAWING,
    "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds": DRAWING,
}
# Characters of Wingdings and of Symbol as Word stores them, in the private use area.
_WINGDINGS = {0xFE: "☑", 0xFD: "☒", 0xA8: "☐", 0x6F: "☐", 0x71: "☐", 0xFC: "✓", 0xFB: "✗"}
_WINGDINGS |= {0x78: "☒", 0xE0: "→", 0xDF: "←", 0xE1: "↑", 0xE2: "↓", 0xA7: "▪", 0x6C: "●"}
_SYMBOL = {0xB0: "°", 0xB1: "±", 0xA3: "≤", 0xB3: "≥", 0xAE: "→", 0xAC: "←", 0xAD: "↑", 0xAF: "↓"}
_SYMBOL |= {0xB7: "•", 0x61: "α", 0x62: "β", 0x67: "γ", 0x64: "δ", 0x6D: "μ", 0x44: "Δ", 0xB4: "×"}
_SYMBOL |= {0xB9: "≠", 0xBB: "≈", 0x3E: ">", 0x3C: "<", 0x2D: "−", 0xA5: "∞"}
_FONTS = {"wingdings": _WINGDINGS, "symbol": _SYMBOL}


class Walker:
    """Reads blocks into lines and remembers what it left out."""

    def __init__(self, styles: Mapping[str, Style]) -> None:
        self.notices: dict[str, None] = {}
        self._styles = styles

    def blocks(self, container: Any) -> list[str]:
        """A line for each paragraph and each row of a table, in the order of reading."""
        lines: list[str] = []
        for element in container:
            if not isinstance(element.tag, str) or element.tag in _GONE:
                continue
            if element.tag == f"{W}p":
                lines.append(self._paragraph(element, lines))
                lines += [line for box in _boxes(element) for line in self.blocks(box)]
            elif element.tag == f"{W}tbl":
                rows = (row for row in element.iter(f"{W}tr") if _nearest(row, "tbl") is element)
                lines += [
                    self._row(row) for row in rows if not self._is_deleted(row, "trPr", "del")
                ]
            elif self._is_shown(element):  # content controls, insertions, single footnotes
                lines += self.blocks(element)
        return lines

    def _paragraph(self, element: Any, before: list[str]) -> str:
        properties = element.find(f"{W}pPr")
        style = self._style(properties, "pStyle")
        line = without_marks("".join(self._inline(element, style))).replace(_SOFT_HYPHEN, "")
        level = outline_level(properties)
        heading = style.heading if level is None else level < 9
        if heading and line.strip():
            return write_heading(line)
        # An item in lower case would read as the rest of the line before it.
        item = style.item or is_item(properties)
        follows = item and bool(before) and bool(before[-1].strip())
        return f"- {line}" if follows and line[:1].islower() else line

    def _style(self, properties: Any | None, kind: str) -> Style:
        named = None if properties is None else properties.find(f"{W}{kind}")
        return (
            self._styles.get(named.get(f"{W}val") or "", Style()) if named is not None else Style()
        )

    def _row(self, row: Any) -> str:
        cells = [
            cell
            for cell in row.iter(f"{W}tc")
            if _nearest(cell, "tr") is row and not self._is_deleted(cell, "tcPr", "cellDel")
        ]
        return " | ".join(
            " ".join(filter(None, map(str.strip, self.blocks(cell)))) for cell in cells
        )

    def _inline(self, element: Any, style: Style) -> Iterator[str]:
        """The characters of a paragraph without those of its text boxes."""
        for child in element:
            if child.tag in (f"{W}t", _MATH_TEXT):
                yield child.text or ""
            elif child.tag in _CHARACTERS:
                yield _CHARACTERS[child.tag]
            elif child.tag == f"{W}sym":
                yield self._symbol(child)
            elif child.tag == f"{W}ffData":
                yield _form_value(child)
            elif child.tag == f"{W}r" and not self._is_read(child, style):
                continue
            elif child.tag != f"{W}txbxContent" and self._is_shown(child):
                yield from self._inline(child, style)

    def _is_shown(self, element: Any) -> bool:
        """Whether an element has text to read; what is left out with it is said."""
        if element.tag in _SAID:
            self.notices[_SAID[element.tag]] = None
            return False
        if element.tag in _DELETED:
            self._leave_out(element, STRUCK)
            return False
        if element.tag == f"{W}sdt" and is_on(element.find(f"{W}sdtPr/{W}showingPlcHdr")):
            return False  # "Click here to enter text": nobody has filled it in
        return isinstance(element.tag, str) and element.tag not in _GONE

    def _is_read(self, run: Any, paragraph: Style) -> bool:
        """Whether a run is neither struck nor hidden, by itself or by its styles."""
        properties = run.find(f"{W}rPr")
        character = self._style(properties, "rStyle").toggles
        own = toggles(properties)
        for name, reason in (("strike", STRUCK), ("dstrike", STRUCK), ("vanish", HIDDEN)):
            styled = character.get(name, False) != paragraph.toggles.get(name, False)
            if own.get(name, styled):
                self._leave_out(run, reason)
                return False
        return True

    def _is_deleted(self, element: Any, properties: str, mark: str) -> bool:
        """Whether a row or cell was deleted under tracking."""
        deleted = element.find(f"{W}{properties}/{W}{mark}") is not None
        if deleted:
            self._leave_out(element, STRUCK)
        return deleted

    def _leave_out(self, element: Any, reason: str) -> None:
        texts = element.iter(f"{W}t", f"{W}delText", f"{W}sym")
        if any((text.text or "x").strip() for text in texts):
            self.notices[reason] = None

    def _symbol(self, element: Any) -> str:
        font = (element.get(f"{W}font") or "").lower()
        try:
            code = int(element.get(f"{W}char") or "", 16) & 0xFF
        except ValueError:
            code = -1
        sign = _FONTS.get(font.rstrip(" 23"), {}).get(code, "")
        if not sign:
            self.notices[SYMBOL] = None
        return sign


def _form_value(data: Any) -> str:
    """A tick or a choice of a form field; text that was filled in stands in the document."""
    box = data.find(f"{W}checkBox")
    if box is not None:
        marks = [box.find(f"{W}{name}") for name in ("checked", "default")]
        mark = next((each for each in marks if each is not None), None)
        ticked = mark is not None and (mark.get(f"{W}val") or "1") not in ("0", "false")
        return "[x] " if ticked else "[ ] "
    entries = [each.get(f"{W}val") or "" for each in data.iterfind(f"{W}ddList/{W}listEntry")]
    chosen = data.find(f"{W}ddList/{W}result")
    number = str(chosen.get(f"{W}val") or "0") if chosen is not None else "0"
    return entries[int(number)] if number.isdigit() and int(number) < len(entries) else ""


def _nearest(element: Any, name: str) -> Any:
    return next(element.iterancestors(f"{W}{name}"), None)


def _boxes(element: Any) -> list[Any]:
    return [
        box
        for box in element.iter(f"{W}txbxContent")
        if not any(parent.tag == _FALLBACK for parent in box.iterancestors())
        and _nearest(box, "p") is element
    ]
