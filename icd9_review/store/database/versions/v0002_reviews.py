"""Reviews: the status words that holds and sign-offs bring, and the record of each code.

The summaries are dropped and worked out anew when the program starts.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("summaries")
    _create_summaries()
    _create_code_records()
    _fill_code_records()


def downgrade() -> None:
    """Both are worked out anew: records of codes that were added or replaced first when a code
    of their encounter is decided on again, because the upgrade reads the older events only."""
    op.drop_table("code_records")
    op.drop_table("summaries")
    _create_first_summaries()


def _create_summaries() -> None:
    op.create_table(
        "summaries",
        sa.Column("encounter_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "scoring",
                "failed",
                "open",
                "in_progress",
                "decided",
                "held",
                "finalised",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("chart_date", sa.Date(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor"], ["users.id"], name=op.f("fk_summaries_actor_users")),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name=op.f("fk_summaries_encounter_id_encounters")
        ),
        sa.ForeignKeyConstraint(
            ["version"],
            ["model_versions.version"],
            name=op.f("fk_summaries_version_model_versions"),
        ),
        sa.PrimaryKeyConstraint("encounter_id", name=op.f("pk_summaries")),
    )
    for column in ("at", "chart_date", "status", "version"):
        op.create_index(op.f(f"ix_summaries_{column}"), "summaries", [column], unique=False)


def _create_first_summaries() -> None:
    """As the first tables had them: without holds, signatures and dates."""
    statuses = ("scoring", "failed", "open", "in_progress", "decided")
    status = sa.Enum(*statuses, name="status", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "summaries",
        sa.Column("encounter_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=True),
        sa.Column("status", status, nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor"], ["users.id"], name=op.f("fk_summaries_actor_users")),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name=op.f("fk_summaries_encounter_id_encounters")
        ),
        sa.ForeignKeyConstraint(
            ["version"],
            ["model_versions.version"],
            name=op.f("fk_summaries_version_model_versions"),
        ),
        sa.PrimaryKeyConstraint("encounter_id", name=op.f("pk_summaries")),
    )
    for column in ("at", "status", "version"):
        op.create_index(op.f(f"ix_summaries_{column}"), "summaries", [column], unique=False)


def _create_code_records() -> None:
    op.create_table(
        "code_records",
        sa.Column("encounter_id", sa.String(length=22), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "diagnosis",
                "procedure",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["encounter_id"],
            ["encounters.id"],
            name=op.f("fk_code_records_encounter_id_encounters"),
        ),
        sa.PrimaryKeyConstraint("encounter_id", "kind", "code", name=op.f("pk_code_records")),
    )
    op.create_index(
        "ix_code_records_code", "code_records", ["kind", "code", "accepted"], unique=False
    )


def _fill_code_records() -> None:
    """From the ledger, which knows accepted, rejected and undone so far."""
    names = ("stream", "sequence", "kind", "payload")
    events = sa.table("events", *(sa.column(name) for name in names))
    verdicts = ("accepted", "rejected", "undone")
    told = (
        sa.select(events)
        .where(events.c.kind.in_(verdicts))
        .order_by(events.c.stream, events.c.sequence)
    )
    stacks: dict[tuple[str, str, str], list[str]] = {}
    for event in op.get_bind().execute(told):
        payload = json.loads(event.payload)
        standing = stacks.setdefault((event.stream, payload["kind"], payload["code"]), [])
        if event.kind != "undone":
            standing.append(event.kind)
        elif standing:
            standing.pop()
    rows = [
        {"encounter_id": stream, "kind": kind, "code": code, "accepted": standing[-1] == "accepted"}
        for (stream, kind, code), standing in stacks.items()
        if standing
    ]
    if rows:
        records = sa.table("code_records", *(sa.column(name) for name in rows[0]))
        op.bulk_insert(records, rows)
