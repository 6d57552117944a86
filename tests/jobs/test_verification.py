"""The ledger is verified beside the pages, once at a time."""

from __future__ import annotations

import time
from threading import Event as Gate

import pytest

from icd9_review.errors import PermissionDenied, StoreError
from icd9_review.jobs import verification
from icd9_review.jobs.verification import Verification, Verified
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.users import users
from icd9_review.values import EventKind, Finding, Role, User
from tests.encounters import add_encounter, coders


@pytest.fixture
def auditor(sqlite: Database) -> User:
    return next(person for person in users(sqlite) if person.role is Role.AUDITOR)


def ended(running: Verification) -> Verified:
    deadline = time.monotonic() + 60
    while running.running is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert running.last is not None
    return running.last


def test_it_tells_who_asked_and_that_all_is_well_and_is_an_event(
    sqlite: Database, auditor: User
) -> None:
    add_encounter(sqlite)
    asked = Verification()
    assert asked.start(sqlite, auditor)
    last = ended(asked)
    assert (last.person, last.findings, last.problem) == (auditor.name, (), "")
    event = ledger.events(sqlite, ledger.SYSTEM)[-1]
    assert (event.kind, event.payload["findings"]) == (EventKind.LEDGER_VERIFIED, 0)


def test_a_second_one_waits_for_nobody(
    sqlite: Database, auditor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, asked = Gate(), Verification()

    def slow(_: Database) -> list[Finding]:
        gate.wait(60)
        return [Finding("system", 1, "the event was changed")]

    monkeypatch.setattr(verification, "verify", slow)
    assert asked.start(sqlite, auditor)
    assert not asked.start(sqlite, auditor)
    assert asked.running is not None
    gate.set()
    assert len(ended(asked).findings) == 1


def test_what_keeps_it_from_ending_is_a_sentence(
    sqlite: Database, auditor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Database) -> list[Finding]:
        raise StoreError("The database does not answer.")

    monkeypatch.setattr(verification, "verify", away)
    asked = Verification()
    asked.start(sqlite, auditor)
    assert ended(asked).problem == "The database does not answer."
    assert asked.start(sqlite, auditor)
    ended(asked)


def test_only_who_looks_into_the_ledger_asks_for_it(sqlite: Database) -> None:
    with pytest.raises(PermissionDenied):
        Verification().start(sqlite, coders(sqlite)[0])
