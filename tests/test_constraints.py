"""constraints.txt: every package that the program runs on, as it is installed and tested here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from icd9_review.settings import ROOT
from tests.test_audit import audit

__all__ = ["audit"]

AGAIN = "make constraints makes the file anew, make test installs what stands there"
_WITH_TORCH = re.compile("(torch|triton$|cuda-|nvidia-)")  # what comes from its index with it


def entries() -> Iterator[tuple[Requirement, list[str]]]:
    """Each package of the file with its hashes."""
    text = (ROOT / "constraints.txt").read_text("utf-8").replace("\\\n", "")
    for line in text.splitlines():
        if not line.startswith("#"):
            said, *hashes = line.split("--hash=")
            yield Requirement(said.strip()), [each.strip() for each in hashes]


@pytest.fixture(scope="module")
def pinned() -> dict[str, str]:
    """The packages for this system and their versions."""
    return {
        canonicalize_name(each.name): str(each.specifier).removeprefix("==")
        for each, _ in entries()
        if each.marker is None or each.marker.evaluate()
    }


def test_every_package_has_one_version_and_hashes() -> None:
    for package, hashes in entries():
        assert re.fullmatch(r"==[^*,]+", str(package.specifier)), package
        assert hashes, package
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", each) for each in hashes), package


def test_torch_and_what_comes_with_it_are_left_to_its_index(pinned: dict[str, str]) -> None:
    assert [name for name in pinned if _WITH_TORCH.match(name)] == []


def test_it_is_about_what_runs_and_about_nothing_else(audit: Any, pinned: dict[str, str]) -> None:
    wanted = [Requirement(line) for line in audit.lines(ROOT / "requirements.txt")]
    needed = {name for name in audit.runtime_packages(wanted) if not _WITH_TORCH.match(name)}
    assert needed - set(pinned) == set(), AGAIN


def test_the_versions_are_those_that_requirements_allow_and_the_tests_run_with(
    audit: Any, pinned: dict[str, str]
) -> None:
    wanted = [Requirement(line) for line in audit.lines(ROOT / "requirements.txt")]
    for each in wanted:
        if each.name != "torch":
            assert Version(pinned[canonicalize_name(each.name)]) in each.specifier, AGAIN
    installed = audit.runtime_packages(wanted)
    other = {name: there for name, there in installed.items() if pinned.get(name, there) != there}
    assert other == {}, AGAIN


def test_image_and_make_install_by_it() -> None:
    assert "--require-hashes -r constraints.txt" in (ROOT / "Dockerfile").read_text("utf-8")
    assert "!constraints.txt" in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert (ROOT / "Makefile").read_text("utf-8").count("-c $(VENV)/versions.txt") == 4


def test_what_checks_and_tests_add_has_one_version_that_is_not_the_programs_own(
    audit: Any, pinned: dict[str, str]
) -> None:
    """A tool that comes out tomorrow finds other faults; it does so when somebody takes it."""
    added = [Requirement(line) for line in audit.lines(ROOT / "constraints-dev.txt")]
    here = {
        canonicalize_name(each.name): each
        for each in added
        if not each.marker or each.marker.evaluate()
    }
    assert set(here) & set(pinned) == set(), AGAIN
    lines = audit.lines(ROOT / "requirements-dev.txt")
    wanted = [Requirement(line) for line in lines if not line.startswith("-r")]
    for each in wanted:
        name = canonicalize_name(each.name)
        if name not in pinned:
            assert version(name) in here[name].specifier, AGAIN
