"""The table of drugs and chemicals: which code a substance has in which circumstances.

A row is a substance, indented under the one above, and six cells: the code of the poisoning, and
the external causes by accident, therapeutic use, suicide attempt, assault and undetermined.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from icd9_review.codes.lists import Substance
from icd9_review.codes.official.rtf import Paragraph
from icd9_review.codes.table import is_valid
from icd9_review.errors import CodeListError
from icd9_review.values import Kind

DRUGS_OPENING = "Table of Drugs and Chemicals"
_INDENT = 360  # twips a substance is indented under the one above
_CELLS = 6  # behind the words of a substance: its poisoning and five ways it came about
_RANGES = (
    (("960", "990"),),
    (("E850", "E869"), ("E905", "E905")),
    (("E930", "E949"),),
    (("E950", "E952"),),
    (("E961", "E962"),),
    (("E980", "E982"),),
)
"""The categories of each column, as the table itself says; a bite or sting is its own accident."""
_SEE = re.compile(r"\s*(?:-\s*|,\s*|\()see\b.*$", re.DOTALL)
_MODIFIERS = re.compile(r"\s*\([^()]*(?:\([^()]*\)[^()]*)*\)")


def read_drugs(paragraphs: Iterable[Paragraph]) -> tuple[Substance, ...]:
    """Every substance with a code, in the order of the table.

    Its name is the main term and the terms under it, joined by commas: "Acetic, acid, lotion".
    Words in brackets are kept on the last term only. Lines that only refer to another substance
    make none. A cell that names no code of its column (the release has a dozen misprints) is
    left empty. Raises CodeListError without any substance.
    """
    found = tuple(_substances(paragraphs))
    if not found:
        raise CodeListError("no substance of the table has a code")
    return found


def _substances(paragraphs: Iterable[Paragraph]) -> Iterator[Substance]:
    above: list[str] = []
    for paragraph in paragraphs:
        words, *cells = (part.strip() for part in paragraph.text.split("\t"))
        term = _term(words)
        del above[max(0, paragraph.edge) // _INDENT :]
        if len(cells) == _CELLS:
            yield Substance(", ".join([*above, term]), *_codes(cells))
        above.append(_MODIFIERS.sub("", term) or term)


def _term(words: str) -> str:
    return _SEE.sub("", " ".join(words.replace("\u00ad", "-").split())).strip(" ,-")


def _codes(cells: Sequence[str]) -> Iterator[str]:
    for cell, ranges in zip(cells, _RANGES, strict=True):
        category = cell.partition(".")[0]
        held = any(
            len(category) == len(first) and first <= category <= last for first, last in ranges
        )
        yield cell if held and is_valid(Kind.DIAGNOSIS, cell) else ""
