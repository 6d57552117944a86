"""The scripts' own tests, which Deno runs without a network, and what they show of the keys."""

from __future__ import annotations

import os
import re
import subprocess
import sysconfig
from pathlib import Path

from icd9_review.settings import ROOT

KEYS = re.compile(r'^  \{\s*key: "(.)",\s*words: "([^"]+)"', re.MULTILINE)


def deno(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sysconfig.get_path("scripts")) / "deno", *arguments],
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1", "DENO_NO_UPDATE_CHECK": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_tests_of_the_scripts_pass() -> None:
    run = deno("test", "--no-remote", "--no-npm", "--deny-net", "tests/ui")
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.search(r"(\d+) passed", run.stdout), run.stdout


def test_the_guide_has_every_key_of_the_sheet() -> None:
    script = ROOT / "icd9_review" / "ui" / "workbench" / "browser" / "keys.js"
    keys = dict(KEYS.findall(script.read_text("utf-8")))
    assert len(keys) == script.read_text("utf-8").count('words: "') > 20
    guide = (ROOT / "docs" / "coder-guide.md").read_text("utf-8")
    assert [key for key in keys if f"`{key}`" not in guide] == []
    told = re.findall(r"^\| `(.)`", guide, re.MULTILINE)
    assert [key for key in told if key not in keys] == []
