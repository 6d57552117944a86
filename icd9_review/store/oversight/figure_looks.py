"""That somebody looked at figures of people's work: which page or command, and what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.values import EventKind, User

FiguresPage = Literal["agreement", "outcomes", "second_review", "gold"]
"""Whose figures: of a page, or of the command that prints the same."""


def record_figures_read(
    database: Database, page: FiguresPage, asked: Mapping[str, str], *, actor: User, key: str
) -> None:
    """Store that somebody looked at figures, and which; once for each key.

    ``asked`` are days, parts and codes as an address has them, and numbers of people: no names.
    Raises PermissionDenied.
    """
    check_may(actor, Act.AUDIT)
    ledger.check_token("idempotency key", key)
    said = {"page": page, "asked": dict(sorted(asked.items()))}
    with database.write() as session:
        ledger.append(session, ledger.SYSTEM, EventKind.FIGURES_READ, said, actor, key)
