"""The page for a security officer names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

from icd9_review.settings import ROOT

PAGE = ROOT / "docs" / "security.md"
TESTS = Path(__file__).parent


def test_every_test_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text("utf-8")))
    text = "".join(path.read_text("utf-8") for path in TESTS.rglob("test_*.py"))
    there = set(re.findall(r"def (test_\w+)\(", text))
    assert len(named) > 40
    assert named - there == set()


def test_what_runs_in_long_rounds_alone_is_marked_so() -> None:
    files = [path.read_text("utf-8") for path in TESTS.rglob("test_*.py")]
    long = "".join(text for text in files if re.search(r"^pytestmark = .*mark\.long", text, re.M))
    only_long = set(re.findall(r"^def (test_\w+)\(", long, re.M))
    named = re.findall(r"`(test_\w+)`( \(long\))?", PAGE.read_text("utf-8"))
    assert {name for name, _ in named} & only_long == {name for name, mark in named if mark}
