"""Indexes for every order and filter of the worklist, and for the newest charts behind a figure.

Summaries have the setting and the assignee of their encounter, so that one index counts whatever
the worklist is asked for; each order reads the first of its page by an index.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0030"
branch_labels = None
depends_on = None

_FORMER = {
    "ix_summaries_archived_number": ("archived", "number"),
    "ix_summaries_at": ("at",),
    "ix_summaries_chart_date": ("chart_date",),
}
_FILTERED = ("setting", "assignee", "chart_date", "confidence", "errors")
_ORDERS = {
    "ix_summaries_counted": ("archived", "status", *_FILTERED, "encounter_id"),
    "ix_summaries_newest": ("archived", "number", "status", *_FILTERED, "encounter_id"),
    **{
        f"ix_summaries_by_{by}": ("archived", by, "number", "status", "encounter_id")
        for by in ("open", "at", "chart_date", "confidence")
    },
}


def upgrade() -> None:
    """What summaries have anew is told by the encounters."""
    op.add_column("summaries", sa.Column("setting", sa.String(32)))
    op.add_column("summaries", sa.Column("assignee", sa.Integer()))
    op.execute(
        "UPDATE summaries SET "
        "setting = (SELECT setting FROM encounters WHERE id = summaries.encounter_id), "
        "assignee = (SELECT assignee FROM encounters WHERE id = summaries.encounter_id)"
    )
    for name in _FORMER:
        op.drop_index(name, table_name="summaries")
    for name, columns in _ORDERS.items():
        op.create_index(name, "summaries", list(columns))


def downgrade() -> None:
    """The encounters have both."""
    for name in _ORDERS:
        op.drop_index(name, table_name="summaries")
    for name, columns in _FORMER.items():
        op.create_index(name, "summaries", list(columns))
    op.drop_column("summaries", "assignee")
    op.drop_column("summaries", "setting")
