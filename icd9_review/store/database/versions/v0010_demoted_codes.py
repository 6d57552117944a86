"""What the judge of a model demoted, beside the scores it looked at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_SCORES = sa.table(
    "scores", *map(sa.column, ("note_id", "version")), sa.column("demoted", sa.JSON())
)
_EVENTS = sa.table("events", sa.column("kind"), sa.column("payload", sa.LargeBinary()))


def upgrade() -> None:
    """The ledger knows every verdict: they come back to a database that had gone back before."""
    op.add_column("scores", sa.Column("demoted", sa.JSON(), nullable=True))
    for said in _told():
        row = (_SCORES.c.note_id == said["note"], _SCORES.c.version == said["model_version"])
        op.get_bind().execute(sa.update(_SCORES).where(*row).values(demoted=said["demoted"]))


def downgrade() -> None:
    """The older program suggests what was demoted."""
    op.drop_column("scores", "demoted")


def _told() -> Iterator[dict[str, Any]]:
    scored = sa.select(_EVENTS.c.payload).where(_EVENTS.c.kind == "scored")
    for (payload,) in op.get_bind().execute(scored).all():
        said = json.loads(payload)
        if said.get("demoted"):
            yield said
