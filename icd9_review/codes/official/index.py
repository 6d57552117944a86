"""The alphabetic index of CDC: phrases and the codes they lead to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from icd9_review.codes.lists import IndexEntry
from icd9_review.codes.official.rtf import Paragraph
from icd9_review.errors import CodeListError

INDEX_OPENING = "INDEX TO DISEASES AND INJURIES"
_INDENT = 360  # twips a term is indented under the one above
_CODE = r"(?:[0-9]{3}(?:\.[0-9]{1,2})?|V[0-9]{2}(?:\.[0-9]{1,2})?|E[0-9]{3}(?:\.[0-9])?)"
_LEADS_TO = re.compile(rf"\s+(?P<codes>{_CODE}(?:,?\s+{_CODE})*)\s*(?:\[(?P<also>[^\[\]]*)\]?)?$")
_CELL = re.compile(rf"-|{_CODE}")
_SEE = re.compile(r"\s*(?:(?:-\s*|,\s+|\()see\b|\bsee also\b|-\s*code\b).*$", re.DOTALL)
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


def read_index(paragraphs: Iterable[Paragraph]) -> tuple[IndexEntry, ...]:
    """Every phrase with the code it leads to, in the order of the index.

    A phrase is the main term and the terms under it, joined by commas: "Failure, heart,
    congestive". Words in brackets, which change nothing about the code, are kept on the
    last term only, references to other terms are left out. Two codes (disease and
    manifestation) are two entries of one phrase, and so are the columns of the tables of
    hypertension and of neoplasms, named behind the phrase. Lines that only refer to
    another term have no code and make no entry. Raises CodeListError without any entry.
    """
    entries = tuple(_entries(paragraphs))
    if not entries:
        raise CodeListError("no term of the index leads to a code")
    return entries


def _entries(paragraphs: Iterable[Paragraph]) -> Iterator[IndexEntry]:
    above: list[str] = []
    for paragraph in paragraphs:
        text = paragraph.text.replace("\u00ad", " - ")
        if paragraph.left == 0 and not _LEADS_TO.search(text):
            continue  # letters, notes, heads of tables
        if re.match(r"Notes?\b\s*(?:\t|-)", text):
            continue
        term, codes = _take_apart(text)
        del above[max(0, paragraph.edge) // _INDENT :]
        for column, code in codes:
            yield IndexEntry(", ".join([*above, term, *column]), code)
        above.append(_MODIFIERS.sub("", term) or term)


def _take_apart(text: str) -> tuple[str, list[tuple[tuple[str, ...], str]]]:
    """The term of a line, and its codes, each with the column it stands in where there are any."""
    words, *cells = (part.strip() for part in text.split("\t"))
    if len(cells) in _COLUMNS and all(_CELL.fullmatch(cell) for cell in cells):
        names = _COLUMNS[len(cells)]
        return _term(words), [
            ((name,), cell) for name, cell in zip(names, cells, strict=True) if cell != "-"
        ]
    text = " ".join(text.split())
    found = _LEADS_TO.search(text)
    if found is None:
        return _term(text), []
    codes = re.findall(_CODE, found["codes"]) + re.findall(_CODE, found["also"] or "")
    return _term(text[: found.start()]), [((), code) for code in codes]


def _term(words: str) -> str:
    words = _MORPHOLOGY.sub("", " ".join(words.split()))
    return _SEE.sub("", _SEE_IN_BRACKETS.sub("", words)).strip(" ,-")
