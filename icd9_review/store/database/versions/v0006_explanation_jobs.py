"""The queue of explanations, and which workers are alive."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_explanation_jobs()
    op.create_table(
        "heartbeats",
        sa.Column("worker", sa.String(length=22), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_heartbeats")),
    )


def downgrade() -> None:
    """The queue goes; a later upgrade has it planned anew from the scores."""
    op.drop_table("heartbeats")
    op.drop_table("explanation_jobs")


def _create_explanation_jobs() -> None:
    table = "explanation_jobs"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note_id", sa.String(length=22), nullable=False),
        sa.Column("window_index", sa.Integer(), nullable=False),
        sa.Column("window_start", sa.Integer(), nullable=False),
        sa.Column("window_end", sa.Integer(), nullable=False),
        sa.Column("kind", _words("diagnosis", "procedure", name="kind"), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("baseline", sa.String(length=64), nullable=False),
        sa.Column("settings", sa.String(length=200), nullable=False),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column(
            "state", _words("queued", "running", "done", "failed", name="state"), nullable=False
        ),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"], ["notes.id"], name=op.f("fk_explanation_jobs_note_id_notes")
        ),
        sa.ForeignKeyConstraint(
            ["version"],
            ["model_versions.version"],
            name=op.f("fk_explanation_jobs_version_model_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_explanation_jobs")),
        sa.UniqueConstraint(
            "note_id",
            "window_start",
            "window_end",
            "kind",
            "code",
            "version",
            "method",
            "baseline",
            "settings",
            name="uq_explanation_jobs_key",
        ),
    )
    following = ["version", "state", "priority", "probability", "id"]
    op.create_index("ix_explanation_jobs_next", table, following, unique=False)


def _words(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)
