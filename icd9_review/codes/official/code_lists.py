"""The official lists that come as tables: Medicare Code Editor 32 and POA exempt codes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from icd9_review.codes.lists import ListName
from icd9_review.codes.notation import normalise
from icd9_review.codes.table import is_valid
from icd9_review.errors import CodeError, CodeListError
from icd9_review.values import CodeKey, Kind

Keys = dict[ListName, frozenset[CodeKey]]

MCE_HEADER = (
    "MCE_Version",
    "ICD_Version",
    "MCE_Section",
    "MCE_Subsection",
    "MCE_Edit_Type",
    "ICD_Code_Type",
    "ICD_Code",
    "ICD_Desc",
)
POA_HEADER = ("Diagnosis Code", "Description")

_KINDS = {"D": Kind.DIAGNOSIS, "P": Kind.PROCEDURE}
_EDITS = {
    "Newborn_Only": ListName.NEWBORN,
    "Pediatric_Only": ListName.PEDIATRIC,
    "Maternity_Only": ListName.MATERNITY,
    "Adult_Only": ListName.ADULT,
    "Female_Only": ListName.FEMALE,
    "Male_Only": ListName.MALE,
    "Principal_Manifestation": ListName.MANIFESTATION,
    "Principal_Questionable_Admit": ListName.QUESTIONABLE_ADMISSION,
    "Principal_Unacceptable": ListName.UNACCEPTABLE_PRINCIPAL,
    "Noncovered_Always": ListName.NONCOVERED,
    "Noncovered_Over60": ListName.NONCOVERED_OVER_60,
    "Limited_Coverage": ListName.LIMITED_COVERAGE,
    "Wrong_Performed": ListName.WRONG_PROCEDURE,
    "Noncovered_LOS_96hr": ListName.LENGTH_OF_STAY,
}
_LAST_POA_CATEGORY = "V91"


def read_mce(rows: Sequence[Sequence[str]]) -> Keys:
    """The lists of the Medicare Code Editor, version 32; ``rows`` without the header.

    Raises CodeListError for another version, an unknown edit, a code that version 32 does
    not hold, or a list that is missing because the file was cut off.
    """
    found: defaultdict[ListName, set[CodeKey]] = defaultdict(set)
    for number, row in _numbered(rows, len(MCE_HEADER)):
        version, icd, _, _, edit, kind, code, _ = row
        if (version, icd) != ("32", "9"):
            raise CodeListError(
                f"line {number} is of MCE version {version[:9]} for ICD-{icd[:9]}; "
                "version 32 for ICD-9 is needed"
            )
        if edit not in _EDITS or kind not in _KINDS:
            raise CodeListError(f"line {number} has an unknown edit or kind of code")
        found[_EDITS[edit]].add(read_listed(code, _KINDS[kind], number))
    if missing := [edit for edit, name in _EDITS.items() if name not in found]:
        raise CodeListError(f"it has no {', '.join(missing)}; it seems to be cut off")
    return {name: frozenset(keys) for name, keys in found.items()}


def read_poa_exempt(rows: Sequence[Sequence[str]]) -> Keys:
    """The codes exempt from reporting of present on admission; ``rows`` without the header.

    Raises CodeListError for a code that version 32 does not hold, or where the list ends
    before its last category.
    """
    keys = {read_listed(row[0], Kind.DIAGNOSIS, number) for number, row in _numbered(rows, 2)}
    if not any(code.startswith(_LAST_POA_CATEGORY) for _, code in keys):
        raise CodeListError(f"it ends before category {_LAST_POA_CATEGORY}; it seems to be cut off")
    return {ListName.POA_EXEMPT: frozenset(keys)}


def _numbered(rows: Sequence[Sequence[str]], width: int) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows with their line numbers in the file, whose first line is the header."""
    for number, row in enumerate(rows, start=2):
        if not any(row):
            continue
        if len(row) != width:
            raise CodeListError(
                f"line {number} has {len(row)} columns in place of {width}; "
                "the file is cut off or damaged"
            )
        yield number, row


def read_listed(code: str, kind: Kind, number: int) -> CodeKey:
    """A code as a table has it, in a line of this number. Raises CodeListError for none."""
    try:
        dotted = normalise(code, kind)
    except CodeError:
        dotted = ""
    if not is_valid(kind, dotted):
        raise CodeListError(f"line {number} has {code[:20]!r}, which is no {kind} of version 32")
    return kind, dotted
