"""Favourites of people, and their own words for codes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has any at first."""
    kind = sa.Enum(
        *("diagnosis", "procedure"),
        name="kind",
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    op.create_table(
        "own_codes",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("favourite", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_own_codes_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "kind", "code", name=op.f("pk_own_codes")),
    )


def downgrade() -> None:
    """They are lost: nothing else holds them."""
    op.drop_table("own_codes")
