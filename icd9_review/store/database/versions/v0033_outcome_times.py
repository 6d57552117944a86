"""How many signed charts of a coder took so long, summed as they are counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is counted of charts is summed here once."""
    op.create_table(
        "outcome_times",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("signer", "seconds")),
        sa.Column("version", sa.String(64), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("charts", "decided", "accepted")
        ),
        sa.PrimaryKeyConstraint("signer", "seconds", "version", name=op.f("pk_outcome_times")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO outcome_times (signer, seconds, version, charts, decided, accepted) "
        "SELECT signer, seconds, version, count(*), sum(decided), sum(accepted) "
        "FROM outcome_cases WHERE signer IS NOT NULL AND seconds IS NOT NULL "
        "GROUP BY signer, seconds, version"
    )


def downgrade() -> None:
    """The cases have all of it."""
    op.drop_table("outcome_times")
