"""Whatever a file holds: it is read, or refused by its name with a way out.

Small valid files of every format are damaged as transfers, editors and people who mean no good
damage them. The reader works in this process, so that an error which its child would swallow is
seen here.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import Document, FileFormat
from icd9_review.notes.intake.formats.tables.table import Table
from icd9_review.notes.intake.reading import read_here
from tests.hostile import BY_CLASS, at_length, shortly
from tests.notes.intake.formats.made import ORU, drawn, placed
from tests.notes.intake.formats.test_formats import FILES

UNFORESEEN = "its reader met an error nobody foresaw"
TOKENS = (
    b"\0",
    b"\xff\xfe",
    b"<",
    b">",
    b"&#x41;",
    b"<!--",
    b"]]>",
    b'"',
    b"'",
    b"{",
    b"[",
    b"}",
    b"\\",
    b"\\par ",
    b"{\\*",
    b"\\bin9 ",
    b"|",
    b"^",
    b"~",
    b"&",
    b"\r",
    b"\n",
    b"\r\nMSH|",
    b"\rOBX|",
    b",",
    b";",
    b"\t",
    b"%PDF-",
    b"endobj",
    b"stream",
    b" 0 R",
    b"<<",
    b">>",
    b"/Kids",
    b"/Length -1",
    b"(",
    b")",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"999999999999",
    b"-1",
    b"1e999",
    b"NaN",
    b"\xed\xa0\x80",
    b"\xc3",
    b"<table><tr><td>",
    b"</section>",
    b"data:;base64,",
    b"\xef\xbb\xbf",
    b"\x1b",
    b"\x0b",
)
SOURCES = (
    *((each, data) for each, data in FILES.items()),
    (FileFormat.HL7, ORU.encode()),
    (
        FileFormat.PDF,
        drawn(placed((50, 700, "CHF"), (300, 700, "Afib"), (50, 660, "1"), (52, 660, "2"))),
    ),
    (
        FileFormat.RTF,
        rb"{\rtf1\ansi{\fonttbl{\f0 A;}}{\*\x y}\b CHF\b0\par\u8226 ?\'e9\trowd\cell\row}",
    ),
    (FileFormat.CSV, b'id;note\n1;"CHF; ""acute""\nAfib"\n2;COPD\n'),
)
NAMES = ("note.txt", "note", "note.csv", "note.ndjson", "../../x.pdf", *BY_CLASS.values())


def flipped(data: bytes, at: int, end: int, draw: st.DrawFn) -> bytes:
    changed = bytearray(data or b"\0")
    changed[at % len(changed)] ^= 1 << draw(st.integers(0, 7))
    return bytes(changed)


def repeated(data: bytes, at: int, end: int, draw: st.DrawFn) -> bytes:
    token = draw(st.sampled_from((*TOKENS, b"a", b"9", b" ", b"/")))
    return data[:at] + token * draw(st.sampled_from((1, 1, 50, 1_200, 5_000))) + data[at:]


def mixed(data: bytes, at: int, end: int, draw: st.DrawFn) -> bytes:
    other = draw(st.sampled_from(SOURCES))[1]
    return data[:at] + other[: draw(st.integers(0, len(other)))] + data[at:]


FAULTS: tuple[Callable[[bytes, int, int, st.DrawFn], bytes], ...] = (
    flipped,
    repeated,
    repeated,
    mixed,
    lambda data, _at, end, _draw: data[:end],
    lambda data, at, end, _draw: data[:at] + data[min(end, at + 40) :],
    lambda data, at, end, _draw: data[:end] + data[at:],
)
"""What befalls a file: bits turned, tokens put in, once or many times, another file's beginning,
its end or a piece of it gone, a piece of it twice."""


@st.composite
def damage(draw: st.DrawFn) -> bytes:
    """A valid file with a few faults."""
    data = draw(st.sampled_from(SOURCES))[1]
    for _ in range(draw(st.integers(1, 6))):
        places = st.integers(0, len(data))
        at, end = sorted((draw(places), draw(places)))
        data = draw(st.sampled_from(FAULTS))(data, at, end, draw)
    return data


def check_read(data: bytes, name: str) -> None:
    """Read it, and look at what comes of it."""
    try:
        found = read_here(data, name)
    except NoteError as refusal:
        said = str(refusal)
        assert UNFORESEEN not in said
        assert "Traceback" not in said
        assert "/site-packages" not in said
        assert said.isprintable()
        return
    assert isinstance(found, Document | Table)
    if isinstance(found, Document):
        for encounter in found.encounters:
            for note in encounter.notes:
                assert "\0" not in note.intake.note.text
                assert note.intake.note.title.isprintable()


@shortly(250)
@given(damage(), st.sampled_from(NAMES))
def test_a_damaged_file_is_read_or_refused_by_name(data: bytes, name: str) -> None:
    check_read(data, name)


@shortly(100)
@given(st.binary(max_size=300), st.sampled_from(NAMES))
def test_bytes_that_are_no_file_are_read_or_refused_by_name(data: bytes, name: str) -> None:
    check_read(data, name)


@pytest.mark.long
def test_damaged_files_at_length_are_read_or_refused_by_name() -> None:
    at_length(given(damage(), st.sampled_from(NAMES))(check_read), share=0.6)
