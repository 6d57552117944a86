"""The shape of the code: small rooms, small modules, one meaning for a name."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from icd9_review.settings import ROOT

_MOST_MODULES = 15  # side by side: a drawer of 25 is searched, one of 8 is seen
_MOST_LINES = 350  # about as much as one reason fills
_SOURCES = (".py", ".js", ".css")
_PACKAGE = ROOT / "icd9_review"
_MIGRATIONS = _PACKAGE / "store" / "database" / "versions"
_GLOSSARY = ROOT / "docs" / "architecture.md"


def _sources() -> list[Path]:
    found = [ROOT / "app.py"]
    for folder in (_PACKAGE, ROOT / "pages"):
        found += [path for path in folder.rglob("*") if path.suffix in _SOURCES]
    return [path for path in found if _MIGRATIONS not in path.parents]


def _public_names(path: Path) -> Iterator[str]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names = [node.target.id]
        else:
            continue
        yield from (name for name in names if not name.startswith("_"))


def _shared_names() -> dict[str, set[str]]:
    """Names that modules may share, with the modules, from the table of the page."""
    page = _GLOSSARY.read_text(encoding="utf-8")
    table = page.split("| shared name |", 1)[1].split("\n\n", 1)[0]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", table, re.M)
    return {name: set(re.findall(r"`([\w/]+)`", where)) for name, where in rows}


def test_no_folder_has_more_modules_than_one_sees() -> None:
    counts = Counter(path.parent for path in _sources() if path.stem != "__init__")
    crowded = {
        str(folder.relative_to(ROOT)): n for folder, n in counts.items() if n > _MOST_MODULES
    }
    assert not crowded


def test_modules_are_short() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in _sources()}
    assert {str(path): count for path, count in lines.items() if count > _MOST_LINES} == {}


def test_a_public_name_has_one_meaning() -> None:
    homes: dict[str, set[str]] = defaultdict(set)
    for path in _sources():
        if path.suffix == ".py" and _PACKAGE in path.parents and path.stem != "__init__":
            for name in _public_names(path):
                homes[name].add(path.relative_to(_PACKAGE).with_suffix("").as_posix())
    allowed = _shared_names()
    doubled = {
        name: sorted(modules)
        for name, modules in homes.items()
        if len(modules) > 1 and not all(_stands_in(module, allowed, name) for module in modules)
    }
    assert not doubled


def _stands_in(module: str, allowed: dict[str, set[str]], name: str) -> bool:
    return any(module == room or module.startswith(f"{room}/") for room in allowed.get(name, ()))


def test_every_word_of_the_glossary_stands_there_once() -> None:
    page = _GLOSSARY.read_text(encoding="utf-8")
    table = page.split("| word | meaning |", 1)[1].split("\n\n", 1)[0]
    words = re.findall(r"^\| ([\w ]+) \|", table, re.M)
    assert len(words) > 30
    assert [word for word, count in Counter(words).items() if count > 1] == []
