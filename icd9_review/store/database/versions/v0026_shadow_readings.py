"""What a model in the shadow proposes for notes, apart from the scores that people are shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No model was in the shadow."""
    op.create_table(
        "shadow_readings",
        sa.Column("note_id", sa.String(22), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("proposed", sa.JSON(), nullable=True),
        sa.Column("error", sa.String(200), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"], ["notes.id"], name=op.f("fk_shadow_readings_note_id_notes")
        ),
        sa.PrimaryKeyConstraint("note_id", "version", name=op.f("pk_shadow_readings")),
    )


def downgrade() -> None:
    """The model in the shadow reads again what it had read."""
    op.drop_table("shadow_readings")
