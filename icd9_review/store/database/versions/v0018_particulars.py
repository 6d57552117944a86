"""What is kept of a document and an encounter besides text and facts."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TYPES = (
    *("discharge_summary", "transfer_summary", "death_summary", "history_and_physical"),
    *("operative_report", "procedure_note", "consultation", "progress_note", "emergency_note"),
    *("radiology_report", "pathology_report", "echocardiogram", "electrocardiogram"),
    *("anesthesia_record", "nursing_note", "office_visit", "delivery_note", "autopsy_report"),
)
_ENCOUNTERS = {"account": sa.String(64), "service": sa.Text(), "payer": sa.Text()}
_NOTES = sa.table("notes", sa.column("id"), sa.column("type"))
_EVENTS = sa.table(
    "events", *map(sa.column, ("stream", "kind")), sa.column("payload", sa.LargeBinary())
)


def upgrade() -> None:
    """Nothing is known of what is here; in a database that had gone back, the ledger has types."""
    types = ", ".join(f"'{each}'" for each in _TYPES)
    # In one statement, because SQLite adds no constraint later.
    check = f"CONSTRAINT ck_notes_type CHECK (type IN ({types}))"
    op.execute(f"ALTER TABLE notes ADD COLUMN type VARCHAR(32) {check}")
    op.add_column("notes", sa.Column("author", sa.Text()))
    op.add_column("notes", sa.Column("written", sa.Date()))
    for name, kind in _ENCOUNTERS.items():
        op.add_column("encounters", sa.Column(name, kind))
    op.create_index("ix_encounters_account", "encounters", ["account"])
    run = op.get_bind().execute
    for (payload,) in run(sa.select(_EVENTS.c.payload).where(_EVENTS.c.kind == "note_added")).all():
        said = json.loads(payload)
        if "type" in said:
            mine = sa.update(_NOTES).where(_NOTES.c.id == said["note"])
            run(mine.values(type=said["type"]))


def downgrade() -> None:
    """All but the types, which the ledger has, is lost."""
    op.drop_index("ix_encounters_account", table_name="encounters")
    for name in _ENCOUNTERS:
        op.drop_column("encounters", name)
    for name in ("written", "author", "type"):
        op.drop_column("notes", name)
