"""Formats: what was stored reads back, and nothing runs in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.export.formats import EXPORT_FORMATS, Value, write_csv, write_jsonl

STARTS = "=+-@\t\r\n\x00＝＋－＠"
UNSEEN = " \t\u00a0\u200b\u200e\u200f\u202e\u2066\ufeff"


def as_csv(*values: Value) -> bytes:
    sink = io.BytesIO()
    write_csv([f"c{n}" for n in range(len(values))], [values], sink)
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
    write_jsonl(["text"], [(text,)], sink)
    assert sink.getvalue().count(b"\n") == 1
    assert json.loads(sink.getvalue()) == {"text": text}


@pytest.mark.parametrize("form", EXPORT_FORMATS.values(), ids=EXPORT_FORMATS.keys())
def test_half_a_surrogate_pair_does_not_break_an_export(form: object) -> None:
    assert isinstance(form, type(EXPORT_FORMATS["csv"]))
    sink = io.BytesIO()
    form.write(["name"], [("a\ud83dz",)], sink)
    assert "a\ufffdz" in sink.getvalue().decode()


def test_numbers_are_numbers_and_nothing_is_empty() -> None:
    assert read_csv(as_csv(-0.5, -3, None, 0.1 + 0.2)) == ["-0.5", "-3", "", "0.30000000000000004"]
    sink = io.BytesIO()
    write_jsonl(["a", "b"], [(-0.5, None)], sink)
    assert json.loads(sink.getvalue()) == {"a": -0.5, "b": None}


def test_csv_lines_end_as_rfc_4180_says() -> None:
    assert as_csv("a\nb", "c") == b'c0,c1\r\n"a\nb",c\r\n'


def test_an_empty_export_has_a_header_only() -> None:
    sink = io.BytesIO()
    write_csv(["code", "title"], [], sink)
    assert sink.getvalue() == b"code,title\r\n"


@pytest.mark.parametrize("form", EXPORT_FORMATS.values(), ids=EXPORT_FORMATS.keys())
def test_rows_are_written_one_by_one(form: object) -> None:
    """The second row is asked for only after the first was written."""
    assert isinstance(form, type(EXPORT_FORMATS["csv"]))
    sink, sizes = io.BytesIO(), []

    def rows() -> Iterator[tuple[Value, ...]]:
        for n in range(3):
            sizes.append(len(sink.getvalue()))
            yield (n,)

    form.write(["n"], rows(), sink)
    assert sizes[0] < sizes[1] < sizes[2]


def test_every_format_is_found_under_its_own_name() -> None:
    assert all(name == form.name for name, form in EXPORT_FORMATS.items())
    assert all(form.words and "/" in form.media_type for form in EXPORT_FORMATS.values())
