"""Deno, which checks and runs the scripts of the browser without one and without a network."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from pathlib import Path

from icd9_review.settings import ROOT


def deno(*arguments: str, given: str = "") -> str:
    """What a command of Deno prints for this input; fails with all it said."""
    run = subprocess.run(
        [Path(sysconfig.get_path("scripts")) / "deno", *arguments],
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1", "DENO_NO_UPDATE_CHECK": "1"},
        input=given,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout
