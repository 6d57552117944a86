"""What the ledger hears of an import as a whole: by which way, how many files, what became of them.

Each encounter and note has its own event. Names of files may name patients and are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from icd9_review.store.database.engine import Database
from icd9_review.store.intake.imports import Result
from icd9_review.store.people.entries import write_entry
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.values import EventKind, User

_COUNTED = tuple(result for result in Result if result is not Result.NOTICE)


class ImportWay(StrEnum):
    """Where files come in."""

    PAGE = "page"
    COMMAND = "command"


class ImportTally:
    """Counts what becomes of the encounters of an import."""

    def __init__(self) -> None:
        self.files = 0
        self._counts: Counter[Result] = Counter()

    def add(self, result: Result, count: int = 1) -> None:
        """Count encounters of which the same became."""
        self._counts[result] += count

    def told(self) -> dict[str, int]:
        """How many files, and how many encounters by what became of them."""
        counts = {result.name.lower(): self._counts[result] for result in _COUNTED}
        return {"files": self.files, **counts}


@contextmanager
def recorded_import(database: Database, way: ImportWay, actor: User) -> Iterator[ImportTally]:
    """Count an import while it lasts and say so in the ledger, also of one that broke off.

    Raises PermissionDenied for a role that takes in no notes.
    """
    check_may(actor, Act.TAKE_IN)
    tally, complete = ImportTally(), False
    try:
        yield tally
        complete = True
    finally:
        said = {"way": way.value, "complete": complete, **tally.told()}
        with database.write() as session:
            write_entry(session, EventKind.IMPORTED, said, actor)
