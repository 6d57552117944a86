"""The formats of an export: what each is called and how it is written.

A new one is a row of ``EXPORT_FORMATS``.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

Value = str | int | float | None

# Spreadsheets run a cell that begins with one of these as a formula (OWASP, "CSV Injection"),
# some after they have taken away white space and characters that are not seen. A leading
# apostrophe stops them; a text that begins with an apostrophe of its own gets another, so that
# taking one away always gives the text back.
_UNSEEN = r"\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_RISKY = re.compile(rf"'|[{_UNSEEN}]*[=+\-@\t\r\n\x00＝＋－＠]")
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


class Sink(Protocol):
    """Where bytes go: a file opened for bytes, standard output's buffer, a BytesIO."""

    def write(self, data: bytes, /) -> object: ...


Write = Callable[[Sequence[str], Iterable[Sequence[Value]], Sink], None]
"""Writes names of columns and rows of as many values, row by row."""


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """``name`` is also the ending of a file and the word for the command."""

    name: str
    words: str
    media_type: str
    write: Write


class Encoder:
    """Takes the text of the csv module and passes it on in UTF-8."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def write(self, text: str, /) -> object:
        return self._sink.write(encode_text(text))


def encode_text(text: str) -> bytes:
    """Text in UTF-8; half a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD."""
    return _LONE_SURROGATES.sub("\ufffd", text).encode()


def write_csv(names: Sequence[str], rows: Iterable[Sequence[Value]], sink: Sink) -> None:
    """RFC 4180 in UTF-8, with a header.

    Text that a spreadsheet would run as a formula gets a leading apostrophe, as does text that
    begins with one.
    """
    writer = csv.writer(Encoder(sink))
    writer.writerow(names)
    for row in rows:
        writer.writerow([neutralise(value) for value in row])


def write_jsonl(names: Sequence[str], rows: Iterable[Sequence[Value]], sink: Sink) -> None:
    """One JSON object a line in UTF-8, texts exactly as stored."""
    for row in rows:
        record = dict(zip(names, row, strict=True))
        sink.write(encode_text(json.dumps(record, ensure_ascii=False) + "\n"))


def neutralise(value: Value) -> Value:
    """A value that no spreadsheet runs as a formula; less one leading apostrophe it is the text."""
    return f"'{value}" if isinstance(value, str) and _RISKY.match(value) else value


EXPORT_FORMATS: Final[Mapping[str, ExportFormat]] = MappingProxyType(
    {
        each.name: each
        for each in (
            ExportFormat("csv", "CSV, for spreadsheets", "text/csv", write_csv),
            ExportFormat("jsonl", "JSON lines, for programs", "application/jsonl", write_jsonl),
        )
    }
)
