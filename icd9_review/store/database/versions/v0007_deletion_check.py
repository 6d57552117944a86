"""What a code keeps without the words it is explained by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attributions", sa.Column("deleted_words", sa.Integer(), nullable=True))
    for name in ("before_deletion", "without_evidence", "without_random"):
        op.add_column("attributions", sa.Column(name, sa.Double(), nullable=True))


def downgrade() -> None:
    """The checks go; the explanations stay, and are not worked out again for their sake."""
    for name in ("without_random", "without_evidence", "before_deletion", "deleted_words"):
        op.drop_column("attributions", name)
