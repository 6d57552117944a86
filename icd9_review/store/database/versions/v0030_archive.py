"""The archive, and indexes for a million encounters.

The worklist reads what is not archived alone, in the order of numbers by an index of its own.
Signed charts are found by when they were signed, services by themselves, and how long charts took
is summed in the order of an index. The streams of some days, or of what somebody did in them, an
index tells without a look at their events.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_Indexes = dict[str, tuple[str, list[str]]]
_EVENTS = sa.table(
    "events",
    *map(sa.column, ("stream", "kind", "sequence")),
    sa.column("payload", sa.LargeBinary()),
)
_FORMER = {
    "ix_summaries_status": ("summaries", ["status"]),
    "ix_events_at": ("events", ["at"]),
    "ix_events_actor_at": ("events", ["actor", "at"]),
}
_INDEXES = {
    "ix_events_at_stream": ("events", ["at", "stream"]),
    "ix_events_actor_at_stream": ("events", ["actor", "at", "stream"]),
    "ix_summaries_archived_status": ("summaries", ["archived", "status"]),
    "ix_summaries_archived_number": ("summaries", ["archived", "number"]),
    "ix_summaries_status_signed_at": ("summaries", ["status", "signed_at"]),
    "ix_encounters_service": ("encounters", ["service"]),
    "ix_outcome_cases_signer": (
        "outcome_cases",
        ["signer", "seconds", "month", "version", "decided", "accepted"],
    ),
}


def upgrade() -> None:
    """Nothing is archived; in a database that had gone back, what the ledger says is."""
    op.add_column(
        "summaries", sa.Column("number", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "summaries", sa.Column("archived", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(
        "UPDATE summaries SET number = "
        "(SELECT number FROM encounters WHERE encounters.id = summaries.encounter_id)"
    )
    if (before := _archived_before()) is not None:
        archive = sa.text(
            "UPDATE summaries SET archived = :yes WHERE status = 'finalised' AND signed_at < :at"
        ).bindparams(sa.bindparam("at", before, sa.Text()))
        if op.get_bind().dialect.name == "postgresql":
            archive = sa.text(
                "UPDATE summaries SET archived = :yes "
                "WHERE status = 'finalised' AND signed_at < CAST(:at AS timestamptz)"
            ).bindparams(sa.bindparam("at", f"{before}+00", sa.Text()))
        op.get_bind().execute(archive, {"yes": True})
    _change(_FORMER, _INDEXES)


def _change(before: _Indexes, after: _Indexes) -> None:
    for name, (table, _) in before.items():
        op.drop_index(name, table_name=table)
    for name, (table, columns) in after.items():
        op.create_index(name, table, columns)


def _archived_before() -> str | None:
    """The day before which the last event of its kind archived, as SQLite writes moments."""
    told = sa.select(_EVENTS.c.payload).where(
        _EVENTS.c.stream == "system", _EVENTS.c.kind == "encounters_archived"
    )
    last: Any = op.get_bind().scalar(told.order_by(_EVENTS.c.sequence.desc()).limit(1))
    day = json.loads(last)["before"] if last else None
    return f"{day} 00:00:00" if day else None


def downgrade() -> None:
    """The ledger knows what was archived."""
    _change(_INDEXES, _FORMER)
    op.drop_column("summaries", "archived")
    op.drop_column("summaries", "number")
