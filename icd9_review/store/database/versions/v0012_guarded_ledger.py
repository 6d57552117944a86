"""The ledger's guards: no event is replaced, no head goes back or away."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_REFUSE = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"

# SQLite takes the older row away for INSERT OR REPLACE without asking the trigger on DELETE,
# unless a connection switches that on. A row has a hidden number of its own as well, which is -1
# here unless somebody names one.
_SQLITE = {
    "events_refuse_replace": "BEFORE INSERT ON events WHEN EXISTS (SELECT 1 FROM events WHERE "
    "(stream = NEW.stream AND sequence = NEW.sequence) OR key = NEW.key OR rowid = NEW.rowid)",
    "heads_refuse_replace": "BEFORE INSERT ON heads WHEN EXISTS "
    "(SELECT 1 FROM heads WHERE stream = NEW.stream OR rowid = NEW.rowid)",
    "heads_refuse_back": "BEFORE UPDATE ON heads "
    "WHEN NEW.stream IS NOT OLD.stream OR NEW.sequence <= OLD.sequence",
    "heads_refuse_delete": "BEFORE DELETE ON heads",
}
_POSTGRESQL = {
    "heads_refuse_back": "BEFORE UPDATE ON heads FOR EACH ROW "
    "WHEN (NEW.stream <> OLD.stream OR NEW.sequence <= OLD.sequence)",
    "heads_refuse_delete": "BEFORE DELETE OR TRUNCATE ON heads FOR EACH STATEMENT",
}


def upgrade() -> None:
    """Nothing that is stored changes."""
    if op.get_bind().dialect.name == "sqlite":
        for name, when in _SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {when} {_REFUSE}")
        return
    for name, when in _POSTGRESQL.items():
        op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION refuse_change()")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in _SQLITE:
            op.execute(f"DROP TRIGGER {name}")
        return
    for name in _POSTGRESQL:
        op.execute(f"DROP TRIGGER {name} ON heads")
