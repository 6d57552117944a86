"""Every example says what happens: in docstrings, and on the pages of the documentation."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from icd9_review.settings import ROOT

_PACKAGE = ROOT / "icd9_review"
_DOCS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_BLOCK = re.compile(r"```python\n(.*?)```", re.S)

# What a data scientist calls from a notebook: every function of these modules.
_CALLED = """
    codes.built_in codes.chapters codes.hierarchy codes.notation codes.successors codes.table
    codes.book codes.edits.ranges codes.edits.rules codes.edits.unchecked
    notes.demonstration notes.intake.facts notes.text.assertions
    outline.breaks outline.sections outline.sentences
    suggestions evidence
    statistics.calibration statistics.metrics statistics.ranking statistics.thresholds
    evaluation.labelled.scoring model.folder.labels
"""
# Helpers of their neighbours, which a notebook has no use for.
_HELPERS = {
    "in_range", "read_package_file", "retired_codes", "bins_error", "code_aucs",
    "choose_scores", "label_places", "rank_all",
}  # fmt: skip


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


WITH_EXAMPLES = sorted(
    _module(path) for path in _PACKAGE.rglob("*.py") if ">>> " in path.read_text(encoding="utf-8")
)
PAGES = [page for page in _DOCS if ">>> " in page.read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_hold(name: str) -> None:
    found = doctest.testmod(import_module(name))
    assert (found.failed, found.attempted > 0) == (0, True)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_of_a_page_hold_from_top_to_bottom(page: Path) -> None:
    code = "\n".join(_BLOCK.findall(page.read_text(encoding="utf-8")))
    test = doctest.DocTestParser().get_doctest(code, {}, page.name, str(page), 0)
    found = doctest.DocTestRunner().run(test)
    assert (found.failed, found.attempted > 0) == (0, True)


def _without_example(module: str) -> Iterator[str]:
    path = _PACKAGE.joinpath(*module.split(".")).with_suffix(".py")
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        if ">>> " not in (ast.get_docstring(node) or ""):
            yield node.name


@pytest.mark.parametrize("module", _CALLED.split())
def test_what_a_data_scientist_calls_has_an_example(module: str) -> None:
    assert set(_without_example(module)) <= _HELPERS
