"""What an import brings with it, seen in a process of its own: the linter sees only the words."""

from __future__ import annotations

import subprocess
import sys

from icd9_review.settings import ROOT

_HEAVY = ("torch", "transformers", "captum", "streamlit")
_LIGHT = (
    "icd9_review",
    "icd9_review.cli.main",
    "icd9_review.codes",
    "icd9_review.notes",
    "icd9_review.review.fold",
    "icd9_review.review.rules",
    "icd9_review.export.writing",
    "icd9_review.store.database.engine",
    "icd9_review.store.intake.encounters",
    "icd9_review.model",
    "icd9_review.model.folder.files",
    "icd9_review.evidence",
)
_PROGRAM = """
import importlib, sys
heavy, light = (names.split(",") for names in sys.argv[1:])
for name in light:
    importlib.import_module(name)
    if brought := {*heavy} & {*sys.modules}:
        sys.exit(f"importing {name} loads {sorted(brought)}")
"""


def test_importing_leaves_the_heavy_libraries_unloaded() -> None:
    """One after the other in one process: the first that brings one in is named."""
    program = [sys.executable, "-c", _PROGRAM, ",".join(_HEAVY), ",".join(_LIGHT)]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
