"""CSV, in which no text is a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence

from icd9_review.cells import neutralise
from icd9_review.export.formats.values import ColumnHead, Sink, Value, encode_text


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
