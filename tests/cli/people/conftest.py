"""What tests of commands about people share: a console on a database of their own."""

from __future__ import annotations

import pytest

from icd9_review.store.database.engine import Database
from tests.cli.test_main import Console


@pytest.fixture
def console(
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    sqlite: Database,
    sqlite_address: str,
) -> Console:
    monkeypatch.setenv("DATABASE_URL", sqlite_address)
    return Console(capfd, monkeypatch)
