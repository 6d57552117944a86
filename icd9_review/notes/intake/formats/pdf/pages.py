"""The text of a PDF, page by page (pypdfium2), with what was filled in and typed on it.

A page that is a picture has no text: it is named, never passed over in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from icd9_review.errors import NoteError
from icd9_review.notes.intake.formats.pdf.annotations import Annotations, put_in, read_annotations
from icd9_review.notes.intake.formats.pdf.columns import arrange
from icd9_review.notes.intake.formats.pdf.hyphens import join_words
from icd9_review.notes.intake.formats.pdf.lines import Box, Line, is_plain, plain_lines, read_lines

PAGES = 500
"""Pages in one file, at most."""

_STAMP = 100  # characters a scanner or a fax may stamp on a page that is a picture
_MARGIN = 0.1  # of a page's height, above and below: where such stamps stand
_SCAN = 0.5  # of the page's area: a picture of the whole page
_PICTURE = 0.01  # of the page's area: smaller ones are lines, bullets and logos


@dataclass(frozen=True, slots=True)
class _Page:
    """``picture`` is the share of the page under pictures, ``bare`` that there is no text on one.

    ``lines`` and ``body``, text off the margins, are known where places were asked for.
    """

    text: str
    lines: tuple[Line, ...] = ()
    drawn: bool = False
    picture: float = 0.0
    bare: bool = False
    body: bool = False
    unsure: bool = False
    unknown: int = 0
    struck: int = 0
    comments: int = 0

    @property
    def is_scan(self) -> bool:
        """Something is drawn on the page and hardly anything of it is text."""
        if not self.text:
            return self.drawn
        return self.picture > _SCAN and (len(self.text) < _STAMP or not self.body)


# What is said of the pages for which it holds, with their numbers.
_SAID: tuple[tuple[str, Callable[[_Page], bool]], ...] = (
    (
        "has a picture on {pages}; what stands in it is not read",
        lambda page: page.bare and not page.is_scan,
    ),
    (
        "has columns on {pages} that cannot be told from a table; they are read line by line, "
        "compare them with the original",
        lambda page: page.unsure,
    ),
    (
        "has letters on {pages} whose font does not say what they are; compare the text with "
        "the original",
        lambda page: page.unknown > 0,
    ),
    ("has struck text on {pages}; it is left out", lambda page: page.struck > 0),
    ("has comments on {pages}; they are left out", lambda page: page.comments > 0),
)


def extract(data: bytes) -> dict[str, Any]:
    """``text`` of all pages with an empty line between, and ``notices``; see ``isolated``."""
    pages, attached = _read(data)
    text = join_words("\n\n".join(page.text for page in pages if page.text))
    scans = [number for number, page in enumerate(pages, start=1) if page.is_scan]
    if not text:
        what = "is empty" if not scans else f"has no text layer: {_name(scans, len(pages))}"
        raise NoteError(
            f"{what}; it may be a scan. Have it recognised (OCR) and save it with its text, "
            "or paste the text of the note."
        )
    notices = []
    if scans:
        notices.append(f"lacks a part: {_name(scans, len(pages))} and could not be read")
    for words, holds in _SAID:
        if found := [number for number, page in enumerate(pages, start=1) if holds(page)]:
            notices.append(words.format(pages=_listed(found)))
    if attached:
        notices.append("has files attached to it; they are left out")
    return {"text": text, "notices": notices}


def _read(data: bytes) -> tuple[list[_Page], bool]:
    import pypdfium2  # type: ignore[import-untyped]
    import pypdfium2.raw as raw  # type: ignore[import-untyped]

    document = _open(data)
    if len(document) > PAGES:
        raise NoteError(
            f"has {len(document):,} pages, the limit is {PAGES:,}; split it into several files."
        )
    if document.get_formtype() == raw.FORMTYPE_XFA_FULL:
        raise NoteError(
            "is a form that only Adobe's programs show (XFA); print it to a new PDF, "
            "or paste the text of the note."
        )
    try:
        document.init_forms()
        pages = [_page(document, document[index]) for index in range(len(document))]
    except pypdfium2.PdfiumError:
        raise NoteError(
            "has a damaged page; save it again, or paste the text of the note."
        ) from None
    return pages, document.count_attachments() > 0


def _open(data: bytes) -> Any:
    import pypdfium2
    import pypdfium2.raw as raw

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            raise NoteError(
                "is protected by a password; open it, save it without one, and try again."
            ) from None
        raise NoteError(
            "is damaged or is no PDF; save it again, or paste the text of the note."
        ) from None


def _page(document: Any, page: Any) -> _Page:
    import pypdfium2.raw as raw

    typed = read_annotations(document, page)
    textpage = page.get_textpage()
    objects = list(page.get_objects(max_depth=5))  # forms in forms; by judgement
    width, height = page.get_size()
    area = max(width * height, 1.0)
    pictures = [_box(each) for each in objects if each.type == raw.FPDF_PAGEOBJ_IMAGE]
    large = [box for box in pictures if box.area / area > _PICTURE]
    plain = not (typed.written or typed.struck or large) and is_plain(textpage)
    read = _read_plain(textpage) if plain else _read_placed(textpage, typed, height)
    return replace(
        read,
        drawn=bool(objects),
        picture=sum(box.area for box in pictures) / area,
        bare=any(not _is_behind(box, read.lines) for box in large),
        comments=typed.comments,
    )


def _read_plain(textpage: Any) -> _Page:
    """A page whose text is in order: no places are asked for, which takes ten times as long."""
    lines, unknown = plain_lines(textpage)
    return _Page("\n".join(lines).strip(), unknown=unknown)


def _read_placed(textpage: Any, typed: Annotations, height: float) -> _Page:
    found = read_lines(textpage, typed.struck)
    texts, unsure = _texts(found.lines, typed)
    middles = (line.box.middle / max(height, 1.0) for line in found.lines)
    return _Page(
        "\n".join(texts).strip(),
        found.lines,
        body=any(_MARGIN < middle < 1 - _MARGIN for middle in middles),
        unsure=unsure,
        unknown=found.unknown,
        struck=found.struck,
    )


def _texts(lines: Sequence[Line], typed: Annotations) -> tuple[list[str], bool]:
    """The lines in the order of reading; on a form they stay in their rows."""
    if typed.written:
        return [line.text for line in put_in(lines, typed.written)], False
    return arrange(lines)


def _is_behind(picture: Box, lines: Sequence[Line]) -> bool:
    """Whether text stands on a picture: a background, or a scan with its recognised text."""
    return any(
        picture.holds((line.box.left + line.box.right) / 2, line.box.middle) for line in lines
    )


def _box(found: Any) -> Box:
    return Box(*found.get_bounds())


def _name(pages: Sequence[int], count: int) -> str:
    listed = _numbers(pages)
    if len(pages) == 1:
        return f"page {listed} of {count} is a picture without text"
    return f"pages {listed} of {count} are pictures without text"


def _listed(pages: Sequence[int]) -> str:
    return f"page {_numbers(pages)}" if len(pages) == 1 else f"pages {_numbers(pages)}"


def _numbers(pages: Sequence[int]) -> str:
    return ", ".join(map(str, pages[:10])) + (" …" if len(pages) > 10 else "")
