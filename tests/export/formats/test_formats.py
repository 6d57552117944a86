"""Formats: what was stored reads back, and nothing runs in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.export.formats import (
    EXPORT_FORMATS,
    CellType,
    ColumnHead,
    Value,
    write_csv,
    write_jsonl,
)
from icd9_review.export.formats.table import Write

STARTS = "=+-@\t\r\n\x00＝＋－＠"
UNSEEN = " \t\u00a0\u200b\u200e\u200f\u202e\u2066\ufeff"


def heads(*names: str) -> list[ColumnHead]:
    return [ColumnHead(name) for name in names]


def as_csv(*values: Value) -> bytes:
    sink = io.BytesIO()
    write_csv(heads(*(f"c{n}" for n in range(len(values)))), [values], sink)
    return sink.getvalue()


def read_csv(data: bytes) -> list[str]:
    _, row = csv.reader(io.StringIO(data.decode(), newline=""))
    return row


def restore(cell: str) -> str:
    """What docs/export.md tells programs that read the file to do."""
    return cell.removeprefix("'")


HOSTILE = [
    '=HYPERLINK("http://x","y")',
    "+1",
    "-1+1|cmd",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\r\n=1",
    "\x00=1",
    "a\x00b",
    "＝1",
    "'=1",
    "''=1",
    " =1",
    "\u00a0=1",
    "\u200f=1",
    "\u202e=1",
    "\ufeff=1",
    "'\u200b@x",
    '",=1,"',
    'a\r\n=1,"b"',
    "O'Brien",
    "'",
    "' x",
    "Ωé🩺\u202e\u2028",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_runs_in_a_spreadsheet_and_everything_reads_back(hostile: str) -> None:
    (cell,) = read_csv(as_csv(hostile))
    assert cell.lstrip(UNSEEN)[:1] not in tuple(STARTS)
    assert restore(cell) == hostile


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_harmless_and_reads_back(text: str) -> None:
    (cell, _) = read_csv(as_csv(text, "x"))
    assert cell.lstrip(UNSEEN)[:1] not in tuple(STARTS)
    assert restore(cell) == text


@given(st.text(st.sampled_from(STARTS + UNSEEN + "'\",;x\r\n")))
def test_marks_in_any_order_are_harmless_and_read_back(text: str) -> None:
    (cell, _) = read_csv(as_csv(text, "x"))
    assert cell.lstrip(UNSEEN)[:1] not in tuple(STARTS)
    assert restore(cell) == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_json_lines_hold_any_text_as_it_is(text: str) -> None:
    sink = io.BytesIO()
    write_jsonl(heads("text"), [(text,)], sink)
    assert sink.getvalue().count(b"\n") == 1
    assert json.loads(sink.getvalue()) == {"text": text}


@pytest.mark.parametrize("write", [write_csv, write_jsonl])
def test_half_a_surrogate_pair_does_not_break_an_export(write: Write) -> None:
    sink = io.BytesIO()
    write(heads("name"), [("a\ud83dz",)], sink)
    assert "a\ufffdz" in sink.getvalue().decode()


def test_numbers_are_numbers_and_nothing_is_empty() -> None:
    assert read_csv(as_csv(-0.5, -3, None, 0.1 + 0.2)) == ["-0.5", "-3", "", "0.30000000000000004"]
    sink = io.BytesIO()
    write_jsonl(heads("a", "b"), [(-0.5, None)], sink)
    assert json.loads(sink.getvalue()) == {"a": -0.5, "b": None}


def test_csv_lines_end_as_rfc_4180_says() -> None:
    assert as_csv("a\nb", "c") == b'c0,c1\r\n"a\nb",c\r\n'


def test_an_empty_export_has_a_header_only() -> None:
    sink = io.BytesIO()
    write_csv(heads("code", "title"), [], sink)
    assert sink.getvalue() == b"code,title\r\n"


@pytest.mark.parametrize("write", [write_csv, write_jsonl])
def test_rows_are_written_one_by_one(write: Write) -> None:
    """The second row is asked for only after the first was written."""
    sink, sizes = io.BytesIO(), []

    def rows() -> Iterator[tuple[Value, ...]]:
        for n in range(3):
            sizes.append(len(sink.getvalue()))
            yield (n,)

    write(heads("n"), rows(), sink)
    assert sizes[0] < sizes[1] < sizes[2]


@pytest.mark.parametrize("name", EXPORT_FORMATS)
def test_what_was_read_leaves_before_the_last_row_is_there(name: str) -> None:
    sink, sizes = io.BytesIO(), []

    def rows() -> Iterator[tuple[Value, ...]]:
        for n in range(20_000):
            sizes.append(sink.tell())
            yield (sha256(str(n).encode()).hexdigest(),)

    EXPORT_FORMATS[name].write(heads("hash"), rows(), sink)
    assert 0.3 * len(sink.getvalue()) < sizes[-1]


@pytest.mark.parametrize("name", EXPORT_FORMATS)
def test_rows_that_break_off_leave_nothing_that_looks_whole(name: str) -> None:
    def rows(count: int) -> Iterator[tuple[Value, ...]]:
        yield from ((n,) for n in range(count))
        raise OSError("gone")

    whole, sink = io.BytesIO(), io.BytesIO()
    typed = [ColumnHead("n", CellType.INTEGER)]
    EXPORT_FORMATS[name].write(typed, [(n,) for n in range(3)], whole)
    with pytest.raises(OSError, match="gone"):
        EXPORT_FORMATS[name].write(typed, rows(3), sink)
    assert sink.getvalue() != whole.getvalue() or name in ("csv", "jsonl")
    assert not sink.getvalue().endswith(b"PAR1") or len(sink.getvalue()) == 4
    assert b"PK\x05\x06" not in sink.getvalue()


def test_every_format_is_found_under_its_own_name() -> None:
    assert all(name == form.name for name, form in EXPORT_FORMATS.items())
    assert all(
        form.words and form.about and "/" in form.media_type for form in EXPORT_FORMATS.values()
    )
