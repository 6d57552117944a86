"""The label space of the embedded model: every code of version 32, diagnoses and procedures.

Terms were written for some of the diagnoses: the 200 most frequent of three public code lists,
and further ones that are common in discharge, emergency and office notes.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from icd9_review.codes.notation import category, normalise
from icd9_review.codes.table import codes
from icd9_review.codes.written_terms import written_terms
from icd9_review.model.folder.labels import kind_of
from icd9_review.values import Kind

_ACUTE = (
    "038 276 285 288 410 415 427 430 431 434 453 461 462 465 466 480 481 486 487 507 511 518 "
    "540 558 560 562 574 575 577 578 584 590 591 592 599 682 790 995 998"
)
_ACUTE_CATEGORIES = frozenset(_ACUTE.split())


@cache
def label_codes() -> tuple[str, ...]:
    """The dotted codes of the label space; a code's position is its label id."""
    return tuple(code for kind in Kind for code in codes(kind))


@cache
def label_ids() -> dict[str, int]:
    """The label id of each code."""
    return {code: place for place, code in enumerate(label_codes())}


def written_codes() -> tuple[str, ...]:
    """The diagnoses for which terms were written, the common ones first."""
    return tuple(written_terms())


@cache
def titles() -> dict[str, str]:
    """Long titles of every code of the label space; no code of one kind looks like another's."""
    return {code: entry.title for kind in Kind for code, entry in codes(kind).items()}


@cache
def procedure_codes() -> tuple[str, ...]:
    """The procedures of the label space."""
    return tuple(codes(Kind.PROCEDURE))


def is_procedure(code: str) -> bool:
    """Whether a dotted code is a procedure of volume 3."""
    return kind_of(code) is Kind.PROCEDURE


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
