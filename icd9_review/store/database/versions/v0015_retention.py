"""Which encounters have no text any more, and which words were gone before events said so."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ENCOUNTERS = sa.table(
    "encounters", sa.column("id"), sa.column("purged", sa.DateTime(timezone=True))
)
_EVENT = (
    *("stream", "sequence", "kind", "schema", "payload", "actor", "at", "key", "previous", "hash"),
)
_EVENTS = sa.table(
    "events",
    *(sa.column(name, sa.LargeBinary() if name == "payload" else None) for name in _EVENT),
)
_HEADS = sa.table("heads", *map(sa.column, ("stream", "sequence", "hash")))
_WORDS = sa.table(
    "free_text", sa.column("digest"), sa.column("text"), sa.column("salt", sa.LargeBinary())
)
_USERS = sa.table("users", sa.column("id"), sa.column("role"))
_BEFORE = "purged/before"  # how the key of an event begins that tells of words gone before


def upgrade() -> None:
    """The ledger knows what was purged: it comes back to a database that had gone back before.

    Until now no event told of words that were purged. One in the system stream names those that
    are gone here, so that others may not go the same way unseen.
    """
    op.add_column("encounters", sa.Column("purged", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_encounters_purged"), "encounters", ["purged"], unique=False)
    told = sa.select(_EVENTS.c.stream, _EVENTS.c.at, _EVENTS.c.payload)
    named: set[str] = set()
    for stream, at, payload in op.get_bind().execute(told.where(_EVENTS.c.kind == "purged")).all():
        named |= set(json.loads(payload)["purged_words"])
        mine = sa.update(_ENCOUNTERS).where(_ENCOUNTERS.c.id == stream)
        op.get_bind().execute(mine.values(purged=_moment(at)))
    _tell_before(named)


def downgrade() -> None:
    """The column is lost, and what was purged stays so: an older program finds a note without text
    and says that it is not the one stored."""
    op.drop_index(op.f("ix_encounters_purged"), table_name="encounters")
    op.drop_column("encounters", "purged")


def _moment(at: str) -> datetime:
    """The time of an event; SQLite has them without a zone."""
    moment = datetime.fromisoformat(at)
    return moment.replace(tzinfo=None) if op.get_bind().dialect.name == "sqlite" else moment


def _tell_before(named: set[str]) -> None:
    """Append the event of all words that are gone and that no event names, where there are any:
    the older program may have purged more after a way down."""
    run = op.get_bind().execute
    gone = sa.select(_WORDS.c.digest).where(_WORDS.c.text.is_(None), _WORDS.c.salt == b"")
    left = sorted(set(run(gone).scalars()) - named)
    if not left:
        return
    system = _HEADS.c.stream == "system"
    sequence, previous = run(sa.select(_HEADS.c.sequence, _HEADS.c.hash).where(system)).one()
    actor = run(sa.select(_USERS.c.id).where(_USERS.c.role == "system")).scalar_one()
    said = {"notes": [], "purged_words": left}
    payload = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    key = f"{_BEFORE}/{sequence + 1}"
    fields = ("system", sequence + 1, "purged", 1, payload, actor, at, key)
    values = dict(zip(_EVENT, (*fields, previous, _digest(previous, *fields)), strict=True))
    run(sa.insert(_EVENTS).values(values))
    run(sa.update(_HEADS).where(system).values(sequence=sequence + 1, hash=values["hash"]))


def _digest(*fields: str | int | bytes) -> str:
    """The hash of an event as the ledger has it from the first revision on."""
    running = sha256()
    for field in fields:
        data = field if isinstance(field, bytes) else str(field).encode()
        running.update(len(data).to_bytes(8, "big"))
        running.update(data)
    return running.hexdigest()
