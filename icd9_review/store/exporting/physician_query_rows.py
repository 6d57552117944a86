"""Queries to physicians as rows for export, streamed."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from icd9_review.quality.queries.open_queries import QUERY_KINDS
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.exporting.exports import ExportEntry, chunks
from icd9_review.store.ledger.free_text import find_texts
from icd9_review.store.querying.queries import fold_queries
from icd9_review.store.users import user_names
from icd9_review.values import (
    Event,
    EventKind,
    ExportFilter,
    PhysicianQueryRow,
    PhysicianQueryStatus,
    User,
    encounter_label,
)

_EVERYTHING: Final = ExportFilter()


def physician_query_rows(
    database: Database, wanted: ExportFilter = _EVERYTHING, *, actor: User
) -> Generator[PhysicianQueryRow]:
    """A row for each query, by number of the encounter and in the order they were asked.

    All are of one moment. Time and person of a row are when it was asked and by whom;
    ``only_decided`` leaves out what is not answered. Of what the person sees; raises
    PermissionDenied for a role that does not export.
    """
    with database.read() as session:
        names = dict(user_names(session))
        for found in chunks(session, wanted, actor, twins=True, told=QUERY_KINDS):
            told = ledger.read_many(session, [each.encounter.id for each in found], QUERY_KINDS)
            digests = [str(e.payload.get("words")) for events in told.values() for e in events]
            words = find_texts(session, digests)
            for each in found:
                for row in _rows(each, told[each.encounter.id], names, words):
                    if _is_wanted(row, wanted):
                        yield row


def _is_wanted(row: PhysicianQueryRow, wanted: ExportFilter) -> bool:
    if wanted.only_decided and row.query.status is not PhysicianQueryStatus.ANSWERED:
        return False
    return wanted.takes(row.query.at, row.actor_id) and wanted.takes_code(None)


def _rows(
    found: ExportEntry,
    events: Sequence[Event],
    names: Mapping[int, str],
    words: Mapping[str, str | None],
) -> Iterator[PhysicianQueryRow]:
    asked = {e.sequence: e for e in events if e.kind is EventKind.PHYSICIAN_ASKED}
    settled = {
        cast(int, e.payload["query"]): e for e in events if e.kind is not EventKind.PHYSICIAN_ASKED
    }
    for query in fold_queries(events, names, words):
        yield PhysicianQueryRow(
            encounter=encounter_label(found.encounter.number),
            encounter_id=found.encounter.id,
            setting=found.encounter.setting,
            status=found.status,
            query=query,
            actor_id=asked[query.sequence].actor,
            purged=found.purged,
            **_settled(settled.get(query.sequence), names),
        )


def _settled(event: Event | None, names: Mapping[int, str]) -> dict[str, Any]:
    if event is None:
        return {}
    return {
        "settled": event.at,
        "settled_by": names[event.actor],
        "settled_by_id": event.actor,
    }
