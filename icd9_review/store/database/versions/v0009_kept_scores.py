"""Scores of the labels that are kept, and which encounters a new model has still to take on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INDEX = "ix_summaries_version"
_CHUNK = 500  # rows at once; by judgement: of 18,449 labels some 75 MB
_SCORES = sa.table(
    "scores",
    *map(sa.column, ("note_id", "version", "encoding", "labels", "logits", "windows")),
)
_VERSIONS = sa.table(
    "model_versions",
    sa.column("version"),
    *(sa.column(name, sa.JSON()) for name in ("labels", "calibration")),
)
_OVERALL = ("slope", "intercept", "split")
_KEY = (_SCORES.c.note_id, _SCORES.c.version)


def upgrade() -> None:
    """What is there stays byte for byte: it holds every label, as its encoding says from now on."""
    whole = sa.Column("encoding", sa.String(length=16), server_default="whole", nullable=False)
    op.add_column("scores", whole)
    op.add_column("scores", sa.Column("labels", sa.LargeBinary(), nullable=True))
    op.drop_index(_INDEX, "summaries")
    op.create_index(_INDEX, "summaries", ["version", "status"], unique=False)


def downgrade() -> None:
    """The older form has every label: what was not kept has a logit of minus infinity there.

    It knows one line of calibration: those of buckets are lost.
    """
    _drop_lines()
    sizes = dict(_sizes())
    while rows := op.get_bind().execute(_kept()).all():
        for row in rows:
            _make_whole(row, sizes[row.version])
    op.drop_index(_INDEX, "summaries")
    op.create_index(_INDEX, "summaries", ["version"], unique=False)
    op.drop_column("scores", "labels")
    op.drop_column("scores", "encoding")


def _drop_lines() -> None:
    query = sa.select(_VERSIONS.c.version, _VERSIONS.c.calibration)
    for version, held in op.get_bind().execute(query).all():
        if held and "line_of" in held:
            overall = {name: held[name] for name in _OVERALL}
            mine = sa.update(_VERSIONS).where(_VERSIONS.c.version == version)
            op.get_bind().execute(mine.values(calibration=overall))


def _sizes() -> Sequence[tuple[str, int]]:
    found = op.get_bind().execute(sa.select(_VERSIONS.c.version, _VERSIONS.c.labels))
    return [(row.version, len(row.labels)) for row in found]


def _kept() -> sa.Select[tuple[object, ...]]:
    return sa.select(_SCORES).where(_SCORES.c.encoding == "kept").limit(_CHUNK)


def _make_whole(row: sa.Row[tuple[object, ...]], size: int) -> None:
    logits, windows = np.full(size, -np.inf, "<f4"), np.zeros(size, "<i4")
    labels = np.frombuffer(row.labels, "<i4")
    logits[labels] = np.frombuffer(row.logits, "<f4")
    windows[labels] = np.frombuffer(row.windows, "<i4")
    given = {"logits": logits.tobytes(), "windows": windows.tobytes(), "encoding": "whole"}
    mine = sa.and_(*(column == getattr(row, column.name) for column in _KEY))
    op.get_bind().execute(sa.update(_SCORES).where(mine).values(**given))
