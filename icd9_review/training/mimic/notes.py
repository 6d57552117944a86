"""Discharge summaries with their addenda, kept on disk until they are written out.

CAML reads discharge summaries alone and joins an admission's into one document (Mullenbach
et al. 2018). Reports come first, then addenda, each in the order of CHARTDATE, CHARTTIME
and ROW_ID.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from icd9_review.training.mimic.admissions import Admission
from icd9_review.training.mimic.dates import read_date
from icd9_review.training.mimic.tables import NOTEEVENTS, MimicRow, read_table

_CATEGORY = "Discharge summary"
_ADDENDUM = {"Report": False, "Addendum": True}
_ERROR = {"": False, "0": False, "1": True}
_REPORTED = 250_000  # rows between two lines of progress; by judgement


@dataclass(frozen=True, slots=True, order=True)
class ReportPart:
    """One report or addendum, ordered as it is joined; its text's place in the file is bytes."""

    addendum: bool
    day: str
    time: str
    row: int
    offset: int
    length: int


def keep_summaries(
    folder: Path,
    admissions: Mapping[str, Admission],
    coded: Collection[str],
    file: IO[bytes],
    tally: Counter[str],
    report: Callable[[str], None],
) -> dict[str, list[ReportPart]]:
    """Append the summaries of coded admissions to ``file``; where each is, by HADM_ID.

    What is left out is tallied. Raises CorpusError naming the line for a DESCRIPTION or an
    ISERROR that MIMIC-III does not have, for a date in another form, and for an admission
    that is another patient's in ADMISSIONS.
    """
    found: dict[str, list[ReportPart]] = {}
    uncoded: set[str] = set()
    for number, row in enumerate(read_table(folder, NOTEEVENTS), 1):
        if number % _REPORTED == 0:
            report(f"NOTEEVENTS: {number:,} rows read")
        if row.cells["CATEGORY"].strip() != _CATEGORY:
            continue
        admission = _admission_of(row, admissions, tally)
        if admission is None:
            continue
        if admission in coded:
            found.setdefault(admission, []).append(_keep(row, file))
        else:
            uncoded.add(admission)
    tally["admissions with a summary and without a code"] += len(uncoded)
    for parts in found.values():
        parts.sort()
    return found


def join_parts(file: IO[bytes], parts: list[ReportPart]) -> str:
    """An admission's document: its parts joined by a line break."""
    texts = []
    for part in parts:
        file.seek(part.offset)
        texts.append(file.read(part.length).decode("utf-8"))
    return "\n".join(texts)


def _admission_of(
    row: MimicRow, admissions: Mapping[str, Admission], tally: Counter[str]
) -> str | None:
    """The HADM_ID of a summary that counts, or None, tallied."""
    if _one_of(row, "ISERROR", _ERROR):
        tally["summaries marked as errors"] += 1
    elif not row.cells["HADM_ID"].strip():
        tally["summaries without HADM_ID"] += 1
    elif not row.cells["TEXT"].strip():
        tally["summaries without text"] += 1
    else:
        admission = row.identifier("HADM_ID")
        if admission in admissions:
            _refuse_other_patient(row, admissions[admission].subject)
            return admission
        tally["summaries of admissions that ADMISSIONS lacks"] += 1
    return None


def _keep(row: MimicRow, file: IO[bytes]) -> ReportPart:
    text = row.cells["TEXT"].encode("utf-8")
    day, time = ("", "")
    if row.cells["CHARTDATE"].strip():
        day = read_date(row, "CHARTDATE").isoformat()
    if row.cells["CHARTTIME"].strip():
        read_date(row, "CHARTTIME")
        time = row.cells["CHARTTIME"].strip()
    addendum = _one_of(row, "DESCRIPTION", _ADDENDUM)
    offset = file.tell()
    file.write(text)
    return ReportPart(addendum, day, time, int(row.identifier("ROW_ID")), offset, len(text))


def _one_of(row: MimicRow, column: str, values: Mapping[str, bool]) -> bool:
    cell = row.cells[column].strip()
    if cell not in values:
        expected = " or ".join(value or "nothing" for value in values)
        raise row.error(column, f"a discharge summary of MIMIC-III has {expected} here")
    return values[cell]


def _refuse_other_patient(row: MimicRow, subject: str) -> None:
    if row.identifier("SUBJECT_ID") != subject:
        raise row.error(
            "SUBJECT_ID", "the admission is another patient's in ADMISSIONS; mixed files?"
        )
