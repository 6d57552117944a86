"""Which codes become labels: ``top50``, ``full``, ``min-count=N`` or the codes of a file.

A file has one code a line, or is a CSV with a column ``code``.

Codes are counted once per admission, over all admissions with a summary and a code, before
any split: so CAML counted its top 50 (Mullenbach et al. 2018), and a label space that came
from the training split alone would not be theirs. Ties go by code. With procedures left out
``top50`` means the 50 most frequent diagnoses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from icd9_review.codes.hierarchy import is_header
from icd9_review.codes.table import is_valid
from icd9_review.errors import CorpusError
from icd9_review.model.folder.labels import forms, kind_of
from icd9_review.training.mimic.listing import read_column
from icd9_review.values import Kind

_MINIMUM = re.compile(r"min-count=([1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class LabelSpec:
    """A label space as it was asked for; ``name`` is its spelling, the same for equal ones."""

    name: str
    top: int | None = None
    least: int = 1
    codes: tuple[str, ...] | None = None

    def choose(self, counts: Mapping[str, int]) -> frozenset[str]:
        """The labels, given in how many admissions each code stands."""
        if self.codes is not None:
            return frozenset(self.codes)
        kept = (code for code, count in counts.items() if count >= self.least)
        return frozenset(in_order(kept, counts)[: self.top])


def in_order(codes: Iterable[str], counts: Mapping[str, int]) -> tuple[str, ...]:
    """The most frequent first, ties by code."""
    return tuple(sorted(codes, key=lambda code: (-counts.get(code, 0), code)))


def read_label_spec(spec: str | Path) -> LabelSpec:
    """What was asked for; CorpusError for what is no spec and no file, naming a wrong line."""
    if spec == "top50":
        return LabelSpec("top50", top=50)
    if spec == "full":
        return LabelSpec("full")
    minimum = _MINIMUM.fullmatch(str(spec))
    if minimum:
        return LabelSpec(minimum[0], least=int(minimum[1]))
    path = Path(spec)
    if not path.is_file():
        raise CorpusError(
            f"{spec} is no label space: top50, full, min-count=N (N from 1) or a file "
            "with one code a line is expected"
        )
    codes = _read_codes(path)
    return LabelSpec(f"codes={','.join(sorted(codes))}", codes=codes)


def _read_codes(path: Path) -> tuple[str, ...]:
    """The codes of a file; where one lacks its dot, three bare digits may be a procedure too."""
    lines = [(number, line.upper()) for number, line in read_column(path, "code")]
    undotted = any(kind_of(line) is None for _, line in lines)
    codes = [
        line if kind_of(line) and ("." in line or not undotted) else _resolve(path, number, line)
        for number, line in lines
    ]
    if not codes:
        raise CorpusError(f"{path} names no codes; one a line is expected")
    return tuple(dict.fromkeys(codes))


def _resolve(path: Path, number: int, line: str) -> str:
    """The one code a line can be; a category may have been a code when notes were coded."""
    both = forms(line)
    known = {
        kind: code for kind, code in both.items() if is_valid(kind, code) or is_header(kind, code)
    } or both
    if len(known) > 1:
        raise CorpusError(
            f"{path}, line {number}: {line} may be the diagnosis {both[Kind.DIAGNOSIS]} or the "
            f"procedure {both[Kind.PROCEDURE]}; write the codes of the file with their dots"
        )
    if not known:
        raise CorpusError(
            f"{path}, line {number}: {line[:20]!r} is no ICD-9-CM code such as 428.0 or 38.93"
        )
    return next(iter(known.values()))
