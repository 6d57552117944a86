"""The columns that say what a decision could go by: chosen words, and what was on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from icd9_review.export.columns.cells import places
from icd9_review.export.columns.column import Column
from icd9_review.values import DecisionRow, Unshown

_UNSHOWN: Final[Mapping[Unshown, str]] = {
    Unshown.OFF: "explanations were off",
    Unshown.PENDING: "the explanation was not there yet",
    Unshown.NOTHING: "no word stood out",
    Unshown.UNSCORED: "the model said nothing of the code",
}


EVIDENCE_COLUMNS: Final[tuple[Column[DecisionRow], ...]] = (
    Column(
        "evidence",
        "Spans a code was added with, or that were set since, separated by spaces: note "
        "id:start-end, code points from 0",
        lambda row: places(row.evidence),
    ),
    Column(
        "evidence_by",
        "coder where a person selected these spans, program where it found them in the notes for "
        "a code added without any; empty without spans",
        lambda row: ("program" if row.found else "coder") if row.evidence else None,
    ),
    Column(
        "evidence_shown",
        "Spans marked for the code when it was decided, or now while it is open; heaviest first, "
        "written as in evidence",
        lambda row: places([each.span for each in row.shown]),
    ),
    Column(
        "evidence_unshown",
        "Why none were, in words: explanations were off, the explanation was not there yet, no "
        "word stood out, or the model said nothing of the code; empty where some were",
        lambda row: _UNSHOWN[row.unshown] if row.unshown else None,
    ),
    Column(
        "evidence_weights",
        "Share of each of these spans of the heaviest word's, separated by spaces; negative: "
        "speaks against the code",
        lambda row: " ".join(f"{each.weight:g}" for each in row.shown) or None,
    ),
    Column(
        "evidence_assertions",
        "What the context says of each: present, negated, family, other_person, historical or "
        "uncertain",
        lambda row: " ".join(each.assertion.name.lower() for each in row.shown) or None,
    ),
    Column(
        "evidence_sections",
        'The kind of section each stands in, separated by " | "',
        lambda row: " | ".join(each.section for each in row.shown) or None,
    ),
    Column(
        "evidence_words",
        'The words of each, on one line, separated by " | "',
        lambda row: " | ".join(" ".join(each.words.split()) for each in row.shown) or None,
        words=True,
    ),
)
