"""The text layer of a PDF, page by page (pypdfium2).

A page that is a picture has no text: it is named, never passed over in silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from icd9_review.errors import NoteError

PAGES = 500
"""Pages in one file, at most."""

_STAMP = 100  # characters a scanner or a fax may stamp on a page that is a picture
_PICTURE = 0.5  # of the page's area
# PDFium writes a hyphen at the end of a line as one of these.
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-"})


class _Page(NamedTuple):
    text: str
    empty: bool
    picture: float


def extract(data: bytes) -> dict[str, Any]:
    """``text`` of all pages with an empty line between, and ``notices``; see ``isolated``."""
    pages = _read(data)
    text = "\n\n".join(page.text for page in pages if page.text)
    without = [number for number, page in enumerate(pages, start=1) if _lacks_text(page)]
    if not text:
        what = "is empty" if not without else f"has no text layer: {_name(without, len(pages))}"
        raise NoteError(
            f"{what}; it may be a scan. Have it recognised (OCR) and save it with its text, "
            "or paste the text of the note."
        )
    if not without:
        return {"text": text, "notices": []}
    missing = f"lacks a part: {_name(without, len(pages))} and could not be read"
    return {"text": text, "notices": [missing]}


def _read(data: bytes) -> list[_Page]:
    import pypdfium2  # type: ignore[import-untyped]
    import pypdfium2.raw as raw  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            raise NoteError(
                "is protected by a password; open it, save it without one, and try again."
            ) from None
        raise NoteError(
            "is damaged or is no PDF; save it again, or paste the text of the note."
        ) from None
    if len(document) > PAGES:
        raise NoteError(
            f"has {len(document):,} pages, the limit is {PAGES:,}; split it into several files."
        )
    try:
        return [_page(document[index]) for index in range(len(document))]
    except pypdfium2.PdfiumError:
        raise NoteError(
            "has a damaged page; save it again, or paste the text of the note."
        ) from None


def _page(page: Any) -> _Page:
    import pypdfium2.raw as raw

    text = page.get_textpage().get_text_range().translate(_HYPHENS).strip()
    objects = list(page.get_objects(max_depth=5))
    width, height = page.get_size()
    pictures = [_area(each) for each in objects if each.type == raw.FPDF_PAGEOBJ_IMAGE]
    return _Page(text, not objects, sum(pictures) / max(width * height, 1.0))


def _area(found: Any) -> float:
    left, bottom, right, top = found.get_bounds()
    return float(abs(right - left) * abs(top - bottom))


def _lacks_text(page: _Page) -> bool:
    """Something is drawn on the page and hardly anything of it is text."""
    if not page.text:
        return not page.empty
    return len(page.text) < _STAMP and page.picture > _PICTURE


def _name(pages: Sequence[int], count: int) -> str:
    listed = ", ".join(map(str, pages[:10])) + (" …" if len(pages) > 10 else "")
    if len(pages) == 1:
        return f"page {listed} of {count} is a picture without text"
    return f"pages {listed} of {count} are pictures without text"
