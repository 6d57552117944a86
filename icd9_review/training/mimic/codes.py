"""The codes of each admission, as text with its leading zeros, dotted by their table.

DIAGNOSES_ICD and PROCEDURES_ICD write codes without dots, and some digits are a code in both
(9604 is the diagnosis 960.4 and the procedure 96.04), so the table decides the kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from icd9_review.codes.notation import normalise, undot
from icd9_review.codes.table import is_valid
from icd9_review.errors import CodeError
from icd9_review.model.folder.labels import kind_of
from icd9_review.training.mimic.tables import (
    DIAGNOSES_ICD,
    PROCEDURES_ICD,
    MimicRow,
    MimicTable,
    read_table,
)
from icd9_review.values import Kind

_AS_NUMBERS = (
    "codes that other software read as numbers lose leading zeros and gain dots. "
    "Take the file as PhysioNet gives it"
)


def code_tables(diagnoses_only: bool) -> tuple[MimicTable, ...]:
    """The tables codes are read from."""
    return (DIAGNOSES_ICD,) if diagnoses_only else (DIAGNOSES_ICD, PROCEDURES_ICD)


def read_codes(
    folder: Path, tables: Sequence[MimicTable], tally: Counter[str]
) -> dict[str, set[str]]:
    """The dotted codes by HADM_ID; admissions without any are absent.

    Empty cells, of which MIMIC-III has 47, are tallied and passed over; so are procedures of
    two digits, which are categories and no codes. Raises CorpusError naming file and line for
    a cell in wrong form or read as a number, and for a table whose codes evidently lost their
    leading zeros.
    """
    coded: dict[str, set[str]] = {}
    for table in tables:
        kind = Kind.DIAGNOSIS if table is DIAGNOSES_ICD else Kind.PROCEDURE
        known: dict[str, tuple[str, MimicRow]] = {}
        for row in read_table(folder, table):
            admission = row.identifier("HADM_ID")
            cell = row.cells["ICD9_CODE"].strip()
            if not cell:
                tally[f"rows of {table.name} without a code"] += 1
                continue
            if cell not in known:
                known[cell] = (_dotted(row, cell, kind), row)
            code, _ = known[cell]
            if kind_of(code) is kind:
                coded.setdefault(admission, set()).add(code)
            else:
                tally[f"rows of {table.name} with a category of two digits"] += 1
        _refuse_lost_zeros(known, kind)
    return coded


def _dotted(row: MimicRow, cell: str, kind: Kind) -> str:
    if "." in cell:
        raise row.error(
            "ICD9_CODE",
            f"{cell[:20]!r} has a dot, where MIMIC-III writes codes as text without one; "
            f"{_AS_NUMBERS}",
        )
    try:
        return normalise(cell, kind)
    except CodeError as error:
        if cell.isdigit():
            message = f"{cell[:20]} is no {kind} code by its number of digits; {_AS_NUMBERS}"
            raise row.error("ICD9_CODE", message) from None
        raise row.error("ICD9_CODE", str(error)) from None


def _refuse_lost_zeros(known: Mapping[str, tuple[str, MimicRow]], kind: Kind) -> None:
    """Refuse a table in which no code begins with 0 and one exists only with its zeros.

    Alone neither would prove anything: a retired code may exist with a zero before it.
    """
    if any(cell.startswith("0") for cell in known):
        return
    for cell, (code, row) in known.items():
        if not is_valid(kind, code) and (padded := _padded(cell, kind)):
            raise row.error(
                "ICD9_CODE",
                f"{cell} is no code of ICD-9-CM but {padded} is, and no code of this file "
                f"begins with 0; {_AS_NUMBERS}",
            )


def _padded(cell: str, kind: Kind) -> str | None:
    """The cell with one or two zeros put back where that makes a code, undotted."""
    if not cell.isdigit():
        return None
    for zeros in ("0", "00"):
        try:
            code = normalise(zeros + cell, kind)
        except CodeError:
            return None
        if is_valid(kind, code):
            return undot(code)
    return None
