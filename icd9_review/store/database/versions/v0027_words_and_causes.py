"""How many words of an encounter a model hardly knows, and where differences come from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_CAUSES = ("documentation", "guideline", "coder", "edge")
_SUMS = ("cases", "shown", "decided", "accepted")


def upgrade() -> None:
    """Nobody had counted either: a recount and ``quality audit rebuild`` read the ledger.

    An encounter is counted once on each axis, so that those of length tell how many there are.
    """
    vocabulary = sa.Column("vocabulary", sa.String(64), nullable=False, server_default="unknown")
    op.add_column("outcome_cases", vocabulary)
    sums = ", ".join(f"sum({name})" for name in _SUMS)
    op.execute(
        f"INSERT INTO outcome_tallies (month, version, axis, value, {', '.join(_SUMS)}) "  # noqa: S608
        f"SELECT month, version, 'vocabulary', 'unknown', {sums} FROM outcome_tallies "
        "WHERE axis = 'length' GROUP BY month, version"
    )
    for name in _CAUSES:
        op.add_column("audits", sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    """The events keep both."""
    for name in _CAUSES:
        op.drop_column("audits", name)
    op.execute("DELETE FROM outcome_tallies WHERE axis = 'vocabulary'")
    op.drop_column("outcome_cases", "vocabulary")
