"""Writing an export, row by row, with an entry in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from icd9_review.errors import InputError
from icd9_review.export.charts.formats import CHART_FORMATS
from icd9_review.export.columns import chosen
from icd9_review.export.formats import EXPORT_FORMATS, ColumnHead, Sink, Summed, Value
from icd9_review.export.partitions import SUMS, Partition, write_partitions
from icd9_review.export.tables import TABLES
from icd9_review.store.database.engine import Database
from icd9_review.store.exporting.exports import record_export
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.values import ExportFilter, FinalChart, User

_EVERYTHING = ExportFilter()
_TOLD = 100  # rows from one word of progress to the next

Heard = Callable[[int], None]
"""Hears how many rows are written."""

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is to be exported: names of ``TABLES`` and of a table's ``formats``, and which rows.

    ``words`` adds the columns with words of notes and of people. A ``partition`` divides Parquet
    into files of a folder.
    """

    table: str
    format: str
    wanted: ExportFilter = _EVERYTHING
    words: bool = False
    partition: Partition | None = None


class _Counted(Generic[_Row]):
    """Rows on their way out, counted; ``progress`` hears of their number now and then."""

    def __init__(self, rows: Iterator[_Row], progress: Heard | None) -> None:
        self._rows = rows
        self._progress = progress
        self.count = 0

    def __iter__(self) -> Iterator[_Row]:
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
    not export, or may not see this table.
    """
    table = TABLES[request.table]
    check_may(actor, Act.EXPORT)
    check_may(actor, table.act)
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
    PermissionDenied for a role that does not export, or may not see this table.
    """
    check_may(actor, Act.EXPORT)
    check_may(actor, TABLES[request.table].act)
    form = request.format
    described = {**describe_rows(request), "format": form, "words": request.words}
    if form in CHART_FORMATS:
        charts = _charts(database, request, actor)
        write = CHART_FORMATS[form].write
        return _record(database, charts, write, described, _Way(sink, actor, progress))
    rows = export_rows(database, request, actor=actor)
    write_rows = partial(EXPORT_FORMATS[form].write, column_heads(request))
    return _record(database, rows, write_rows, described, _Way(sink, actor, progress))


def check_partition(request: ExportRequest) -> None:
    """Raises InputError for a table without days, or a format that is not divided."""
    table = TABLES[request.table]
    if request.partition is not None and request.format != "parquet":
        raise InputError("Only Parquet is divided by day or month; leave that out.")
    if request.partition is not None and not table.dated:
        raise InputError(f"{table.title}: its rows are of no day; leave the division out.")


def write_divided(
    database: Database,
    request: ExportRequest,
    folder: Path,
    *,
    actor: User,
    progress: Heard | None = None,
) -> int:
    """Write Parquet into a folder that is there, divided as the request says; how many rows.

    The ledger has the sum of the file of sums. Raises as ``write_export`` and ``check_partition``.
    """
    check_may(actor, Act.EXPORT)
    check_may(actor, TABLES[request.table].act)
    check_partition(request)
    by, column = request.partition or Partition.MONTH, TABLES[request.table].dated
    described = {**describe_rows(request), "format": request.format, "words": request.words}
    described["partition"] = by.value
    write = partial(write_partitions, column_heads(request), folder, column, by)
    rows = export_rows(database, request, actor=actor)
    with (folder / SUMS).open("xb") as sums:
        return _record(database, rows, write, described, _Way(sums, actor, progress))


def write_recorded(
    database: Database,
    form: str,
    heads: tuple[ColumnHead, ...],
    given: Generator[tuple[Value, ...]],
    described: Mapping[str, object],
    sink: Sink,
    *,
    actor: User,
) -> int:
    """Write rows in a format; the event has what is ``described``, how many, and their hash.

    Raises PermissionDenied before anything is written.
    """
    check_may(actor, Act.EXPORT)
    write = partial(EXPORT_FORMATS[form].write, heads)
    return _record(database, given, write, described, _Way(sink, actor, None))


def _charts(database: Database, request: ExportRequest, actor: User) -> Generator[FinalChart]:
    """The charts of an export. Raises InputError for a table that has none."""
    charts = TABLES[request.table].charts
    if charts is None:
        raise InputError(f"{TABLES[request.table].title} cannot be written as {request.format}.")
    return charts(database, request.wanted, actor=actor)


@dataclass(frozen=True, slots=True)
class _Way:
    """Where an export goes, who has it, and who hears how far it is."""

    sink: Sink
    actor: User
    progress: Heard | None


def _record(
    database: Database,
    given: Generator[_Row],
    write: Callable[[Iterable[_Row], Sink], None],
    described: Mapping[str, object],
    way: _Way,
) -> int:
    summed = Summed(way.sink)
    complete = False
    with closing(given) as rows:
        counted = _Counted(rows, way.progress)
        try:
            write(counted, summed)
            complete = True
        finally:
            rows.close()  # the read ends before the ledger is written
            facts = {
                "rows": counted.count,
                "complete": complete,
                "sha256": summed.hash.hexdigest(),
            }
            record_export(database, {**described, **facts}, way.actor)
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
