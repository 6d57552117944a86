"""A gold standard: codes of encounters that somebody outside the program has settled, from CSV."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from icd9_review.codes.notation import normalise
from icd9_review.errors import CodeError, InputError
from icd9_review.quality.agreement.codings import Coding
from icd9_review.values import CodeKey, Kind

_NEEDED = ("encounter", "code")
_SEPARATORS = ",;\t"
_QUOTED = 40  # characters of a cell that a message repeats, as of a code that is not one


@dataclass(frozen=True, slots=True)
class GoldStandard:
    """The codings of a file, and the encounters it names that are not among the known ones."""

    codings: tuple[Coding, ...]
    unknown: tuple[str, ...]


def read_gold(text: str, labels: Mapping[str, str], member: str = "Gold standard") -> GoldStandard:
    """The codes of a file by encounter; ``labels`` is what people call each encounter, by its id.

    The first line names the columns: ``encounter`` (as E-00042), ``code`` and, where there are
    procedures, ``kind``; others are passed over. Columns are apart by comma, semicolon or tab. A
    line without a code says that the encounter has none. Raises InputError with the line that
    cannot be read.

    >>> found = read_gold("encounter,code\\nE-00001,4280\\nE-00001,486\\n", {"x": "E-00001"})
    >>> sorted(code for _, code in found.codings[0].codes)
    ['428.0', '486']
    """
    ids = {label: encounter for encounter, label in labels.items()}
    codes: dict[str, set[CodeKey]] = defaultdict(set)
    for line in gold_lines(text):
        codes[line.encounter].update(() if line.key is None else (line.key,))
    if not codes:
        raise InputError("The gold standard has no line below its first one; give it some codes.")
    known = [
        Coding(ids[each], member, frozenset(held)) for each, held in codes.items() if each in ids
    ]
    return GoldStandard(tuple(known), tuple(sorted(codes.keys() - ids.keys())))


@dataclass(frozen=True, slots=True)
class GoldLine:
    """A line of a file: an encounter's label, a code of it or None, its POA as written or empty."""

    encounter: str
    key: CodeKey | None
    poa: str


def gold_lines(text: str) -> Iterator[GoldLine]:
    """The lines of a file, as ``read_gold`` takes them. Raises InputError."""
    lines = text.removeprefix("\ufeff").splitlines()
    first = lines[0] if lines else ""
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.DictReader(lines, delimiter=separator)
    reader.fieldnames = _named(reader.fieldnames or ())
    for number, row in enumerate(reader, start=2):
        poa = (row.get("poa") or "").strip()
        yield GoldLine(_encounter(row, number), _code(row, number), poa)


def _named(columns: Sequence[str]) -> list[str]:
    names = [each.strip().casefold() for each in columns]
    missing = [each for each in _NEEDED if each not in names]
    if missing:
        raise InputError(
            f"The gold standard has no column {' and no column '.join(missing)}; its first line "
            "names the columns: encounter, code and, for procedures, kind."
        )
    return names


def _encounter(row: Mapping[str, str | None], number: int) -> str:
    given = (row["encounter"] or "").strip().upper()
    if not given:
        raise InputError(f"Line {number} of the gold standard names no encounter.")
    return given


def _code(row: Mapping[str, str | None], number: int) -> CodeKey | None:
    given, kind = (row["code"] or "").strip(), (row.get("kind") or Kind.DIAGNOSIS).strip()
    if kind not in list(Kind):
        raise InputError(
            f"Line {number} of the gold standard: {kind[:_QUOTED]!r} is no kind of code; write "
            "diagnosis or procedure."
        )
    if not given:
        return None
    try:
        return Kind(kind), normalise(given, Kind(kind))
    except CodeError as error:
        raise InputError(f"Line {number} of the gold standard: {error}") from None
