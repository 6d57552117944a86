"""Audits of what was signed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_COUNTS = (
    *("reviewed", "coded", "same", "added", "deleted", "revised", "principal"),
    *("aligned", "moved", "with_poa", "poa_changed"),
)
_STATUSES = ("open", "returned", "agreed", "rebutted", "adjudicated", "final", "withdrawn")


def upgrade() -> None:
    """None was opened at first."""
    status = sa.Enum(
        *_STATUSES, name="status", native_enum=False, create_constraint=True, length=32
    )
    op.create_table(
        "audits",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("encounter_id", sa.String(length=22), nullable=False),
        sa.Column("sample_id", sa.String(length=22), nullable=True),
        sa.Column("signature", sa.Integer(), nullable=False),
        sa.Column("signer", sa.Integer(), nullable=False),
        sa.Column("auditor", sa.Integer(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("status", status, nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        _key("encounter_id", "encounters"),
        _key("sample_id", "samples"),
        _key("signer", "users"),
        _key("auditor", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audits")),
        sa.UniqueConstraint("number", name=op.f("uq_audits_number")),
    )
    for column in ("encounter_id", "sample_id", "signer", "status"):
        op.create_index(op.f(f"ix_audits_{column}"), "audits", [column])


def downgrade() -> None:
    """The events have all of them; a program that knows audits can work them out again."""
    op.drop_table("audits")


def _key(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_audits_{column}_{table}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name)
