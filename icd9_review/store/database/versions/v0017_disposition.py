"""Where the patient of an encounter went."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_PLACES = (
    *("home", "short_term_hospital", "skilled_nursing", "home_health", "against_advice"),
    *("expired", "hospice_home", "hospice_facility", "rehabilitation", "long_term_hospital"),
    *("psychiatric", "other"),
)
_ENCOUNTERS = sa.table("encounters", sa.column("id"), sa.column("disposition"))
_EVENTS = sa.table(
    "events",
    *map(sa.column, ("stream", "sequence", "kind")),
    sa.column("payload", sa.LargeBinary()),
)


def upgrade() -> None:
    """It is known of none; in a database that had gone back, the ledger knows what was set."""
    places = ", ".join(f"'{place}'" for place in _PLACES)
    check = f"CONSTRAINT ck_encounters_disposition CHECK (disposition IN ({places}))"
    # In one statement, because SQLite adds no constraint later.
    op.execute(f"ALTER TABLE encounters ADD COLUMN disposition VARCHAR(32) {check}")
    told = sa.select(_EVENTS.c.stream, _EVENTS.c.payload).where(_EVENTS.c.kind == "fact_set")
    run = op.get_bind().execute
    for stream, payload in run(told.order_by(_EVENTS.c.stream, _EVENTS.c.sequence)).all():
        said = json.loads(payload)
        if said["fact"] == "disposition":
            mine = sa.update(_ENCOUNTERS).where(_ENCOUNTERS.c.id == stream)
            run(mine.values(disposition=said["value"]))


def downgrade() -> None:
    """What came in with an encounter is lost; what was set, the ledger keeps."""
    op.drop_column("encounters", "disposition")
