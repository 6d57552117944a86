"""The scripts' own tests, which Deno runs without a network, and what they show of the keys."""

from __future__ import annotations

import re

from icd9_review.settings import ROOT
from tests.ui.deno import deno

KEYS = re.compile(r'^  \{\s*key: "(.)",\s*words: "([^"]+)"', re.MULTILINE)


def test_the_tests_of_the_scripts_pass() -> None:
    told = deno("test", "--no-check", "--no-remote", "--no-npm", "--deny-net", "tests/ui")
    assert re.search(r"\d+ passed", told), told


def test_the_guide_has_every_key_of_the_sheet() -> None:
    script = ROOT / "icd9_review" / "ui" / "workbench" / "browser" / "keys.js"
    keys = dict(KEYS.findall(script.read_text("utf-8")))
    assert len(keys) == script.read_text("utf-8").count('words: "') > 20
    guide = (ROOT / "docs" / "coder-guide.md").read_text("utf-8")
    assert [key for key in keys if f"`{key}`" not in guide] == []
    told = re.findall(r"^\| `(.)`", guide, re.MULTILINE)
    assert [key for key in told if key not in keys] == []
