"""The app without what trains and measures models: both may be left out of a deployment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from icd9_review.settings import ROOT

_LABORATORY = ("training", "evaluation", "benchmark")
_COPIED = ("app.py", "pages", "icd9_review", "tests", "pyproject.toml", ".streamlit", "docs")
_LINKED = (
    *("models", "README.md", "requirements.txt", "constraints.txt", "scripts", "Makefile"),
    *("alembic.ini", "Dockerfile", ".dockerignore", "compose.yaml", "Caddyfile", "deploy"),
    *("requirements-dev.txt", "constraints-dev.txt"),
)

_OF_THE_WHOLE = (
    *("cli/test_evaluate.py", "cli/test_documented.py", "test_examples.py"),
    *("cli/models/test_model.py", "test_patterns.py", "test_security_page.py"),
)
"""Tests of what documentation, commands and collections have of the three rooms."""

_IMPORT_EVERYTHING = """
import importlib, pkgutil, icd9_review
for module in pkgutil.walk_packages(icd9_review.__path__, "icd9_review."):
    name = module.name
    if not name.startswith(("icd9_review.cli.", "icd9_review.store.database.env")):
        importlib.import_module(name)
"""

_ASK_FOR_COMMANDS = """
import sys
from icd9_review.__main__ import main
asked = sys.argv[1:]
for command in asked:
    sys.argv[1:] = [command]
    try:
        main()
    except SystemExit as ended:
        assert ended.code == 2, command
    else:
        raise AssertionError(command)
"""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program without the three rooms and their tests."""
    copy = tmp_path_factory.mktemp("alone")
    for name in _COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name)  # with what is compiled of the same sources
        else:
            shutil.copy(source, copy / name)
    for name in _LINKED:
        (copy / name).symlink_to(ROOT / name)
    for room in _LABORATORY:
        shutil.rmtree(copy / "icd9_review" / room)
        shutil.rmtree(copy / "tests" / room)
    for name in (*_OF_THE_WHOLE, Path(__file__).name):
        (copy / "tests" / name).unlink()
    return copy


def _python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )


def test_every_other_module_can_be_imported(alone: Path) -> None:
    done = _python(alone, "-W", "ignore", "-c", _IMPORT_EVERYTHING)
    assert done.returncode == 0, done.stderr[-2000:]


def test_commands_of_the_laboratory_are_not_there(alone: Path) -> None:
    done = _python(alone, "-c", _ASK_FOR_COMMANDS, "train", "evaluate", "bench")
    assert done.returncode == 0, done.stderr[-2000:]
    for missing in ("train", "evaluate", "bench"):
        assert f"No such command '{missing}'" in done.stderr


def test_a_command_that_needs_the_laboratory_says_so(alone: Path, tmp_path: Path) -> None:
    done = _python(alone, "-m", "icd9_review", "model", "card", str(tmp_path))
    assert done.returncode == 2
    assert done.stderr.startswith("error: this command needs icd9_review.training")


@pytest.mark.long
def test_the_tests_of_the_app_pass(alone: Path) -> None:
    unhurried = ("--timeout", "0")  # as every long round is
    done = _python(alone, "-m", "pytest", "-n", "logical", "--dist", "loadfile", *unhurried)
    assert done.returncode == 0, done.stdout[-4000:]
