"""The text of a Word document: headers, paragraphs and tables, footnotes, footers.

python-docx opens the package; its own text of a paragraph leaves out tracked
insertions, content controls and text boxes, which clinical templates are full of, so
the paragraphs are walked here. What was deleted under tracking is left out.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from icd9_review.errors import NoteError
from icd9_review.notes.intake.formats.archive import check_archive

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = {f"{_W}{name}" for name in ("del", "moveFrom", "rPr", "pPr", "instrText")} | {_FALLBACK}
_CHARACTERS = {
    f"{_W}tab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "-",
}
_NOTES = ("/footnotes", "/endnotes")


def extract(data: bytes) -> dict[str, Any]:
    """``text`` with a line a paragraph and a row, and ``notices``; see ``isolated``."""
    check_archive(data)
    document = _open(data)
    headers, footers = _running(document)
    lines = [*headers, *_blocks(document.element.body), *_footnotes(document), *footers]
    notices = []
    if not any(line.strip() for line in lines) and document.part.package.image_parts:
        raise NoteError(
            "has pictures and no text; it may be a scan. Have it recognised (OCR), "
            "or paste the text of the note."
        )
    if any(part.partname.endswith("/comments.xml") for part in document.part.package.iter_parts()):
        notices.append("has comments; they are left out")
    return {"text": "\n".join(lines), "notices": notices}


def _open(data: bytes) -> Any:
    import docx

    try:
        return docx.Document(io.BytesIO(data))
    except Exception:  # python-docx lets errors of every kind out for a broken package
        raise NoteError(
            "is a damaged Word document; open it and save it again, or paste the text."
        ) from None


def _running(document: Any) -> tuple[list[str], list[str]]:
    """Headers and footers of all sections, each text once."""
    headers: dict[str, None] = {}
    footers: dict[str, None] = {}
    for section in document.sections:
        for kind in ("", "first_page_", "even_page_"):
            for name, found in (("header", headers), ("footer", footers)):
                part = getattr(section, f"{kind}{name}")
                if not part.is_linked_to_previous:
                    found.update(dict.fromkeys(filter(str.strip, _blocks(part._element))))
    return list(headers), list(footers)


def _footnotes(document: Any) -> list[str]:
    from docx.oxml import parse_xml

    parts = sorted(document.part.package.iter_parts(), key=lambda part: str(part.partname))
    chosen = [p for p in parts if str(p.partname).removesuffix(".xml").endswith(_NOTES)]
    return [line for part in chosen for line in _blocks(parse_xml(part.blob)) if line.strip()]


def _blocks(container: Any) -> list[str]:
    """A line for each paragraph and each row of a table, in the order of reading."""
    lines: list[str] = []
    for element in container:
        if element.tag in _GONE or not isinstance(element.tag, str):
            continue
        if element.tag == f"{_W}p":
            lines.append("".join(_inline(element)))
            lines += [line for box in _boxes(element) for line in _blocks(box)]
        elif element.tag == f"{_W}tbl":
            lines += [_row(row) for row in element.iter(f"{_W}tr") if _owner(row) is element]
        else:  # content controls, insertions, single footnotes
            lines += _blocks(element)
    return lines


def _row(row: Any) -> str:
    cells = [cell for cell in row.iter(f"{_W}tc") if _nearest(cell, "tr") is row]
    return " | ".join(" ".join(filter(None, map(str.strip, _blocks(cell)))) for cell in cells)


def _owner(row: Any) -> Any:
    return _nearest(row, "tbl")


def _nearest(element: Any, name: str) -> Any:
    return next(element.iterancestors(f"{_W}{name}"), None)


def _inline(element: Any) -> Iterator[str]:
    """The characters of a paragraph without those of its text boxes."""
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _CHARACTERS:
            yield _CHARACTERS[child.tag]
        elif child.tag not in _GONE and child.tag != f"{_W}txbxContent":
            yield from _inline(child)


def _boxes(element: Any) -> list[Any]:
    return [
        box
        for box in element.iter(f"{_W}txbxContent")
        if not any(parent.tag == _FALLBACK for parent in box.iterancestors())
        and _nearest(box, "p") is element
    ]
