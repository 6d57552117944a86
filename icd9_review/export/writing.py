"""Writing an export, row by row, with an entry in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from icd9_review.export.columns import chosen
from icd9_review.export.formats import EXPORT_FORMATS, ColumnHead, Sink, Value
from icd9_review.export.tables import TABLES
from icd9_review.store.database.engine import Database
from icd9_review.store.exporting.exports import record_export
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.values import ExportFilter, User

_EVERYTHING = ExportFilter()
_TOLD = 100  # rows from one word of progress to the next

Heard = Callable[[int], None]
"""Hears how many rows are written."""


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is to be exported: names of ``TABLES`` and ``EXPORT_FORMATS``, and which rows.

    ``words`` adds the columns with words of notes and of people.
    """

    table: str
    format: str
    wanted: ExportFilter = _EVERYTHING
    words: bool = False


class _Witness:
    """Passes bytes on and keeps their hash."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.hash = sha256()

    def write(self, data: bytes, /) -> object:
        self.hash.update(data)
        return self._sink.write(data)


class _Counted:
    """Rows on their way out, counted; ``progress`` hears of their number now and then."""

    def __init__(self, rows: Iterator[tuple[Value, ...]], progress: Heard | None) -> None:
        self._rows = rows
        self._progress = progress
        self.count = 0

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        for row in self._rows:
            self.count += 1
            if self._progress is not None and self.count % _TOLD == 0:
                self._progress(self.count)
            yield row


def column_heads(request: ExportRequest) -> tuple[ColumnHead, ...]:
    """The columns of an export, in order."""
    return tuple(each.head for each in chosen(TABLES[request.table].columns, words=request.words))


def column_names(request: ExportRequest) -> tuple[str, ...]:
    """Their names."""
    return tuple(head.name for head in column_heads(request))


def export_rows(
    database: Database, request: ExportRequest, *, actor: User
) -> Generator[tuple[Value, ...]]:
    """The rows of an export as values in the order of its columns, not told to the ledger.

    What leaves the program goes through ``write_export``, what is looked at through ``first_rows``.
    Closing ends the read of the database behind them. Raises PermissionDenied for a role that does
    not export.
    """
    check_may(actor, Act.EXPORT)
    table = TABLES[request.table]
    columns = chosen(table.columns, words=request.words)
    with closing(table.rows(database, request.wanted, actor=actor)) as rows:
        for row in rows:
            yield tuple(column.value(row) for column in columns)


def write_export(
    database: Database,
    request: ExportRequest,
    sink: Sink,
    *,
    actor: User,
    progress: Heard | None = None,
) -> int:
    """Write what a person sees to a sink and say so in the ledger; how many rows there were.

    The ledger also learns of an export that broke off: what was written has left. Raises
    PermissionDenied for a role that does not export.
    """
    check_may(actor, Act.EXPORT)
    rows, form = export_rows(database, request, actor=actor), request.format
    described = {**describe_rows(request), "format": form, "words": request.words}
    heads = column_heads(request)
    return write_recorded(
        database, form, heads, rows, described, sink, actor=actor, progress=progress
    )


def write_recorded(
    database: Database,
    form: str,
    heads: tuple[ColumnHead, ...],
    given: Generator[tuple[Value, ...]],
    described: Mapping[str, object],
    sink: Sink,
    *,
    actor: User,
    progress: Heard | None = None,
) -> int:
    """Write rows in a format; the event has what is ``described``, how many, and their hash.

    Raises PermissionDenied before anything is written.
    """
    check_may(actor, Act.EXPORT)
    witness = _Witness(sink)
    complete = False
    with closing(given) as rows:
        counted = _Counted(rows, progress)
        try:
            EXPORT_FORMATS[form].write(heads, counted, witness)
            complete = True
        finally:
            rows.close()  # the read ends before the ledger is written
            facts = {
                "rows": counted.count,
                "complete": complete,
                "sha256": witness.hash.hexdigest(),
            }
            record_export(database, {**described, **facts}, actor)
    return counted.count


def describe_rows(request: ExportRequest) -> dict[str, object]:
    """Which rows are asked for, as events hold it."""
    wanted = request.wanted
    return {
        "table": request.table,
        "since": _moment(wanted.since),
        "before": _moment(wanted.before),
        "people": list(wanted.people),
        "only_decided": wanted.only_decided,
        "settings": [each.value for each in wanted.settings],
        "statuses": [each.value for each in wanted.statuses],
        "codes": list(wanted.codes),
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
