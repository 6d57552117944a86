"""The label space of the embedded model: the codes for which terms were written.

They are the 200 most frequent valid diagnosis codes of three public code lists, and
further codes that are common in discharge, emergency and office notes.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from icd9_review.codes.notation import category, normalise
from icd9_review.codes.table import codes
from icd9_review.codes.written_terms import written_terms
from icd9_review.values import Kind

_ACUTE = (
    "038 276 285 288 410 415 427 430 431 434 453 461 462 465 466 480 481 486 487 507 511 518 "
    "540 558 560 562 574 575 577 578 584 590 591 592 599 682 790 995 998"
)
_ACUTE_CATEGORIES = frozenset(_ACUTE.split())


def label_codes() -> tuple[str, ...]:
    """The dotted codes of the label space; a code's position is its label id."""
    return tuple(written_terms())


@cache
def titles() -> dict[str, str]:
    """Long titles of every valid v32 diagnosis code, by dotted code."""
    return {code: entry.title for code, entry in codes(Kind.DIAGNOSIS).items()}


def frequencies(path: Path) -> dict[str, int]:
    """Counts per dotted, valid code, summed over the sources of ``icd9_dx_freq_sources.csv``."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    sources = [name for name in rows[0] if name not in ("code", "title")]
    counts = {
        normalise(row["code"], Kind.DIAGNOSIS): sum(int(row[name]) for name in sources)
        for row in rows
    }
    return {code: count for code, count in counts.items() if code in titles()}


def is_status(code: str) -> bool:
    """V and E codes: a circumstance, not a condition somebody has."""
    return code[0] in "VE"


def is_symptom(code: str) -> bool:
    """Symptoms, signs and ill-defined conditions, and pain in a limb, joint or the back."""
    return "780" <= category(code) <= "789" or category(code) in ("719", "724", "723", "729")


def is_acute(code: str) -> bool:
    """Whether "history of" the condition means that it is over."""
    return category(code) in _ACUTE_CATEGORIES or is_symptom(code)
