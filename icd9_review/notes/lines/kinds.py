"""Which sections of a note list what is to be coded, by their titles."""

from __future__ import annotations

import re
from enum import StrEnum

from icd9_review.outline.section_titles import SectionKind, normalise_title, section_kind


class LineKind(StrEnum):
    """What a section lists, line by line. PROCEDURES are operations, too.

    CAUSE is no section: what tells anywhere how an injury came about (``causes``).
    """

    PRINCIPAL = "principal diagnosis"
    FINAL = "final diagnoses"
    SECONDARY = "secondary diagnoses"
    POSTOPERATIVE = "postoperative diagnoses"
    DIAGNOSES = "diagnoses"
    PROBLEMS = "problem list"
    ASSESSMENT = "assessment"
    PLANNED = "assessment and plan"
    IMPRESSION = "impression"
    PREOPERATIVE = "preoperative diagnoses"
    ADMITTING = "admitting diagnosis"
    REASON = "reason for admission"
    COMPLAINT = "chief complaint"
    PROCEDURES = "procedures"
    CAUSE = "cause of injury"


# What follows a procedure's name in an operative note is told in sections with such titles.
_NO_LIST = re.compile(
    r"DETAIL|DESCRIPTION|INDICATION|TECHNIQUE|TECHNICAL|\bNOTES?\b|REPORT|FINDINGS|PLAN\b|"
    r"CONDITION|COURSE|INSTRUCTION|MEDICATION|HISTORY|COMPLICATION|DATE|\bTIME|DURATION|FLUID|"
    r"IMPLANT|PREPARATION|DISPOSITION|STUD(?:Y|IES)|PROGNOS|DIFFERENTIAL|REACTION|\bDATA\b|"
    r"ANESTHE|IMMUNIZATION|RISKS|CONSENT|GOAL|DECISION|DISCUSSION|INTERPRETATION|FORMULATION|"
    r"SUMMARY|OPERATIVE (?:ANTIBIOTIC|SITE|SIDE)|\bPAST\b|PRIOR|PREVIOUS|RESOLVED|MICROSCOPIC"
)
_BY_TITLE: tuple[tuple[re.Pattern[str], LineKind], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"\b(?:PRE|BEFORE)[ -]?(?:OP|PROC)[A-Z]*\.? (?:DIAG|DX)", LineKind.PREOPERATIVE),
        (r"\b(?:POST|AFTER)[ -]?(?:OP|PROC)[A-Z]*\.? (?:DIAG|DX)", LineKind.POSTOPERATIVE),
        (r"\bADM[A-Z]*\.? (?:DIAG|DX)|(?:DIAGNOS[EI]S|DX) (?:AT|ON|UPON) ADM", LineKind.ADMITTING),
        (r"\bINITIAL DIAG|\bPROVISIONAL DIAG", LineKind.ADMITTING),
        (
            r"\bSECONDARY\b.{0,60}(?:DIAG|DX)|\bOTHER\b.{0,60}DIAGNOS|ADDITIONAL DIAG",
            LineKind.SECONDARY,
        ),
        (r"\b(?:PRINCIPAL|PRIMARY)\b.{0,60}(?:DIAG|DX)", LineKind.PRINCIPAL),
        (
            r"\b(?:DISCHARGE|D/C|DC|FINAL)\b.{0,60}(?:DIAG|DX)|DIAGNOS[EI]S (?:AT|ON) D",
            LineKind.FINAL,
        ),
        (r"PROBLEM|HEALTH CONCERN", LineKind.PROBLEMS),
        (
            r"(?:ASSESSMENT|IMPRESSION|\bIMP\b).{0,60}\b(?:PLAN|REC)|\bA ?[/&+]? ?P\b",
            LineKind.PLANNED,
        ),
        (r"\bI/P\b", LineKind.PLANNED),
        (r"\bIMPRESSION|\bIMPR?\b|\bCONCLUSIONS?\b", LineKind.IMPRESSION),
        (r"^(?:CLINICAL |FINAL )?ASS(?:ESSMENTS?|ESS|MT)$|^A$", LineKind.ASSESSMENT),
        (r"DIAGNOS[EI]S|\bDXS?\b|\bDIAG\b|^AXIS (?:I|II|III)$", LineKind.DIAGNOSES),
        (r"\bREASONS? FOR\b", LineKind.REASON),
        (r"\bCOMPLAINTS?\b|^CC$|^C/C$|ENCOUNTER REASON", LineKind.COMPLAINT),
        (r"\bPROCEDURES?\b|\bOPERATIONS?\b|^SURGER(?:Y|IES)\b", LineKind.PROCEDURES),
    )
)
_ELSEWHERE = frozenset(
    {
        SectionKind.PAST_HISTORY,
        SectionKind.SURGICAL_HISTORY,
        SectionKind.FAMILY_HISTORY,
        SectionKind.SOCIAL,
        SectionKind.HISTORY_PRESENT,
        SectionKind.EXAM,
        SectionKind.RESULTS,
        SectionKind.COURSE,
        SectionKind.MEDICATIONS,
    }
)
"""What a section holds that lists nothing to be coded, whatever else its title says."""


def line_kind(title: str) -> LineKind | None:
    """What a section of this title lists; None where it lists nothing to be coded.

    >>> line_kind("Discharge Diagnoses").value, line_kind("PROCEDURE IN DETAIL")
    ('final diagnoses', None)
    """
    words = normalise_title(title)
    if not words or section_kind(words) in _ELSEWHERE or _NO_LIST.search(_without_plan(words)):
        return None
    return next((kind for pattern, kind in _BY_TITLE if pattern.search(words)), None)


def _without_plan(words: str) -> str:
    """A title without the plan that an assessment comes with."""
    return re.sub(r"(?:,? AND |/| ?& ?)(?:TREATMENT )?PLANS?\b", "", words)
