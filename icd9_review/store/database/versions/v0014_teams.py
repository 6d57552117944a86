"""Teams: who is in them, whose an encounter is, and who saw one of another team, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TEAMS = sa.table("teams", *map(sa.column, ("id", "name")))
_MEMBERS = sa.table("memberships", *map(sa.column, ("user_id", "team_id")))
_ENCOUNTERS = sa.table("encounters", *map(sa.column, ("id", "team")))
_EVENTS = sa.table(
    "events",
    *map(sa.column, ("stream", "sequence", "kind")),
    sa.column("payload", sa.LargeBinary()),
)


def upgrade() -> None:
    """What is here belongs to no team, so that everybody goes on seeing it.

    A database that had gone back before gets from its ledger what the way down had lost, or
    encounters of a team would be everybody's: teams under their number, because the ledger has no
    names, who is in them, and whose each encounter is. Reasons to see one of another team lapse.
    """
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("name", name=op.f("uq_teams_name")),
    )
    op.create_table(
        "memberships",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        _foreign("memberships", "user_id", "users"),
        _foreign("memberships", "team_id", "teams"),
        sa.PrimaryKeyConstraint("user_id", "team_id", name=op.f("pk_memberships")),
    )
    op.create_table(
        "broken_glass",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("encounter_id", sa.String(length=22), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        _foreign("broken_glass", "encounter_id", "encounters"),
        _foreign("broken_glass", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broken_glass")),
    )
    op.create_index("ix_broken_glass_seen", "broken_glass", ["user_id", "until"])
    belongs = sa.ForeignKey("teams.id", name=op.f("fk_encounters_team_teams"))
    team = sa.Column("team", sa.Integer(), belongs)
    op.add_column("encounters", team, inline_references=True)  # SQLite adds none later
    op.create_index(op.f("ix_encounters_team"), "encounters", ["team"])
    if known := [said["team"] for _, said in _told("team_added")]:
        _bring_back(known)


def downgrade() -> None:
    """Teams are lost, and with them what keeps one from the encounters of another: the older
    program shows everybody everything."""
    op.drop_index(op.f("ix_encounters_team"), "encounters")
    op.drop_column("encounters", "team")
    op.drop_index("ix_broken_glass_seen", "broken_glass")
    op.drop_table("broken_glass")
    op.drop_table("memberships")
    op.drop_table("teams")


def _bring_back(known: list[int]) -> None:
    run = op.get_bind().execute
    run(sa.insert(_TEAMS), [{"id": each, "name": f"Team {each}"} for each in known])
    if op.get_bind().dialect.name == "postgresql":  # whose counter does not see numbers given
        run(sa.text("SELECT setval(pg_get_serial_sequence('teams', 'id'), max(id)) FROM teams"))
    left = {said["user"]: said["teams"] for _, said in _told("teams_set")}
    members = [{"user_id": user, "team_id": each} for user, mine in left.items() for each in mine]
    if members:
        run(sa.insert(_MEMBERS), members)
    owners = {stream: said.get("team") for stream, said in _told("encounter_created")}
    owners |= {stream: said["to"] for stream, said in _told("moved")}
    for stream, team in owners.items():
        if team is not None:
            mine = _ENCOUNTERS.c.id == stream
            run(sa.update(_ENCOUNTERS).where(mine).values(team=team))


def _told(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events of a kind in their order: stream and payload."""
    query = sa.select(_EVENTS.c.stream, _EVENTS.c.payload).where(_EVENTS.c.kind == kind)
    ordered = query.order_by(_EVENTS.c.stream, _EVENTS.c.sequence)
    for stream, payload in op.get_bind().execute(ordered).all():
        yield stream, json.loads(payload)


def _foreign(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}_{of}"))
