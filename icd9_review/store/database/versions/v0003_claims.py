"""Claims and assignment of encounters, preferences of people, and the day's events of one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "claims",
        sa.Column("encounter_id", sa.String(length=22), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name=op.f("fk_claims_encounter_id_encounters")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_claims_user_id_users")),
        sa.PrimaryKeyConstraint("encounter_id", name=op.f("pk_claims")),
    )
    op.create_table(
        "preferences",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_preferences_user_id_users")
        ),
        sa.PrimaryKeyConstraint("user_id", "name", name=op.f("pk_preferences")),
    )
    assignee = sa.Column(
        "assignee",
        sa.Integer(),
        sa.ForeignKey("users.id", name=op.f("fk_encounters_assignee_users")),
    )
    op.add_column("encounters", assignee, inline_references=True)  # SQLite adds none later
    op.create_index(op.f("ix_encounters_assignee"), "encounters", ["assignee"])
    op.create_index("ix_events_actor_at", "events", ["actor", "at"])


def downgrade() -> None:
    """Claims and preferences go, and whose work an encounter is: the ledger has that still."""
    op.drop_index("ix_events_actor_at", "events")
    op.drop_index(op.f("ix_encounters_assignee"), "encounters")
    op.drop_column("encounters", "assignee")
    op.drop_table("preferences")
    op.drop_table("claims")
