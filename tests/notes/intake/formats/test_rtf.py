"""Rich text: escapes, code pages, pictures, and files that break off."""

from __future__ import annotations

import pytest

from icd9_review.notes.intake.documents import Document
from icd9_review.notes.intake.reading import read_here as read_file


def read(data: bytes) -> tuple[str, tuple[str, ...]]:
    found = read_file(data, "note.rtf")
    assert isinstance(found, Document)
    return found.encounters[0].notes[0].intake.note.text, found.all_notices


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb"CHF \b bold\b0 , AF\par next line", "CHF bold, AF\nnext line"),
        (rb"Ren\'e9 M\u233?nard \u8212? done", "René Ménard — done"),
        (rb"\u-10179?\u-9150?", "\U0001f442"),
        (rb"a {\*\generator hidden}{\info hidden}b", "a b"),
        (rb"\trowd A\cell B\cell\row", "A | B|"),
        (rb"not \{a group\} \\ at all", "not {a group} \\ at all"),
    ],
)
def test_what_is_written_is_read(body: bytes, text: str) -> None:
    found, notices = read(rb"{\rtf1\ansi\ansicpg1252 " + body + b"}")
    assert (found.strip(), notices) == (text, ())


def test_another_code_page_is_obeyed() -> None:
    cyrillic = b"".join(rb"\'%02x" % byte for byte in "сердце".encode("cp1251"))
    assert read(rb"{\rtf1\ansi\ansicpg1251 " + cyrillic + b"}")[0] == "сердце"


def test_a_document_that_breaks_off_is_read_with_a_notice() -> None:
    text, notices = read(rb"{\rtf1\ansi CHF and {\b AF")
    assert text == "CHF and AF"
    assert notices == ('"note.rtf" breaks off before its end; compare it with the original.',)


def test_headers_are_left_out_with_a_notice() -> None:
    text, notices = read(rb"{\rtf1\ansi{\header St. Elsewhere}CHF}")
    assert text == "CHF"
    assert "headers" in notices[0]
