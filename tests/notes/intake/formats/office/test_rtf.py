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


def test_every_document_of_a_file_is_read() -> None:
    text, notices = read(b"{\\rtf1\\ansi First: CHF.\\par}\n\n{\\rtf1\\mac Second: caf\\'8e.\\par}")
    assert text == "First: CHF.\n\nSecond: café."
    assert notices == ('"note.rtf" holds 2 documents; they are read one after the other.',)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (rb"CHF {\strike AF}", "struck"),
        (rb"CHF \striked1 AF\striked0", "struck"),
        (rb"CHF {\deleted AF\'e9 \u233?}", "struck"),
        (rb"CHF {\v AF}", "hidden"),
        (rb"CHF {\*\annotation AF}", "comments"),
        (rb"CHF {\footer page 1}", "footers"),
        (rb"CHF {\pict\bin4 }}}}}", "pictures"),
    ],
)
def test_what_is_left_out_is_said(body: bytes, said: str) -> None:
    text, (notice,) = read(rb"{\rtf1\ansi " + body + b"}")
    assert text.strip() == "CHF"
    assert said in notice


def _box(said: bytes) -> bytes:
    return rb"{\field{\*\fldinst{FORMCHECKBOX {\*\formfield{%s{\*\ffname A}}}}}{\fldrslt }}" % said


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb"{\stylesheet{\s1\strike Gone;}}CHF", "CHF"),
        (rb"\strike\strike0 CHF {\v\plain AF}", "CHF AF"),
        (rb"{\header \pard\par}CHF", "CHF"),
        (rb"CHF{\revised , AF}", "CHF, AF"),
        (
            rb"CHF{\shp{\*\shpinst\shpleft0{\sp{\sn x}{\sv 1}}{\shptxt in a box\par}}}",
            "CHF\nin a box",
        ),
        (rb"{\pntext 1.\tab}CHF", "1.\tCHF"),
        (rb"{\listtext 1.\tab}CHF", "1.\tCHF"),
        (rb"pneu\-monia", "pneumonia"),
        (_box(rb"\fftype1\ffres1") + b"Smoker", "[x] Smoker"),
        (_box(rb"\fftype1\ffres0\ffdefres1") + b"Smoker", "[ ] Smoker"),
        (_box(rb"\fftype1\ffres25\ffdefres1") + b"Smoker", "[x] Smoker"),
        (_box(rb"\fftype0") + b"Smoker", "Smoker"),
        ("Ménière".encode("cp1252"), "Ménière"),
        (rb"\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}}\f1\'f1\f0 1", "с1"),
    ],
)
def test_what_is_shown_is_read_without_a_word(body: bytes, text: str) -> None:
    found, notices = read(rb"{\rtf1\ansi\ansicpg1252 " + body + b"}")
    assert (found.strip(), notices) == (text, ())


def test_text_behind_the_end_is_said() -> None:
    assert "behind its last document" in read(b"{\\rtf1 CHF} and AF")[1][0]
