"""PDFs: the text of every page, and pages that have none are named."""

from __future__ import annotations

import pytest

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import Document
from icd9_review.notes.intake.formats.pdf.pages import PAGES
from icd9_review.notes.intake.reading import read_here as read_file
from tests.notes.intake.formats.made import LOCKED, drawn, pdf, placed

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


def columns(left: list[str], right: list[str], shift: float = 0.0) -> bytes:
    """Two columns, drawn line by line across."""
    words: list[tuple[float, float, str]] = []
    for number in range(max(len(left), len(right))):
        y = 700 - 14 * number
        words += [(72, y, text) for text in left[number : number + 1]]
        words += [(320, y - shift, text) for text in right[number : number + 1]]
    return drawn(placed((72, 730, "Discharge summary of a long stay"), *words))


LEFT = ["1. Gout of the left", "foot, on allopurinol.", "2. Chronic kidney", "disease stage 3."]
RIGHT = ["Father had a stroke and", "mother has diabetes,", "diagnosed late in life."]


@pytest.mark.parametrize("shift", [0.0, 3.0, 7.0])
@pytest.mark.parametrize("titles", [True, False])
def test_columns_are_read_one_after_the_other(shift: float, titles: bool) -> None:
    left = ["PAST HISTORY:", *LEFT] if titles else LEFT
    right = ["FAMILY HISTORY:", *RIGHT] if titles else RIGHT
    text, notices = read(columns(left, right, shift))
    assert text.split("\n") == ["Discharge summary of a long stay", *left, *right]
    assert notices == ()


def test_a_table_is_read_by_its_rows() -> None:
    left, right = ["Sodium", "Potassium", "Glucose"], ["140 mmol/L", "4.1 mmol/L", "182 mg/dL"]
    text, notices = read(columns(left, right))
    assert text.split("\n")[1:] == [f"{a} {b}" for a, b in zip(left, right, strict=True)]
    assert notices == ()


def test_columns_that_cannot_be_told_from_a_table_are_named() -> None:
    right = ["Seen by nobody today.", "Home with his wife.", "Call the ward first.", "Rest."]
    text, (notice,) = read(columns(LEFT, right))
    assert "1. Gout of the left Seen by nobody today." in text
    assert notice.startswith('"scan.pdf" has columns on page 1 that cannot be told from a table')


def test_a_word_broken_at_a_line_end_is_one_word() -> None:
    lines = "Admitted with pneu-\nmonia. Follow-\nup in clinic."
    assert read(pdf([lines]))[0] == "Admitted with pneumonia. Follow-up in clinic."


WIDGET = b"<< /Type /Annot /Subtype /Widget /Rect [200 %d 400 %d] /T (f%d) %s >>"


def form(*fields: bytes) -> bytes:
    """Labels A, B, … with a field beside each, 40 points apart."""
    labels = placed(*((72, 700 - 40 * n, chr(65 + n) + ":") for n in range(len(fields))))
    places = [(695 - 40 * n, 715 - 40 * n) for n in range(len(fields))]
    made = b" ".join(
        WIDGET % (*place, n, each)
        for n, (place, each) in enumerate(zip(places, fields, strict=True))
    )
    # AcroForm's fields must be the page's own annotations: PDFium goes by the page.
    return drawn(labels, made, b"/AcroForm << /Fields [] /DA (/F 12 Tf) >>")


def test_what_is_filled_in_stands_beside_its_label() -> None:
    text, notices = read(
        form(
            b"/FT /Tx /V (Acute pancreatitis)",
            b"/FT /Tx /V (Line one\\rLine two)",
            b"/FT /Btn /V /Yes /AS /Yes /AP << /N << /Yes 5 0 R /Off 5 0 R >> >>",
            b"/FT /Btn /V /Off /AS /Off /AP << /N << /Yes 5 0 R /Off 5 0 R >> >>",
            b"/FT /Ch /Ff 131072 /Opt [(M) (F)] /V (F)",
            b"/FT /Tx /F 2 /V (hidden)",
        )
    )
    assert text.split("\n") == [
        "A: Acute pancreatitis",
        "B: Line one",
        "Line two",
        "C: [x]",
        "D: [ ]",
        "E: F",
        "F:",
    ]
    assert notices == ()


def annotation(kind: bytes, rest: bytes = b"") -> bytes:
    return b"<< /Type /Annot /Subtype /%s /Rect [70 660 300 680] %s >>" % (kind, rest)


def test_what_is_typed_onto_a_page_is_read_where_it_stands() -> None:
    content = placed((72, 700, "Above."), (72, 640, "Below."))
    typed = annotation(b"FreeText", b"/Contents (Gout.) /DA (/F 12 Tf)")
    assert read(drawn(content, typed)) == ("Above.\nGout.\nBelow.", ())


@pytest.mark.parametrize("kind", [b"StrikeOut", b"Redact"])
def test_struck_words_are_left_out_and_said(kind: bytes) -> None:
    content = placed((72, 700, "Gout."), (72, 664, "Pneumonia."))
    quads = b"/QuadPoints [70 680 300 680 70 660 300 660]"
    text, (notice,) = read(drawn(content, annotation(kind, quads)))
    assert text == "Gout."
    assert notice == '"scan.pdf" has struck text on page 1; it is left out.'


@pytest.mark.parametrize("kind", [b"Text", b"Highlight"])
def test_comments_are_left_out_and_said(kind: bytes) -> None:
    data = drawn(placed((72, 700, "Gout.")), annotation(kind, b"/Contents (really?)"))
    assert read(data) == ("Gout.", ('"scan.pdf" has comments on page 1; they are left out.',))


@pytest.mark.parametrize("lines", [1, 3])
def test_a_scan_under_a_long_header_of_a_fax_is_named(lines: int) -> None:
    header = placed(
        *((20, 780 - 12 * n, "FAX FROM: Medical Records, PAGE 1 " * 3) for n in range(lines))
    )
    _, (notice,) = read(drawn(b"q 600 0 0 800 0 0 cm /I Do Q\n" + header, pictures=True))
    assert "page 1 of 1 is a picture without text" in notice


def test_a_picture_beside_text_is_named_and_a_dot_is_not() -> None:
    content = placed((72, 700, "Gout.")) + b"q %d 0 0 %d 300 300 cm /I Do Q\n"
    notice = '"scan.pdf" has a picture on page 1; what stands in it is not read.'
    assert read(drawn(content % (200, 200), pictures=True)) == ("Gout.", (notice,))
    assert read(drawn(content % (20, 20), pictures=True)) == ("Gout.", ())
