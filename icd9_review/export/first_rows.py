"""The first rows of an export, as people look at them: a view of charts, and so an event."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from hashlib import sha256
from itertools import islice

from icd9_review.export.formats import Value
from icd9_review.export.tables import TABLES
from icd9_review.export.writing import ExportRequest, column_names, describe_rows, export_rows
from icd9_review.store.database.engine import Database
from icd9_review.store.exporting.exports import record_rows_shown
from icd9_review.store.worklist.moves import read_label
from icd9_review.values import User


def first_rows(
    database: Database, request: ExportRequest, most: int, *, actor: User, visit: str
) -> list[tuple[Value, ...]]:
    """So many rows at most, as ``export_rows`` gives them; the ledger hears whose they are.

    Once in a visit for the same question and the same encounters, however often the page is drawn,
    and not where there is nothing. Raises PermissionDenied for a role that does not export.
    """
    with closing(export_rows(database, request, actor=actor)) as rows:
        found = list(islice(rows, most))
    if found:
        said = {**describe_rows(request), "rows": len(found), "encounters": _whose(request, found)}
        known = sha256(json.dumps([visit, actor.id, said]).encode()).hexdigest()
        record_rows_shown(database, said, actor, f"rows/{known}")
    return found


def _whose(request: ExportRequest, rows: Sequence[tuple[Value, ...]]) -> list[int]:
    """The numbers of the encounters that rows are of; none where they are sums of many."""
    names, table = column_names(request), TABLES[request.table]
    if table.encounter_column not in names:
        return []
    place = names.index(table.encounter_column)
    return list(dict.fromkeys(_number(row[place], table.ids_each) for row in rows))


def _number(value: Value, ids_each: int) -> int:
    return value // ids_each if isinstance(value, int) else read_label(str(value))
