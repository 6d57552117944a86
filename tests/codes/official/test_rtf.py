"""RTF as the releases are written in it, and as it must not be believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes.official.rtf import Paragraph, read_paragraphs
from icd9_review.errors import CodeListError
from tests.releases import TABULAR, as_rtf

_CHARACTERS = st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs", "Cc"])
_TEXTS = st.text(_CHARACTERS, min_size=1, max_size=30).filter(lambda text: text == text.strip())
_LINES = st.lists(
    st.tuples(st.integers(0, 9000), st.integers(0, 9000), _TEXTS), min_size=1, max_size=8
)


@given(_LINES)
def test_what_was_written_is_read_with_its_edges(lines: list[tuple[int, int, str]]) -> None:
    assert [(each.edge, each.left, each.text) for each in read_paragraphs(as_rtf(lines))] == lines


def test_fonts_titles_bookmarks_and_unknown_destinations_are_no_text() -> None:
    data = rb"{\rtf1{\fonttbl{\f0 Times;}}{\*\bkmkstart 001}001\tab Cholera\par}"
    assert list(read_paragraphs(data)) == [Paragraph(0, 0, "001\tCholera")]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (rb"M\'e9ni\'e8re", "Ménière"),
        (rb"M\u233?ni\u232\'e8re", "Ménière"),
        (rb"{\uc0\u8211}a", "–a"),
        (rb"a\~b\_c\emdash d", "a\u00a0b-c—d"),
        (b"a\r\nb", "ab"),
        (rb"a\line b", "a\nb"),
        (rb"\{a\\b\}", r"{a\b}"),
        (rb"\u-9216?", "\ufffd"),
    ],
)
def test_characters_are_read_in_every_way_of_writing_them(written: bytes, read: str) -> None:
    [paragraph] = read_paragraphs(rb"{\rtf1 " + written + rb"\par}")
    assert paragraph.text == read


def test_pard_takes_the_indent_back_and_a_group_gives_it_back() -> None:
    data = rb"{\rtf1\li720 {\li1440\fi-360 one\par}two\par\pard three\par}"
    assert list(read_paragraphs(data)) == [
        Paragraph(1080, 1440, "one"),
        Paragraph(720, 720, "two"),
        Paragraph(0, 0, "three"),
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (as_rtf(TABULAR)[:-1], "cut off"),
        (as_rtf(TABULAR)[:300], "cut off"),
        (rb"{\rtf1 a\par}}", "not opened"),
        (rb"{\rtf1 " + b"{" * 501, "groups in one another"),
        (rb"{\rtf1 " + b"a" * 20_001 + rb"\par}", "more than 20,000 characters"),
    ],
)
def test_what_is_cut_off_or_made_to_harm_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(CodeListError, match=message):
        list(read_paragraphs(data))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        paragraphs = list(read_paragraphs(rb"{\rtf1 " + data + b"}"))
    except CodeListError:
        return
    assert all(paragraph.text == paragraph.text.strip() != "" for paragraph in paragraphs)
