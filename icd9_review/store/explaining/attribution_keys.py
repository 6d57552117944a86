"""The columns of an attribution's key, which attributions and explanation jobs share.

A new way of computing the same thing has a key of its own. Where it was measured that
attributions hardly differ, what is stored under the older key goes on being shown, and
nothing is explained again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_

from icd9_review.store.database.tables import ATTRIBUTION_KEY, AttributionRow, ExplanationJobRow
from icd9_review.values import EXCHANGED, AttributionKey, Technique


class Way(NamedTuple):
    """A `Technique` of any model version."""

    method: str
    baseline: str
    settings: str


_PADDING = "[PAD] between [CLS] and [SEP]"
_GAUSS = "gausslegendre n_steps=1 segments=6 density=0.3 cap=96 tolerance=0.05 floor=0.1"
OLDER_WAYS: Mapping[Way, tuple[Way, ...]] = {
    Way("integrated gradients (Captum)", _PADDING, f"{_GAUSS} {EXCHANGED}"): (
        # The same weights; the deletion check took words away, and says so where it is shown.
        Way("integrated gradients (Captum)", _PADDING, _GAUSS),
        # Version 0.1.0, before Captum computed them: the same points. The largest difference
        # of a word is 1.4e-6 of the largest weight, see docs/performance.md.
        Way(
            "integrated gradients",
            _PADDING,
            "points=gauss-legendre segments=6x1 density=0.3 cap=96 tolerance=0.05 floor=0.1",
        ),
    ),
}
"""The ways whose attributions are taken for those of a newer way, the newest first.

Listed are ways whose attributions differ by less than 1e-3 of the largest weight."""


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


def way_of(technique: Technique | AttributionKey) -> Way:
    """The same, whatever the model version."""
    return Way(technique.method, technique.baseline, technique.settings)


def older_ways(technique: Technique | AttributionKey) -> tuple[Way, ...]:
    """The ways whose attributions are taken for this one's."""
    return OLDER_WAYS.get(way_of(technique), ())


def accepted(key: AttributionKey) -> tuple[AttributionKey, ...]:
    """The keys under which this attribution may be stored, its own first."""
    return (key, *(replace(key, **way._asdict()) for way in older_ways(key)))


def column_values(row: AttributionRow | ExplanationJobRow) -> tuple[Any, ...]:
    """The key of a row, to be compared with ``tuple(columns(key).values())``."""
    return tuple(getattr(row, name) for name in ATTRIBUTION_KEY)


def matches(
    table: type[AttributionRow] | type[ExplanationJobRow], key: AttributionKey
) -> list[ColumnElement[bool]]:
    """The condition that a row is that of the key."""
    return [getattr(table, name) == value for name, value in columns(key).items()]


def is_of(
    table: type[AttributionRow] | type[ExplanationJobRow], technique: Technique
) -> ColumnElement[bool]:
    """The condition that a row is of this technique."""
    return and_(table.version == technique.model_version, is_in_way(table, [way_of(technique)]))


def is_in_way(
    table: type[AttributionRow] | type[ExplanationJobRow], ways: Iterable[Way]
) -> ColumnElement[bool]:
    """The condition that a row is of one of these ways."""
    return or_(
        *(
            and_(*(getattr(table, name) == value for name, value in way._asdict().items()))
            for way in ways
        )
    )
