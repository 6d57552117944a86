"""Where encounters and notes came from, and newer versions of notes."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secrets")),
    )
    table = sa.table("secrets", sa.column("name"), sa.column("value"))
    op.execute(sa.insert(table).values(name="identities", value=secrets.token_bytes(32)))
    op.add_column("encounters", sa.Column("external", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_encounters_external"), "encounters", ["external"], unique=True)
    op.add_column("notes", sa.Column("external", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_notes_external"), "notes", ["external"], unique=False)
    op.create_index(op.f("ix_notes_supersedes"), "notes", ["supersedes"], unique=True)


def downgrade() -> None:
    """What files are recognised by goes for good: the same files would be stored once more."""
    op.drop_index(op.f("ix_notes_supersedes"), "notes")
    op.drop_index(op.f("ix_notes_external"), "notes")
    op.drop_column("notes", "external")
    op.drop_index(op.f("ix_encounters_external"), "encounters")
    op.drop_column("encounters", "external")
    op.drop_table("secrets")
