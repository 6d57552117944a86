"""Decisions as CSV or JSON Lines, row by row, with an entry in the ledger."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Generator, Iterable, Iterator
from hashlib import sha256
from typing import Protocol

from icd9_review.export.columns import COLUMNS, Value, values
from icd9_review.store.database.engine import Database
from icd9_review.store.exporting.decision_rows import decision_rows
from icd9_review.store.exporting.exports import record_export
from icd9_review.values import DecisionRow, Format, User

# Spreadsheets run a cell that begins with one of these as a formula (OWASP, "CSV
# Injection"). A leading apostrophe stops them; a text that has apostrophes before one
# gets another, so that taking one away always gives the text back.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\x00＝＋－＠]")


class Sink(Protocol):
    """Where bytes go: a file opened for bytes, standard output's buffer, a BytesIO."""

    def write(self, data: bytes, /) -> object: ...


class _Witness:
    """Passes bytes on and keeps their hash."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.hash = sha256()

    def write(self, data: bytes, /) -> object:
        self.hash.update(data)
        return self._sink.write(data)


class Encoder:
    """Takes the text of the csv module and passes it on in UTF-8."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def write(self, text: str, /) -> object:
        return self._sink.write(text.encode())


class _Counted:
    """Rows on their way out, counted; closing ends the read of the database behind them."""

    def __init__(self, rows: Generator[DecisionRow]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[DecisionRow]:
        for row in self._rows:
            self.count += 1
            yield row

    def close(self) -> None:
        self._rows.close()


def export_decisions(
    database: Database,
    format: Format,
    stream: Sink,
    *,
    actor: User,
    only_decided: bool = False,
) -> int:
    """Write decisions to a stream and say so in the ledger; how many rows there were.

    The ledger also learns of an export that broke off: what was written has left.
    """
    witness = _Witness(stream)
    rows = _Counted(decision_rows(database, only_decided=only_decided))
    complete = False
    try:
        (write_csv if format is Format.CSV else write_jsonl)(rows, witness)
        complete = True
    finally:
        rows.close()
        facts = {
            "format": format.value,
            "rows": rows.count,
            "complete": complete,
            "sha256": witness.hash.hexdigest(),
            "only_decided": only_decided,
        }
        record_export(database, facts, actor)
    return rows.count


def write_csv(rows: Iterable[DecisionRow], stream: Sink) -> None:
    """RFC 4180 in UTF-8, with a header.

    Text that a spreadsheet would run as a formula gets a leading apostrophe.
    """
    writer = csv.writer(Encoder(stream))
    writer.writerow([column.name for column in COLUMNS])
    for row in rows:
        writer.writerow([neutralise(value) for value in values(row).values()])


def write_jsonl(rows: Iterable[DecisionRow], stream: Sink) -> None:
    """One JSON object a line in UTF-8, texts exactly as stored."""
    for row in rows:
        stream.write((json.dumps(values(row), ensure_ascii=False) + "\n").encode())


def neutralise(value: Value) -> Value:
    """A value that no spreadsheet runs as a formula."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
