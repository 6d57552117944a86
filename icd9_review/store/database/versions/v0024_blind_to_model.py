"""Audits that are blind to the model."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No audit was blind to the model before. Pages ask for a person's audits from now on."""
    column: sa.Column[bool] = sa.Column(
        "blind_model", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("audits", column)
    op.create_index(op.f("ix_audits_auditor"), "audits", ["auditor"])


def downgrade() -> None:
    """The events say which were; a program that knows it can work them out again."""
    op.drop_index(op.f("ix_audits_auditor"), table_name="audits")
    op.drop_column("audits", "blind_model")
