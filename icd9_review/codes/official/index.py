"""The alphabetic indexes of CDC and CMS: phrases and the codes they lead to.

There are three, of diseases, of external causes and of procedures. They are set alike: a line is
indented under the term above it and ends in a code, or refers to another term.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from icd9_review.codes.lists import IndexEntry, SourceName
from icd9_review.codes.official.rtf import Paragraph
from icd9_review.errors import CodeListError
from icd9_review.values import Kind

_INDENT = 360  # twips a term is indented under the one above
_DISEASE = r"(?:[0-9]{3}(?:\.[0-9]{1,2})?|V[0-9]{2}(?:\.[0-9]{1,2})?|E[0-9]{3}(?:\.[0-9])?)"
_PROCEDURE = r"[0-9]{2}\.[0-9]{1,2}"
_CODE = {Kind.DIAGNOSIS: _DISEASE, Kind.PROCEDURE: _PROCEDURE}
_LEADS_TO = {
    kind: re.compile(rf"\s+(?P<codes>{code}(?:,?\s+{code})*),?\s*(?:\[(?P<also>[^\[\]]*)\]?)?$")
    for kind, code in _CODE.items()
}
_CELL = re.compile(rf"-|{_DISEASE}")
_SEE = re.compile(r"\s*(?:(?:-\s*|,\s+|\()see\b|\bsee also\b|-\s*(?:omit )?code\b).*$", re.DOTALL)
_SEE_IN_BRACKETS = re.compile(r"\s*\(see\b[^()]*(?:\([^()]*\)[^()]*)*\)")
_MORPHOLOGY = re.compile(r"\s*\(M[0-9]{4}/[0-9]\)")
_MODIFIERS = re.compile(r"\s*\([^()]*(?:\([^()]*\)[^()]*)*\)")
_COLUMNS = {
    3: ("malignant", "benign", "unspecified"),
    6: (
        "malignant, primary", "malignant, secondary", "carcinoma in situ", "benign",
        "uncertain behavior", "unspecified",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class IndexBook:
    """One of the indexes: the words it opens with, and the kind of the codes it leads to."""

    name: SourceName
    opening: str
    kind: Kind


INDEXES = (
    IndexBook(SourceName.INDEX, "INDEX TO DISEASES AND INJURIES", Kind.DIAGNOSIS),
    IndexBook(
        SourceName.EXTERNAL_CAUSES,
        "INDEX TO EXTERNAL CAUSES OF INJURY (E CODE)",
        Kind.DIAGNOSIS,
    ),
    IndexBook(SourceName.PROCEDURE_INDEX, "Index to Procedures", Kind.PROCEDURE),
)


def read_index(paragraphs: Iterable[Paragraph], kind: Kind) -> tuple[IndexEntry, ...]:
    """Every phrase with the code of this kind it leads to, in the order of the index.

    A phrase is the main term and the terms under it, joined by commas: "Failure, heart,
    congestive". Words in brackets, which change nothing about the code, are kept on the
    last term only, references to other terms are left out. Two codes (disease and
    manifestation) are two entries of one phrase, and so are the columns of the tables of
    hypertension and of neoplasms, named behind the phrase. Lines that only refer to
    another term have no code and make no entry. Raises CodeListError without any entry.
    """
    entries = tuple(_entries(_joined(paragraphs, kind), kind))
    if not entries:
        raise CodeListError("no term of the index leads to a code")
    return entries


def _joined(paragraphs: Iterable[Paragraph], kind: Kind) -> Iterator[Paragraph]:
    """The lines with those that go on joined: two steps in from a line that leads nowhere yet."""
    last: Paragraph | None = None
    for paragraph in paragraphs:
        if last is not None and _goes_on(last, paragraph, kind):
            last = replace(last, text=f"{last.text} {paragraph.text}")
            continue
        if last is not None:
            yield last
        last = paragraph
    if last is not None:
        yield last


def _goes_on(last: Paragraph, paragraph: Paragraph, kind: Kind) -> bool:
    deeper = paragraph.edge - last.edge
    whole = kind is Kind.DIAGNOSIS or last.left == 0 or _LEADS_TO[kind].search(last.text)
    return deeper >= 2 * _INDENT and not whole


def _entries(paragraphs: Iterable[Paragraph], kind: Kind) -> Iterator[IndexEntry]:
    above: list[str] = []
    for paragraph in paragraphs:
        text = paragraph.text.replace("\u00ad", " - ")
        if paragraph.left == 0 and not _LEADS_TO[kind].search(text):
            continue  # letters, notes, heads of tables
        if re.match(r"Notes?\b\s*(?:\t|-)", text):
            continue
        term, codes = _take_apart(text, kind)
        del above[max(0, paragraph.edge) // _INDENT :]
        for column, code in codes:
            yield IndexEntry(", ".join([*above, term, *column]), code, kind)
        above.append(_MODIFIERS.sub("", term) or term)


def _take_apart(text: str, kind: Kind) -> tuple[str, list[tuple[tuple[str, ...], str]]]:
    """The term of a line, and its codes, each with the column it stands in where there are any."""
    words, *cells = (part.strip() for part in text.split("\t"))
    if len(cells) in _COLUMNS and all(_CELL.fullmatch(cell) for cell in cells):
        names = _COLUMNS[len(cells)]
        return _term(words), [
            ((name,), cell) for name, cell in zip(names, cells, strict=True) if cell != "-"
        ]
    text = " ".join(text.split())
    found = _LEADS_TO[kind].search(text)
    if found is None:
        return _term(text), []
    code = _CODE[kind]
    codes = re.findall(code, found["codes"]) + re.findall(code, found["also"] or "")
    return _term(text[: found.start()]), [((), code) for code in codes]


def _term(words: str) -> str:
    words = _MORPHOLOGY.sub("", " ".join(words.split()))
    return _SEE.sub("", _SEE_IN_BRACKETS.sub("", words)).strip(" ,-")
