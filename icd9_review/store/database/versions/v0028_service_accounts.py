"""Accounts of other programs: their tokens, how often they asked, what they were answered."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_USERS = sa.table("users", *map(sa.column, ("id", "service")))
_EVENTS = sa.table("events", *map(sa.column, ("kind", "payload")))


def upgrade() -> None:
    """Nobody here was another program, unless the database went back before: then its ledger says
    who is. Their tokens are gone, and new ones are made."""
    service: sa.Column[bool] = sa.Column(
        "service", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("users", service)
    run = op.get_bind().execute
    added = sa.select(_EVENTS.c.payload).where(_EVENTS.c.kind == "person_added")
    for (payload,) in run(added).all():
        said = json.loads(payload)
        if said.get("service"):
            mine = _USERS.c.id == said["user"]
            run(sa.update(_USERS).where(mine).values(service=sa.true()))
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        *(sa.Column(name, _time(), nullable=False) for name in ("created", "expires")),
        *(sa.Column(name, _time(), nullable=True) for name in ("used", "revoked")),
        _of_user("tokens"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
    )
    op.create_index(op.f("ix_tokens_user_id"), "tokens", ["user_id"])
    op.create_table(
        "paces",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("until", _time(), nullable=False),
        _of_user("paces"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_paces")),
    )
    op.create_table(
        "replies",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", _time(), nullable=False),
        _of_user("replies"),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_replies")),
    )
    op.create_index(op.f("ix_replies_at"), "replies", ["at"])


def downgrade() -> None:
    """No other program gets in any more. Its account stays, by which nobody can sign in."""
    op.drop_index(op.f("ix_replies_at"), "replies")
    op.drop_table("replies")
    op.drop_table("paces")
    op.drop_index(op.f("ix_tokens_user_id"), "tokens")
    op.drop_table("tokens")
    op.drop_column("users", "service")


def _time() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["user_id"], ["users.id"], name=op.f(f"fk_{table}_user_id_users")
    )
