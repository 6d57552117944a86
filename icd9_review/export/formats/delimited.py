"""CSV, in which no text is a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import Final

from icd9_review.export.formats.values import ColumnHead, Sink, Value, encode_text

# Spreadsheets run a cell that begins with one of these as a formula (OWASP, "CSV Injection"),
# some after they have taken away white space and characters that are not seen. A leading
# apostrophe stops them; a text that begins with an apostrophe of its own gets another, so that
# taking one away always gives the text back.
_UNSEEN: Final = r"\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_RISKY: Final = re.compile(rf"'|[{_UNSEEN}]*[=+\-@\t\r\n\x00＝＋－＠]")


class Encoder:
    """Takes the text of the csv module and passes it on in UTF-8."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def write(self, text: str, /) -> object:
        return self._sink.write(encode_text(text))


def write_csv(heads: Sequence[ColumnHead], rows: Iterable[Sequence[Value]], sink: Sink) -> None:
    """RFC 4180 in UTF-8, with a header.

    Text that a spreadsheet would run as a formula gets a leading apostrophe, as does text that
    begins with one.
    """
    writer = csv.writer(Encoder(sink))
    writer.writerow([head.name for head in heads])
    for row in rows:
        writer.writerow([neutralise(value) for value in row])


def neutralise(value: Value) -> Value:
    """A value that no spreadsheet runs as a formula; less one leading apostrophe it is the text."""
    return f"'{value}" if isinstance(value, str) and _RISKY.match(value) else value
