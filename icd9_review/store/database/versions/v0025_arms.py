"""What encounters are coded with until they are signed, and what is counted of it."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_ARMS = ("full", "plain", "blind")
_ENCOUNTERS = sa.table("encounters", sa.column("id"), sa.column("arm"))
_EVENTS = sa.table(
    "events", *map(sa.column, ("stream", "kind")), sa.column("payload", sa.LargeBinary())
)


def upgrade() -> None:
    """No arm was drawn; in a database that had gone back, the ledger knows those that were."""
    arms = ", ".join(f"'{arm}'" for arm in _ARMS)
    # In one statement, because SQLite adds no constraint later.
    op.execute(
        "ALTER TABLE encounters ADD COLUMN arm VARCHAR(32) "
        f"CONSTRAINT ck_encounters_arm CHECK (arm IN ({arms}))"
    )
    told = sa.select(_EVENTS.c.stream, _EVENTS.c.payload)
    run = op.get_bind().execute
    for stream, payload in run(told.where(_EVENTS.c.kind == "encounter_created")).all():
        if arm := json.loads(payload).get("arm"):
            run(sa.update(_ENCOUNTERS).where(_ENCOUNTERS.c.id == stream).values(arm=arm))
    op.create_table(
        "arm_cases",
        sa.Column("encounter_id", sa.String(22), nullable=False),
        sa.Column("arm", sa.String(16), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("month", "signer")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("seconds", "decisions")),
        sa.Column("suggested", sa.Integer()),
        sa.Column("signed", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name=op.f("fk_arm_cases_encounter_id_encounters")
        ),
        sa.PrimaryKeyConstraint("encounter_id", name=op.f("pk_arm_cases")),
    )


def downgrade() -> None:
    """The ledger keeps the arms; what was counted of them, ``quality recount`` brings back."""
    op.drop_table("arm_cases")
    op.drop_column("encounters", "arm")
