"""How people sign in: what a provider calls them, passwords, failed attempts, proofs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_PROOFS = sa.Enum(
    *("chosen", "password", "provider", "proxy"),
    name="proof",
    native_enum=False,
    create_constraint=True,
    length=32,
)


def upgrade() -> None:
    """Sessions of before end: nobody had shown who they are."""
    with op.batch_alter_table("users") as users:
        users.add_column(sa.Column("identity", sa.String(length=255), nullable=True))
        users.create_unique_constraint(op.f("uq_users_identity"), ["identity"])
    op.execute(sa.delete(sa.table("sessions")))
    with op.batch_alter_table("sessions") as sessions:
        sessions.add_column(sa.Column("proof", _PROOFS, nullable=False))
        sessions.add_column(sa.Column("proved", sa.DateTime(timezone=True), nullable=False))
        sessions.add_column(sa.Column("browser", sa.String(length=100), nullable=False))
        sessions.add_column(sa.Column("ticket", sa.Text(), nullable=True))
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
    op.execute(sa.delete(sa.table("sessions")))
    with op.batch_alter_table("sessions") as sessions:
        for column in ("ticket", "browser", "proved", "proof"):
            sessions.drop_column(column)
    with op.batch_alter_table("users") as users:
        users.drop_constraint(op.f("uq_users_identity"), type_="unique")
        users.drop_column("identity")
