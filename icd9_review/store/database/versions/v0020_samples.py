"""Samples of signed encounters for second review."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None was drawn at first."""
    op.create_table(
        "samples",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("strata", sa.JSON(), nullable=False),
        sa.Column("actor", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor"], ["users.id"], name=op.f("fk_samples_actor_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_samples")),
        sa.UniqueConstraint("number", name=op.f("uq_samples_number")),
    )
    op.create_table(
        "draws",
        sa.Column("sample_id", sa.String(length=22), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("encounter_id", sa.String(length=22), nullable=False),
        sa.Column("stratum", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["samples.id"], name=op.f("fk_draws_sample_id_samples")
        ),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name=op.f("fk_draws_encounter_id_encounters")
        ),
        sa.PrimaryKeyConstraint("sample_id", "position", name=op.f("pk_draws")),
    )
    op.create_index(op.f("ix_draws_encounter_id"), "draws", ["encounter_id"])


def downgrade() -> None:
    """They are lost: the events keep seeds and sums alone."""
    op.drop_table("draws")
    op.drop_table("samples")
