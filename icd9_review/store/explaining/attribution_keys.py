"""The columns of an attribution's key, which attributions and explanation jobs share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from icd9_review.store.database.tables import ATTRIBUTION_KEY, AttributionRow, ExplanationJobRow
from icd9_review.values import AttributionKey


def columns(key: AttributionKey) -> dict[str, Any]:
    """The key as columns, in the order of ATTRIBUTION_KEY; the window without its index."""
    return {
        "note_id": key.note_id,
        "window_start": key.window.start,
        "window_end": key.window.end,
        "kind": key.kind,
        "code": key.code,
        "version": key.model_version,
        "method": key.method,
        "baseline": key.baseline,
        "settings": key.settings,
    }


def column_values(row: AttributionRow | ExplanationJobRow) -> tuple[Any, ...]:
    """The key of a row, to be compared with ``tuple(columns(key).values())``."""
    return tuple(getattr(row, name) for name in ATTRIBUTION_KEY)


def matches(
    table: type[AttributionRow] | type[ExplanationJobRow], key: AttributionKey
) -> list[ColumnElement[bool]]:
    """The condition that a row is that of the key."""
    return [getattr(table, name) == value for name, value in columns(key).items()]
