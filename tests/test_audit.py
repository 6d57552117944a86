"""``make audit``: which packages it is about, what it makes of the answers, and how it ends."""

from __future__ import annotations

import json
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from icd9_review.settings import ROOT


@pytest.fixture(scope="module")
def audit() -> Any:
    """The script as a module."""
    loader = SourceFileLoader("audit", str(ROOT / "scripts" / "audit"))
    spec = spec_from_loader("audit", loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_it_is_about_what_runs_and_what_that_needs_and_about_no_tool(audit: Any) -> None:
    wanted = [Requirement(line) for line in audit.lines(ROOT / "requirements.txt")]
    found = audit.runtime_packages(wanted)
    assert {"streamlit", "torch", "starlette", "h11", "markupsafe"} <= set(found)
    assert not {"pytest", "mypy", "playwright", "scikit-learn"} & set(found)
    assert not any("+" in version for version in found.values())


def test_extras_bring_what_they_name(audit: Any) -> None:
    plain = audit.runtime_packages([Requirement("psycopg")])
    assert set(audit.runtime_packages([Requirement("psycopg[binary]")])) == {
        *plain,
        "psycopg-binary",
    }


def test_what_is_not_installed_is_said(audit: Any) -> None:
    with pytest.raises(SystemExit, match="no-such-package is not installed"):
        audit.runtime_packages([Requirement("No_Such.Package")])


def component(name: str) -> dict[str, str]:
    return {"name": name, "bom-ref": f"{name}==1"}


BILL = {
    "metadata": {"component": {"bom-ref": "root"}},
    "components": [component("Used_Package"), component("below"), component("tool")],
    "dependencies": [
        {"ref": "root"},
        {"ref": "Used_Package==1", "dependsOn": ["below==1", "tool==1"]},
        {"ref": "below==1"},
        {"ref": "tool==1", "dependsOn": ["below==1"]},
    ],
}


def test_the_bill_has_only_what_runs_and_hangs_together(audit: Any) -> None:
    bill = audit.own_part(BILL, {"used-package": "1", "below": "1"}, ["used-package"])
    assert [each["name"] for each in bill["components"]] == ["Used_Package", "below"]
    assert bill["dependencies"] == [
        {"ref": "root", "dependsOn": ["Used_Package==1"]},
        {"ref": "Used_Package==1", "dependsOn": ["below==1"]},
        {"ref": "below==1", "dependsOn": []},
    ]


GOOD = {"name": "good", "version": "1", "vulns": []}
BAD = {
    "name": "bad",
    "version": "2",
    "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1", "PYSEC-1"], "fix_versions": ["2.1"]}],
}
UNKNOWN = {"name": "unknown", "skip_reason": "not found"}


def answering(tools: Path, answers: list[dict[str, Any]] | None) -> Path:
    """Tools that answer so; None: they cannot reach anybody."""
    (tools / "bin").mkdir(parents=True)
    said = {
        "cyclonedx-py": f"echo '{json.dumps(BILL)}'",
        "pip-audit": "exit 1"
        if answers is None
        else f"""for last; do :; done; echo '{json.dumps({"dependencies": answers})}' > "$last" """,
    }
    for name, script in said.items():
        (tools / "bin" / name).write_text(f"#!/bin/sh\n{script}\n")
        (tools / "bin" / name).chmod(0o755)
    return tools


@pytest.mark.parametrize(
    ("answers", "code", "words"),
    [
        ([GOOD], 0, "nothing known against 1 packages"),
        ([GOOD, BAD], 1, "bad 2: PYSEC-1, CVE-1; mended in 2.1"),
        ([BAD, UNKNOWN], 1, "1 of 2 packages are not known"),
        ([GOOD, UNKNOWN], 2, "1 of 2 packages are not known"),
        (None, 2, "its service does not answer"),
    ],
)
def test_nothing_is_called_clean_that_nobody_was_asked_about(
    audit: Any,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    answers: list[dict[str, Any]] | None,
    code: int,
    words: str,
) -> None:
    folder = tmp_path / "made"
    assert audit.main(folder, answering(tmp_path / "tools", answers)) == code
    told = capsys.readouterr()
    assert words in told.out + told.err
    assert "streamlit==" in (folder / "requirements.txt").read_text()
    assert json.loads((folder / "sbom.cdx.json").read_text())["metadata"] == BILL["metadata"]
