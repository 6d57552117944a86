"""What the documentation tells people to type is there, and what is there is told."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from icd9_review.cli.main import app
from icd9_review.settings import ROOT

_PAGES = ("README.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md")))
_TYPED = re.compile(r"python -m icd9_review ([^`\n]+)")


def _page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")


def _typed() -> Iterator[tuple[str, str]]:
    """Each command of the documentation, without its comment, and the page it stands on."""
    for name in sorted(_PAGES):
        for found in _TYPED.finditer(_page(name)):
            yield name, found[1].partition("#")[0].strip()


def _resolve(words: list[str]) -> tuple[Any, list[str]]:
    """The command that some words name, and those behind it."""
    command: Any = typer.main.get_command(app)
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    return command, words


def _options(parameter: Any) -> tuple[str, ...]:
    return (*parameter.opts, *parameter.secondary_opts)


def _leaves(command: Any, path: str = "") -> Iterator[str]:
    for name, below in getattr(command, "commands", {}).items():
        yield from _leaves(below, f"{path} {name}")
    if not hasattr(command, "commands"):
        yield path.strip()


TYPED = sorted(set(_typed()))


@pytest.mark.parametrize(("page", "line"), TYPED, ids=[line[:50] for _, line in TYPED])
def test_a_command_of_the_documentation_is_there_with_its_options(page: str, line: str) -> None:
    command, words = _resolve(shlex.split(line))
    known = {"--help", *(option for each in command.params for option in _options(each))}
    assert not hasattr(command, "commands"), f"{page}: {line}"
    assert {word for word in words if word.startswith("--")} <= known, f"{page}: {line}"


def test_the_documentation_names_every_command() -> None:
    told = {" ".join(shlex.split(line)) + " " for _, line in TYPED}
    for leaf in _leaves(typer.main.get_command(app)):
        if leaf != "train default":  # which is make default-model
            assert any(line.startswith(f"{leaf} ") for line in told), leaf
