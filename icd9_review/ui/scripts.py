"""Joins the modules of a component's scripts into the one script that Streamlit takes.

The scripts are real modules that say what they take and give: ``import { name } from "./file.js";``
and ``export`` before what it exports, all at the beginning of a line. They are put one after the
other into one scope, what is imported before what imports it, as a browser would evaluate them.
So two of them must not give the same name to different things. Deno checks the same files with
their types (`make check`); what is refused here would otherwise fail only in a browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SHARED: Final = Path(__file__).parent / "browser"
"""The scripts and styles that several components use."""

_IMPORT: Final = re.compile(r'^import \{([^{}]*)\} from "(\.[^"\n]*\.js)";\n', re.MULTILINE)
_DECLARED: Final = re.compile(
    r"^(?P<export>export )?(?:async )?(?:function\*?|class|const|let) +(?P<name>[A-Za-z_$][\w$]*)",
    re.MULTILINE,
)
_ENTRY: Final = re.compile(r"^export default function\b", re.MULTILINE)
_LEFT_OVER: Final = re.compile(
    r"^(?:import\b|export (?!default function\b)|var\b|(?:const|let) *[\[{]).*", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class _Module:
    """A script: what it takes from each file, what it gives, all it declares, and the rest."""

    takes: Mapping[Path, tuple[str, ...]]
    gives: frozenset[str]
    names: tuple[str, ...]
    body: str


def join_scripts(entry: Path) -> str:
    """The script of a component from its entry, whose default export is what Streamlit calls.

    Raises ValueError for a name that the file it is taken from does not give, for one that two
    files declare, for an import or export of another form, and OSError for a file that is not
    there.
    """
    modules = dict(_load(entry.resolve(), {}))
    _check(modules, entry.resolve())
    return "\n".join(module.body for module in modules.values())


def join_styles(*files: Path) -> str:
    """The styles of a component, later ones over earlier ones."""
    return "\n".join(file.read_text("utf-8") for file in files)


def _load(path: Path, begun: dict[Path, _Module]) -> Iterator[tuple[Path, _Module]]:
    """A module behind all that it takes from, each once; in a circle as far as that goes."""
    if path in begun:
        return
    begun[path] = module = _read(path)
    for taken in module.takes:
        yield from _load(taken, begun)
    yield path, module


def _read(path: Path) -> _Module:
    text = path.read_text("utf-8")
    takes: dict[Path, tuple[str, ...]] = {}
    for names, source in _IMPORT.findall(text):
        taken = tuple(name.strip() for name in names.split(",") if name.strip())
        takes[(path.parent / source).resolve()] = taken
    body = _IMPORT.sub("", text)
    if wrong := _LEFT_OVER.search(_DECLARED.sub("", body)):
        raise ValueError(f"{path.name}: what is this? {wrong[0].strip()}")
    declared = tuple(_DECLARED.finditer(body))
    return _Module(
        takes=takes,
        gives=frozenset(each["name"] for each in declared if each["export"]),
        names=tuple(each["name"] for each in declared),
        body=_DECLARED.sub(lambda each: each[0].removeprefix("export "), body),
    )


def _check(modules: Mapping[Path, _Module], entry: Path) -> None:
    homes: dict[str, Path] = {}
    for path, module in modules.items():
        for source, taken in module.takes.items():
            if unknown := sorted({*taken} - modules[source].gives):
                raise ValueError(
                    f"{path.name} takes {unknown[0]}, which {source.name} does not give"
                )
        for name in module.names:
            if name in homes:
                raise ValueError(f"{homes[name].name} and {path.name} both declare {name}")
            homes[name] = path
        if bool(_ENTRY.search(module.body)) != (path == entry):
            raise ValueError(f"{path.name}: the entry, and it alone, exports a default function")
