"""The text of a Word document: headers, paragraphs and tables, footnotes, footers.

python-docx opens the package; its own text of a paragraph leaves out tracked
insertions, content controls and text boxes, which clinical templates are full of, so
the paragraphs are walked (``docx_text``). What was struck, deleted or hidden is left out.
"""

from __future__ import annotations

import io
from typing import Any

from icd9_review.errors import NoteError
from icd9_review.notes.intake.formats.office.archive import check_archive
from icd9_review.notes.intake.formats.office.docx_styles import read_styles
from icd9_review.notes.intake.formats.office.docx_text import Walker
from icd9_review.notes.intake.formats.office.ooxml import transitional

_NOTES = ("/footnotes", "/endnotes")


def extract(data: bytes) -> dict[str, Any]:
    """``text`` with a line a paragraph and a row, and ``notices``; see ``isolated``."""
    check_archive(data)
    document = _open(data)
    walker = Walker(read_styles(_part(document, "/styles")))
    headers, footers = _running(document, walker)
    lines = [*headers, *walker.blocks(document.element.body)]
    lines += [*_footnotes(document, walker), *footers]
    if not any(line.strip() for line in lines) and document.part.package.image_parts:
        raise NoteError(
            "has pictures and no text; it may be a scan. Have it recognised (OCR), "
            "or paste the text of the note."
        )
    notices = list(walker.notices)
    if any(part.partname.endswith("/comments.xml") for part in document.part.package.iter_parts()):
        notices.append("has comments; they are left out")
    return {"text": "\n".join(lines), "notices": notices}


def _open(data: bytes) -> Any:
    import docx

    try:
        return docx.Document(io.BytesIO(transitional(data)))
    except Exception:  # python-docx lets errors of every kind out for a broken package
        raise NoteError(
            "is a damaged Word document; open it and save it again, or paste the text."
        ) from None


def _running(document: Any, walker: Walker) -> tuple[list[str], list[str]]:
    """Headers and footers of all sections, each text once."""
    headers: dict[str, None] = {}
    footers: dict[str, None] = {}
    for section in document.sections:
        for kind in ("", "first_page_", "even_page_"):
            for name, found in (("header", headers), ("footer", footers)):
                part = getattr(section, f"{kind}{name}")
                if not part.is_linked_to_previous:
                    lines = walker.blocks(part._element)
                    found.update(dict.fromkeys(filter(str.strip, lines)))
    return list(headers), list(footers)


def _part(document: Any, name: str) -> Any | None:
    """The root of a part of the package; None where it has none."""
    from docx.oxml import parse_xml

    for part in document.part.package.iter_parts():
        if str(part.partname).removesuffix(".xml").endswith(name):
            return parse_xml(part.blob)
    return None


def _footnotes(document: Any, walker: Walker) -> list[str]:
    roots = (_part(document, name) for name in sorted(_NOTES, reverse=True))
    return [
        line for root in roots if root is not None for line in walker.blocks(root) if line.strip()
    ]
