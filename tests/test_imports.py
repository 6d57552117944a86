"""What an import brings with it, seen in a process of its own: the linter sees only the words."""

from __future__ import annotations

import subprocess
import sys

import pytest

from icd9_review.settings import ROOT

_HEAVY = ("torch", "transformers", "captum", "streamlit")


@pytest.mark.parametrize(
    "module",
    [
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
    ],
)
def test_importing_leaves_the_heavy_libraries_unloaded(module: str) -> None:
    program = f"import sys, {module}; print(*({{*{_HEAVY!r}}} & {{*sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
