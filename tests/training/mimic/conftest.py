"""Generated tables shaped like those of MIMIC-III, written anew for each test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from tests.training.mimic.tables import Table, invented_tables, write_tables


class WriteTables(Protocol):
    def __call__(
        self,
        *,
        patients: int = 12,
        gz: bool = False,
        change: Callable[[dict[str, Table]], None] | None = None,
    ) -> Path: ...


@pytest.fixture
def mimic_tables(tmp_path: Path) -> WriteTables:
    """Writes the five tables to a folder; ``change`` may edit their rows first."""

    def write(
        *,
        patients: int = 12,
        gz: bool = False,
        change: Callable[[dict[str, Table]], None] | None = None,
    ) -> Path:
        tables = invented_tables(patients)
        if change:
            change(tables)
        return write_tables(tmp_path / "mimic", tables, gz=gz)

    return write
