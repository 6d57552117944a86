"""A small index of the charts in work, with all that the next one is found by.

Summaries know whether the text of their encounter was purged: there is nothing to code then.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_FILTERED = ("setting", "assignee", "chart_date", "confidence", "errors")
_NEXT = ("purged", "archived", "number", "status", *_FILTERED, "open", "at", "encounter_id")
_IN_WORK = sa.text("status IN ('open', 'in_progress', 'decided', 'failed')")


def upgrade() -> None:
    """What was purged the encounters say."""
    op.add_column(
        "summaries", sa.Column("purged", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    summaries = sa.table("summaries", sa.column("encounter_id"), sa.column("purged", sa.Boolean()))
    encounters = sa.table("encounters", *map(sa.column, ("id", "purged")))
    gone = sa.select(encounters.c.id).where(encounters.c.purged.is_not(None))
    mine = summaries.c.encounter_id.in_(gone)
    op.execute(sa.update(summaries).where(mine).values(purged=sa.true()))
    op.create_index(
        "ix_summaries_in_work",
        "summaries",
        list(_NEXT),
        sqlite_where=_IN_WORK,
        postgresql_where=_IN_WORK,
    )


def downgrade() -> None:
    """The encounters say it still."""
    op.drop_index("ix_summaries_in_work", table_name="summaries")
    op.drop_column("summaries", "purged")
