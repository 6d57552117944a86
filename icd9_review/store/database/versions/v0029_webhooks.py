"""Addresses of other programs that are told of signatures, and the messages to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody was told of anything before."""
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("secret", sa.String(100), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_webhooks_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index(op.f("ix_webhooks_user_id"), "webhooks", ["user_id"])
    state = sa.Enum(
        *("queued", "sent", "dead"),
        name="state",
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message", sa.String(40), nullable=False),
        sa.Column("webhook_id", sa.String(22), nullable=False),
        sa.Column("encounter_id", sa.String(22), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(100), nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_deliveries_webhook_id_webhooks")
        ),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name=op.f("fk_deliveries_encounter_id_encounters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("message", name=op.f("uq_deliveries_message")),
    )
    for column in ("webhook_id", "encounter_id"):
        op.create_index(op.f(f"ix_deliveries_{column}"), "deliveries", [column])
    op.create_index("ix_deliveries_next", "deliveries", ["state", "due"])


def downgrade() -> None:
    """Nobody is told of anything any more, and what waits is lost."""
    op.drop_table("deliveries")
    op.drop_table("webhooks")
