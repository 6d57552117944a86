"""The types that the scripts read are those that Python sends, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, get_type_hints

import pytest

from icd9_review.settings import ROOT
from icd9_review.ui.explanation.sheet import Sheet
from icd9_review.ui.what_if.view import WhatIfView
from icd9_review.ui.workbench.view import WorkbenchView
from icd9_review.values import Verdict
from tests.ui.contract import declare

PARTS = get_type_hints(WorkbenchView)


@dataclass(frozen=True)
class Inner:
    kind: Verdict
    pairs: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Outer:
    name: Literal["a", "b"]
    inner: Mapping[str, tuple[Inner, ...]]
    missing: int | None


@pytest.mark.parametrize(
    ("file", "declared"),
    [
        (
            "workbench/browser/view.d.ts",
            declare("WorkbenchView", *(PARTS[part.name] for part in fields(WorkbenchView))),
        ),
        ("explanation/browser/sheet.d.ts", declare("Sheet", Sheet)),
        ("what_if/browser/view.d.ts", declare("WhatIfView", WhatIfView)),
    ],
)
def test_the_scripts_read_what_python_sends(file: str, declared: str) -> None:
    stored = (ROOT / "icd9_review" / "ui" / file).read_text("utf-8")
    head, _, types = stored.partition("\n\n")
    assert head.startswith("// What Python sends")
    assert types == declared, f"write this into {file}:\n\n{declared}"


def test_a_dataclass_is_declared_with_all_it_is_made_of() -> None:
    verdicts = " | ".join(f'"{each.value}"' for each in Verdict)
    assert declare("Outer", Outer) == (
        'export interface Outer {\n  name: "a" | "b";\n  inner: Record<string, Inner[]>;\n'
        "  missing: number | null;\n}\n\n"
        f"export interface Inner {{\n  kind: {verdicts};\n  pairs: [string, number][];\n}}\n"
    )


def test_what_json_cannot_carry_is_refused() -> None:
    @dataclass(frozen=True)
    class Odd:
        value: set[str]

    with pytest.raises(TypeError, match="no form in the browser"):
        declare("Odd", Odd)
