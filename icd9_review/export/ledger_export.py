"""Entries of the ledger as a file: what an auditor has filtered, without anybody's words."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import closing
from typing import Final

from icd9_review.export.columns import Column
from icd9_review.export.formats import CellType, ColumnHead, Sink, Value
from icd9_review.export.writing import write_recorded
from icd9_review.review.event_words import code_of_event, describe_event
from icd9_review.review.telling.event_facts import event_facts
from icd9_review.store.database.engine import Database
from icd9_review.store.ledger import write_time
from icd9_review.store.oversight.entries import describe_query, ledger_entries
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.users import names
from icd9_review.values import LedgerEntry, LedgerQuery, User


def _code(entry: LedgerEntry) -> str | None:
    key = code_of_event(entry.event)
    return key[1] if key else None


LEDGER_COLUMNS: Final[tuple[Column[LedgerEntry], ...]] = (
    Column(
        "time",
        "When it happened: ISO 8601, UTC",
        lambda row: write_time(row.event.at),
        type=CellType.MOMENT,
    ),
    Column("actor", "Who did it; System for the program itself", lambda row: row.actor),
    Column("actor_id", "That person's number", lambda row: row.event.actor, type=CellType.INTEGER),
    Column(
        "encounter",
        "Short name of the encounter; empty where it is about none",
        lambda row: row.encounter or None,
    ),
    Column("stream", "Identifier of the encounter, or system", lambda row: row.event.stream),
    Column(
        "sequence",
        "Number of the event within the stream",
        lambda row: row.event.sequence,
        type=CellType.INTEGER,
    ),
    Column("event", "The kind of event, as exported", lambda row: row.event.kind.value),
    Column("event_words", "What was done, in words", lambda row: describe_event(row.event)),
    Column("code", "The code it is about, as text; empty where it is about none", _code),
    Column("hash", "SHA-256 of the event in the ledger", lambda row: row.event.hash),
)
"""One row per event; ``facts``, which names people, comes behind them."""

_FACTS: Final = "facts"


def ledger_column_names() -> tuple[str, ...]:
    """The columns of the file, in order."""
    return (*(column.name for column in LEDGER_COLUMNS), _FACTS)


def write_ledger(
    database: Database, query: LedgerQuery, form: str, sink: Sink, *, actor: User
) -> int:
    """Write what matches, newest first, and say so in the ledger; how many rows there were.

    Raises PermissionDenied for a role that does not look into the ledger.
    """
    check_may(actor, Act.AUDIT)
    described = {"table": "ledger", "format": form, "words": False, **describe_query(query)}
    rows = _rows(database, query, names(database), actor)
    heads = (*(column.head for column in LEDGER_COLUMNS), ColumnHead(_FACTS))
    return write_recorded(database, form, heads, rows, described, sink, actor=actor)


def _rows(
    database: Database, query: LedgerQuery, people: Mapping[int, str], actor: User
) -> Generator[tuple[Value, ...]]:
    with closing(ledger_entries(database, query, actor=actor)) as entries:
        for entry in entries:
            values = (column.value(entry) for column in LEDGER_COLUMNS)
            yield (*values, event_facts(entry.event, people) or None)
