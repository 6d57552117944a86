"""Teams: who is in them, whose an encounter is, and who saw one of another team, and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is here belongs to no team, so that everybody goes on seeing it."""
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("name", name=op.f("uq_teams_name")),
    )
    op.create_table(
        "memberships",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        _foreign("memberships", "user_id", "users"),
        _foreign("memberships", "team_id", "teams"),
        sa.PrimaryKeyConstraint("user_id", "team_id", name=op.f("pk_memberships")),
    )
    op.create_table(
        "broken_glass",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("encounter_id", sa.String(length=22), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        _foreign("broken_glass", "encounter_id", "encounters"),
        _foreign("broken_glass", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broken_glass")),
    )
    op.create_index("ix_broken_glass_seen", "broken_glass", ["user_id", "until"])
    belongs = sa.ForeignKey("teams.id", name=op.f("fk_encounters_team_teams"))
    team = sa.Column("team", sa.Integer(), belongs)
    op.add_column("encounters", team, inline_references=True)  # SQLite adds none later
    op.create_index(op.f("ix_encounters_team"), "encounters", ["team"])


def downgrade() -> None:
    """Teams are lost, and with them what keeps one from the encounters of another."""
    op.drop_index(op.f("ix_encounters_team"), "encounters")
    op.drop_column("encounters", "team")
    op.drop_index("ix_broken_glass_seen", "broken_glass")
    op.drop_table("broken_glass")
    op.drop_table("memberships")
    op.drop_table("teams")


def _foreign(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}_{of}"))
