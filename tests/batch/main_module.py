"""A main module for processes that begin in a test."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest


@pytest.fixture(autouse=True)
def plain_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that begins imports the main module of this one, which may be an AppTest's page."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
