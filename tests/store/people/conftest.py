"""Passwords are kept as in earnest, but for how long it takes."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from icd9_review.store.people import passwords

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", QUICK)
    monkeypatch.setattr(passwords, "_of_nobody", lambda: QUICK.hash("nobody"))
