"""Every regular expression of the program takes time in proportion to what it reads (ASVS 1.3.12).

All patterns are collected from the modules themselves, so that a new one is looked at too. Each is
given strings made from its own pieces to make it try in vain (``tests/attacks``).
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

import icd9_review
from tests.attacks import BOUND, Scan, attacks, growth

MOST = 10
"""Pieces of a pattern that are tried with every change; all of them in long rounds."""

OURS_ALONE = tuple(
    f"icd9_review.{room}"
    for room in (
        *("training", "evaluation", "benchmark", "codes.official"),
        *("naming.terms", "naming.phrase_file"),
    )
)
"""What reads files that whoever runs it has chosen, and phrases of the books made of them."""

READS_LITTLE = {
    "codes.titles _VAGUE_END": "a title of the table",
    "notes.text.facts.disposition _BEFORE": "so many characters before what tells of a disposition",
    "notes.text.units _OPENS": "twelve characters before a number",
    r"ui.explanation.passage inline \s+\S*\Z": "what a passage shows behind a window",
    "outline.breaks _LAST_WORD": "twelve characters before a full stop",
}
"""Patterns that read no more than is said here, whatever somebody sends."""

NO_MODULES = ("__main__", "database.env")

AT_ONE_PLACE = {"match", "fullmatch"}


def modules() -> Iterator[ModuleType]:
    """Every module that may see what somebody else wrote."""
    for found in pkgutil.walk_packages(icd9_review.__path__, "icd9_review."):
        if not found.name.startswith(OURS_ALONE) and not found.name.endswith(NO_MODULES):
            yield importlib.import_module(found.name)


def held(value: object, depth: int = 4) -> Iterator[re.Pattern[str]]:
    """The patterns in a value, however it holds them."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, Mapping):
        for each in value.values():
            yield from held(each, depth - 1)
    elif depth and isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from held(each, depth - 1)
    elif depth and is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from held(getattr(value, field.name, None), depth - 1)


def methods(source: str) -> dict[str, set[str]]:
    """Which methods of each name a module calls."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.setdefault(node.value.id, set()).add(node.attr)
    return found


def written_inline(source: str) -> Iterator[tuple[re.Pattern[str], str]]:
    """Patterns that are given to ``re`` where they are used, and how."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr=used),
                args=[ast.Constant(value=str(pattern)), *_],
            ) if used not in ("compile", "escape"):
                yield re.compile(pattern), used


@cache
def collected() -> dict[str, tuple[re.Pattern[str], Scan]]:
    """Every pattern, by its module, name and text, with the way in which it is used."""
    found: dict[str, tuple[re.Pattern[str], Scan]] = {}
    for module in modules():
        source = Path(module.__file__ or "").read_text("utf-8")
        called = methods(source)
        named = [
            (name, each, called.get(name, set()))
            for name, value in vars(module).items()
            for each in held(value)
        ]
        inline = [("inline", each, {how}) for each, how in written_inline(source)]
        for name, pattern, used in [*named, *inline]:
            if isinstance(pattern.pattern, bytes):
                pattern = re.compile(pattern.pattern.decode("latin-1"), pattern.flags | re.ASCII)
            key = f"{module.__name__.removeprefix('icd9_review.')} {name} {pattern.pattern}"
            found.setdefault(key, (pattern, scan_of(pattern, used)))
    return found


def scan_of(pattern: re.Pattern[str], used: set[str]) -> Scan:
    """How a pattern goes over a text: once from its beginning, or from every place in turn."""
    if used and used <= AT_ONE_PLACE:
        return pattern.fullmatch if used == {"fullmatch"} else pattern.match

    def scan(text: str) -> None:
        for _ in pattern.finditer(text):
            pass

    return scan


def slow(most: int) -> list[str]:
    """The patterns whose time grows faster than the text, with what shows it."""
    return [
        f"{key}\n    {make(60)!r}: a character costs {found:.0f} times as much"
        for key, (pattern, scan) in collected().items()
        if not key.startswith(tuple(READS_LITTLE))
        for make in attacks(pattern, most)
        if (found := growth(scan, make)) > BOUND
    ]


def test_every_pattern_takes_time_in_proportion_to_its_text() -> None:
    found = slow(MOST)
    assert not found, "\n".join(found)


@pytest.mark.long
def test_every_pattern_takes_time_in_proportion_to_its_text_whatever_is_repeated() -> None:
    found = slow(10_000)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$",
        r"\s+$",
        r"<!--.*?-->",
        r"(?:[a-z]+ ?)*;",
        r"(\w+\s*)+:",
        r"\d+\.\d+x",
        r"a.*b.*c",
    ],
)
def test_a_pattern_that_goes_back_over_its_text_is_found(pattern: str) -> None:
    compiled = re.compile(pattern, re.DOTALL)
    scan = scan_of(compiled, set())
    assert any(growth(scan, make) > BOUND for make in attacks(compiled, MOST))


def test_the_collection_holds_what_reads_notes_and_what_is_written_inline() -> None:
    rooms = {key.split(" ")[0].split(".")[0] for key in collected()}
    assert {"notes", "outline", "codes", "ui", "naming", "export"} <= rooms
    assert len(collected()) > 150
    assert r"ui.explanation.passage inline \s+" in collected()
    assert [name for name in READS_LITTLE if not any(map(starts(name), collected()))] == []


def starts(name: str) -> Callable[[str], bool]:
    return lambda key: key.startswith(name)
