"""Words that clinicians write for a code, by hand: "CHF" and "heart failure" for 428.0.

``written_terms.tsv`` has a line for each code: the dotted diagnosis code, a tab, and its terms
between bars, the common codes first. Search finds codes by them, and the embedded model learns
from them.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def written_terms() -> dict[str, tuple[str, ...]]:
    """The terms of each dotted diagnosis code, in the order of the file.

    >>> "chf" in {term.lower() for term in written_terms()["428.0"]}
    True
    """
    text = files("icd9_review.codes").joinpath("written_terms.tsv").read_text(encoding="utf-8")
    rows = (line.partition("\t") for line in text.splitlines())
    return {code: tuple(terms.split(" | ")) for code, _, terms in rows}
