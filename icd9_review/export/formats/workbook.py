"""A workbook (XLSX) that is written as its rows come.

Libraries for workbooks keep a sheet in a temporary file until it is whole, and words of notes
would lie there. What is written here is the smallest workbook that Office Open XML (ECMA-376)
allows, and goes straight to where it is wanted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from icd9_review.cells import neutralise
from icd9_review.export.formats.values import CellType, ColumnHead, Outlet, Sink, Value

_MOST_ROWS: Final = 1_048_576  # of a sheet, its header included
_MOST_BYTES: Final = 2_000_000_000  # of a sheet: from 2 GiB on it needs ZIP64, which Excel repairs
_MOST_CHARACTERS: Final = 32_767  # of a cell, in UTF-16
_MOST_DIGITS: Final = 10**15  # a spreadsheet's numbers have no more; what is longer is text
_ROWS_AT_ONCE: Final = 500  # packed together; by judgement: half a megabyte
_LEVEL: Final = 3  # of packing, of 9: a quarter quicker than 6 for a file a fifth larger
_CUT: Final = " … (cut: a cell holds 32,767 characters)"

# Most texts are neither a formula nor anything to XML: one look instead of four.
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .,:;/()\[\]|-]{0,500}")
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_RELATIONS: Final = "application/vnd.openxmlformats-package.relationships"
_CONTENT: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# The second style is that of text (49, "@"): a code that somebody types or edits stays one.
_STYLES: Final = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/>'
    '<name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf xfId="0"/><xf numFmtId="49" applyNumberFormat="1" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


def write_xlsx(
    heads: Sequence[ColumnHead],
    rows: Iterable[Sequence[Value]],
    sink: Sink,
    *,
    most_rows: int = _MOST_ROWS,
) -> None:
    """A sheet with a header, and more of them where one is full.

    Every text is a text cell, neutralised as in CSV. What XML cannot hold becomes U+FFFD, and a
    text longer than a cell is cut, with a word that it was.
    """
    outlet = Outlet(sink)
    with ZipFile(outlet, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as archive, outlet:
        count = _write_sheets(archive, heads, iter(rows), most_rows)
        for name, text in _parts(count):
            archive.writestr(_packed(name), _DECLARATION + text)


def _write_sheets(
    archive: ZipFile, heads: Sequence[ColumnHead], rows: Iterator[Sequence[Value]], most_rows: int
) -> int:
    """How many sheets there are: one at least."""
    sheets, row = 0, next(rows, None)
    while row is not None or sheets == 0:
        sheets += 1
        with archive.open(f"xl/worksheets/sheet{sheets}.xml", "w") as file:
            row = _write_sheet(file, heads, row, rows, most_rows)
    return sheets


def _write_sheet(
    file: IO[bytes],
    heads: Sequence[ColumnHead],
    row: Sequence[Value] | None,
    rows: Iterator[Sequence[Value]],
    most_rows: int,
) -> Sequence[Value] | None:
    """Fill one sheet, ``row`` first; the row that it has no room for, None after the last."""
    letters = [_letters(place) for place in range(len(heads))]
    lines, number, size = [_beginning(heads), _line(letters, 1, [h.name for h in heads])], 1, 0
    while row is not None and number < most_rows and size < _MOST_BYTES:
        number += 1
        lines.append(_line(letters, number, row))
        if len(lines) >= _ROWS_AT_ONCE:
            size += file.write("".join(lines).encode())
            lines.clear()
        row = next(rows, None)
    file.write("".join([*lines, _ending(letters, number)]).encode())
    return row


def _beginning(heads: Sequence[ColumnHead]) -> str:
    """The header stays in sight, and an empty cell below it takes text as text."""
    columns = "".join(
        f'<col min="{n}" max="{n}" width="18" customWidth="1" style="{_style(head)}"/>'
        for n, head in enumerate(heads, start=1)
    )
    return (
        f'{_DECLARATION}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{columns}</cols><sheetData>"
    )


def _ending(letters: Sequence[str], rows: int) -> str:
    """No mark that a number is kept as text: that is what is wanted of codes."""
    return (
        f'</sheetData><ignoredErrors><ignoredError sqref="A1:{letters[-1]}{rows}" '
        'numberStoredAsText="1"/></ignoredErrors></worksheet>'
    )


def _style(head: ColumnHead) -> int:
    return 0 if head.type in (CellType.INTEGER, CellType.NUMBER) else 1


def _line(letters: Sequence[str], number: int, row: Sequence[Value]) -> str:
    """Empty cells are left out but for the last one, by which a reader knows how wide a row is."""
    cells = [
        _cell(f"{letter}{number}", value)
        for letter, value in zip(letters, row, strict=True)
        if value is not None
    ]
    if row[-1] is None:
        cells.append(f'<c r="{letters[-1]}{number}"/>')
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(place: str, value: str | int | float) -> str:
    if not isinstance(value, str):
        if math.isfinite(value) and abs(value) < _MOST_DIGITS:
            return f'<c r="{place}"><v>{value!r}</v></c>'
        value = repr(value)
    text = value if _PLAIN.fullmatch(value) else _in_xml(str(neutralise(value)))
    return f'<c r="{place}" s="1" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _in_xml(text: str) -> str:
    """A text as a cell holds it. Spreadsheets read ``_x0041_`` as an A, unless it is escaped."""
    if len(text) > _MOST_CHARACTERS // 2:
        text = _fitting(text)
    return _LOOKS_ESCAPED.sub("_x005F_", _NO_XML.sub("\ufffd", text)).translate(_ESCAPES)


def _fitting(text: str) -> str:
    units = text.encode("utf-16-le", "replace")
    if len(units) <= 2 * _MOST_CHARACTERS:
        return text
    return units[: 2 * (_MOST_CHARACTERS - len(_CUT))].decode("utf-16-le", "ignore") + _CUT


def _letters(place: int) -> str:
    """What a spreadsheet calls a column, the first one being 0.

    >>> _letters(0), _letters(25), _letters(26)
    ('A', 'Z', 'AA')
    """
    before, last = divmod(place, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


def _packed(name: str) -> ZipInfo:
    """A part of the archive; its time is that of no clock, so that equal rows are equal bytes."""
    part = ZipInfo(name)
    part.compress_type = ZIP_DEFLATED
    return part


def _parts(sheets: int) -> Iterator[tuple[str, str]]:
    """What stands in the archive besides the sheets."""
    numbers = range(1, sheets + 1)
    kinds = [
        ("workbook", "sheet.main"),
        ("styles", "styles"),
        *((f"worksheets/sheet{n}", "worksheet") for n in numbers),
    ]
    overrides = [
        f'<Override PartName="/xl/{name}.xml" ContentType="{_CONTENT}.{kind}+xml"/>'
        for name, kind in kinds
    ]
    listed = [
        f'<sheet name="{"Rows" if n == 1 else f"Rows {n}"}" sheetId="{n}" r:id="rId{n}"/>'
        for n in numbers
    ]
    targets = [("worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    yield (
        "[Content_Types].xml",
        (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="{_RELATIONS}+xml"/>{"".join(overrides)}</Types>'
        ),
    )
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    yield (
        "xl/workbook.xml",
        (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{"".join(listed)}</sheets>'
            "</workbook>"
        ),
    )
    yield "xl/_rels/workbook.xml.rels", _relations([*targets, ("styles", "styles.xml")])
    yield "xl/styles.xml", _STYLES


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    each = [
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    ]
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(each)}</Relationships>'
