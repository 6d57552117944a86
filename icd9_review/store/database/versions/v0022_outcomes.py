"""What became of the codes that were suggested, and the counts that figures are made of."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_TALLIES = ("cases", "shown", "decided", "accepted")


def upgrade() -> None:
    """What is here is not counted: ``quality recount`` does it, which knows the rules."""
    for column in _records():
        op.add_column("code_records", column)
    op.drop_index("ix_code_records_code", table_name="code_records")
    op.create_index("ix_code_records_code", "code_records", ["kind", "code", "decided", "accepted"])
    op.create_index(
        "ix_code_records_uncounted",
        "code_records",
        ["encounter_id"],
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
    _create_counts()
    _create_tallies()
    _create_cases()


def downgrade() -> None:
    """What nobody decided on goes, and all counts: the older program has neither."""
    for table in ("outcome_cases", "outcome_tallies", "outcome_scores", "outcome_counts"):
        op.drop_table(table)
    op.execute("DELETE FROM code_records WHERE NOT decided")
    op.drop_index("ix_code_records_uncounted", table_name="code_records")
    op.drop_index("ix_code_records_code", table_name="code_records")
    for column in reversed(_records()):
        op.drop_column("code_records", column.name)
    op.create_index("ix_code_records_code", "code_records", ["kind", "code", "accepted"])


def _create_counts() -> None:
    """In the order in which they are summed: SQLite keeps the rows in that of their key."""
    counts: tuple[sa.Column[Any], ...] = (
        *_of_code(),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("detail", sa.String(64), nullable=False),
        sa.Column("suggested", sa.Boolean(), nullable=False),
        *_of_month(),
    )
    scores: tuple[sa.Column[Any], ...] = (
        *_of_code(),
        sa.Column("bin", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        *_of_month(),
    )
    for name, keys, sums in (
        ("outcome_counts", counts, ("count",)),
        ("outcome_scores", scores, ("count", "total", "squares")),
    ):
        op.create_table(
            name,
            *keys,
            *(sa.Column(each, sa.BigInteger(), nullable=False) for each in sums),
            sa.PrimaryKeyConstraint(*(each.name for each in keys), name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )


def _of_code() -> tuple[sa.Column[Any], ...]:
    kind = sa.Enum(
        *("diagnosis", "procedure"),
        name="kind",
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    code = sa.Column("code", sa.String(64), nullable=False)
    return sa.Column("kind", kind, nullable=False), code


def _of_month() -> tuple[sa.Column[Any], ...]:
    version = sa.Column("version", sa.String(64), nullable=False)
    return version, sa.Column("month", sa.Integer(), nullable=False)


def _create_tallies() -> None:
    keys: tuple[sa.Column[Any], ...] = (
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("axis", sa.String(16), nullable=False),
        sa.Column("value", sa.String(64), nullable=False),
    )
    op.create_table(
        "outcome_tallies",
        *keys,
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _TALLIES),
        sa.PrimaryKeyConstraint(*(each.name for each in keys), name=op.f("pk_outcome_tallies")),
    )


def _create_cases() -> None:
    op.create_table(
        "outcome_cases",
        sa.Column("encounter_id", sa.String(22), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        *(
            sa.Column(name, sa.String(64), nullable=False)
            for name in ("age", "sex", "setting", "service", "length")
        ),
        *(sa.Column(name, sa.Integer()) for name in ("signer", "seconds")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("decided", "accepted")),
        sa.ForeignKeyConstraint(
            ["encounter_id"],
            ["encounters.id"],
            name=op.f("fk_outcome_cases_encounter_id_encounters"),
        ),
        sa.PrimaryKeyConstraint("encounter_id", name=op.f("pk_outcome_cases")),
    )
    op.create_index("ix_outcome_cases_month", "outcome_cases", ["month"])


def _records() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("decided", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("outcome", sa.String(16)),
        sa.Column("detail", sa.String(64)),
        sa.Column("version", sa.String(64)),
        sa.Column("suggested", sa.Boolean()),
        sa.Column("score", sa.Integer()),
        sa.Column("raw", sa.Integer()),
        sa.Column("month", sa.Integer()),
        sa.Column("actor", sa.Integer()),
    )
