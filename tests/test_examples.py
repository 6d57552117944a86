"""Every example in a docstring says what happens."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from icd9_review.settings import ROOT

_PACKAGE = ROOT / "icd9_review"


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


WITH_EXAMPLES = sorted(
    _module(path) for path in _PACKAGE.rglob("*.py") if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_hold(name: str) -> None:
    found = doctest.testmod(import_module(name))
    assert (found.failed, found.attempted > 0) == (0, True)


def test_what_a_data_scientist_calls_first_has_an_example() -> None:
    wanted = {"codes.table", "codes.hierarchy", "suggestions", "evidence", "notes.text.sections"}
    assert {f"icd9_review.{name}" for name in wanted} <= set(WITH_EXAMPLES)
