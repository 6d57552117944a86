"""How people sign in: what a provider calls them, passwords, failed attempts, proofs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TIMES = ("created", "seen", "expires")
_PROOFS = sa.Enum(
    *("chosen", "password", "provider", "proxy"),
    name="proof",
    native_enum=False,
    create_constraint=True,
    length=32,
)


def upgrade() -> None:
    """Sessions of before end: nobody had shown who they are."""
    op.add_column("users", sa.Column("identity", sa.String(length=255), nullable=True))
    op.create_index(op.f("ix_users_identity"), "users", ["identity"], unique=True)
    _make_sessions(
        sa.Column("proof", _PROOFS, nullable=False),
        sa.Column("proved", sa.DateTime(timezone=True), nullable=False),
        sa.Column("browser", sa.String(length=100), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=True),
    )
    op.create_table(
        "passwords",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("temporary", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_passwords_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_passwords")),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )


def downgrade() -> None:
    """Passwords and identities are lost: below it nobody proves who they are."""
    op.drop_table("attempts")
    op.drop_table("passwords")
    _make_sessions()
    op.drop_index(op.f("ix_users_identity"), table_name="users")
    op.drop_column("users", "identity")


def _make_sessions(*more: sa.Column[Any]) -> None:
    """The table of sessions anew and empty, with these columns besides."""
    op.drop_index(op.f("ix_sessions_user_id"), table_name="sessions")
    op.drop_table("sessions")
    times = (sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in _TIMES)
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        *times,
        *more,
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
