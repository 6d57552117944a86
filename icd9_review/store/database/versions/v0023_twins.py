"""Gold encounters, and twins of encounters that are coded anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None was kept and none made at first."""
    op.create_table(
        "gold_encounters",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("encounter_id", sa.String(length=22), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("origin", _closed("origin", "audit", "given"), nullable=False),
        sa.Column("onboarding", sa.Boolean(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _key("gold_encounters", "encounter_id", "encounters"),
        _key("gold_encounters", "actor", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gold_encounters")),
        sa.UniqueConstraint("number", name=op.f("uq_gold_encounters_number")),
    )
    _index("gold_encounters", "encounter_id")
    op.create_table(
        "twins",
        sa.Column("encounter_id", sa.String(length=22), nullable=False),
        sa.Column("source_id", sa.String(length=22), nullable=False),
        sa.Column("purpose", _closed("purpose", "gold", "second"), nullable=False),
        sa.Column("gold_id", sa.String(length=22), nullable=True),
        sa.Column("coder", sa.Integer(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _key("twins", "encounter_id", "encounters"),
        _key("twins", "source_id", "encounters"),
        _key("twins", "gold_id", "gold_encounters"),
        _key("twins", "coder", "users"),
        sa.PrimaryKeyConstraint("encounter_id", name=op.f("pk_twins")),
        sa.UniqueConstraint("source_id", "coder", name=op.f("uq_twins_source_id_coder")),
    )
    _index("twins", "gold_id")
    _index("twins", "coder")


def downgrade() -> None:
    """Twins stay as encounters like any other; the events have which they were."""
    op.drop_table("twins")
    op.drop_table("gold_encounters")


def _closed(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
