"""Verification of the ledger beside the pages: one at a time, in a thread of its own."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock, Thread

from icd9_review.errors import ReviewError
from icd9_review.jobs.priority import step_back
from icd9_review.store.database.engine import Database
from icd9_review.store.ledger.verification import verify
from icd9_review.store.oversight.entries import record_verification
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.values import Finding, User


@dataclass(frozen=True, slots=True)
class Verified:
    """How a verification ended; ``problem`` says in a sentence why one could not."""

    person: str
    at: datetime
    seconds: float
    findings: tuple[Finding, ...] = ()
    problem: str = ""


class Verification:
    """What runs now, and how the last one ended that this process knows of."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._since: float | None = None
        self.last: Verified | None = None

    @property
    def running(self) -> float | None:
        """For how many seconds one has been running; None where none is."""
        since = self._since
        return None if since is None else time.monotonic() - since

    def start(self, database: Database, actor: User) -> bool:
        """Begin one, unless one is running. Raises PermissionDenied."""
        check_may(actor, Act.AUDIT)
        with self._lock:
            if self._since is not None:
                return False
            self._since = time.monotonic()
        # It only reads: with the process it may end at any moment.
        Thread(target=self._run, args=(database, actor), name="verify", daemon=True).start()
        return True

    def _run(self, database: Database, actor: User) -> None:
        step_back()
        begun = time.monotonic()
        findings: tuple[Finding, ...] = ()
        problem = ""
        try:
            findings = tuple(verify(database))
            record_verification(database, len(findings), time.monotonic() - begun, actor=actor)
        except ReviewError as error:
            problem = str(error)
        except Exception as error:  # its message may quote what is stored; the log has its place
            problem = f"It ended with an unexpected {type(error).__name__}."
            raise
        finally:
            taken = time.monotonic() - begun
            self.last = Verified(actor.name, datetime.now(UTC), taken, findings, problem)
            self._since = None
