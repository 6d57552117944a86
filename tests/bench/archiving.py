"""How long the archive takes to fill: ``python -m tests.bench.archiving ADDRESS [DAYS]``.

Of a database of ``tests.bench.million``: what was signed more than so many days ago (60), as the
command ``archive`` does it, and how long its transactions keep others from storing. With very many
days all of it comes back.
"""

# ruff: noqa: T201 - a bench prints

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.retention.archiving import ArchiveOutcome, archive_signed
from icd9_review.store.users import system_user


def main() -> None:
    """Archive, and say how long that and each step took."""
    address, *rest = sys.argv[1:]
    database = open_database(address)
    steps = _Steps()
    begun = time.perf_counter()
    found = _archive(database, int(rest[0]) if rest else 60)
    took, times = time.perf_counter() - begun, np.array(steps.seconds) * 1000
    print(
        f"{found}: {took:,.0f} s, {len(times)} transactions that store, p50 "
        f"{np.percentile(times, 50):,.0f}, p95 {np.percentile(times, 95):,.0f}, longest "
        f"{times.max():,.0f} ms"
    )
    database.close()


def _archive(database: Database, days: int) -> ArchiveOutcome:
    before = datetime.now(UTC).date() - timedelta(days=days)
    return archive_signed(database, before, actor=system_user(database))


class _Steps:
    """How long each transaction that stores was open."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._begun: float | None = None
        event.listen(Session, "after_begin", self._begin)
        event.listen(Session, "after_commit", self._end)

    def _begin(self, _session: Session, _transaction: object, connection: Connection) -> None:
        stores = "sqlite_begin" in connection.get_execution_options()  # as ``Database.write`` says
        self._begun = time.perf_counter() if stores else None

    def _end(self, _session: Session) -> None:
        if self._begun is not None:
            self.seconds.append(time.perf_counter() - self._begun)


if __name__ == "__main__":
    main()
