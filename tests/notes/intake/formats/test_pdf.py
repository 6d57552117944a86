"""PDFs: the text of every page, and pages that have none are named."""

from __future__ import annotations

import pytest

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import Document
from icd9_review.notes.intake.formats.pdf import PAGES
from icd9_review.notes.intake.reading import read_here as read_file
from tests.notes.intake.formats.made import LOCKED, pdf

LONG = "\n".join(["The patient was admitted with congestive heart failure."] * 3)


def read(data: bytes) -> tuple[str, tuple[str, ...]]:
    found = read_file(data, "scan.pdf")
    assert isinstance(found, Document)
    return found.encounters[0].notes[0].intake.note.text, found.all_notices


def test_lines_and_pages_come_in_order() -> None:
    assert read(pdf(["First line\nSecond line", "Page two"])) == (
        "First line\nSecond line\n\nPage two",
        (),
    )


@pytest.mark.parametrize("pages", [["~"], ["~", "~"]])
def test_a_scan_is_named_as_such(pages: list[str]) -> None:
    with pytest.raises(NoteError, match=r'^"scan\.pdf" has no text layer: page.*OCR'):
        read(pdf(pages))


def test_a_pdf_of_blank_pages_is_empty() -> None:
    with pytest.raises(NoteError, match=r'^"scan\.pdf" is empty'):
        read(pdf(["", ""]))


def test_pages_that_are_pictures_are_named() -> None:
    text, notices = read(pdf([LONG, "~", LONG, "~"]))
    assert text == f"{LONG}\n\n{LONG}"
    assert notices == (
        '"scan.pdf" lacks a part: pages 2, 4 of 4 are pictures without text and could not be read.',
    )


def test_a_stamp_on_a_scanned_page_does_not_hide_the_scan() -> None:
    text, notices = read(pdf([LONG, "~FAX 12:03 page 2"]))
    assert "FAX" in text
    assert "page 2 of 2 is a picture" in notices[0]


def test_a_picture_on_a_page_full_of_text_is_no_scan() -> None:
    assert read(pdf([f"~{LONG}"])) == (LONG, ())


def test_a_blank_last_page_is_passed_over() -> None:
    assert read(pdf([LONG, ""])) == (LONG, ())


def test_a_password_is_named() -> None:
    with pytest.raises(NoteError, match="protected by a password"):
        read(pdf([LONG], encrypt=LOCKED))


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(NoteError, match=f"has {PAGES + 1} pages, the limit is {PAGES}"):
        read(pdf([""] * (PAGES + 1)))


@pytest.mark.parametrize("data", [b"%PDF-1.7\nnonsense", b"%PDF-", pdf([LONG])[:100]])
def test_a_damaged_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(NoteError, match=r'^"scan\.pdf" is damaged'):
        read(data)
