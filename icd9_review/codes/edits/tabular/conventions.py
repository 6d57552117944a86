"""Rules 9 to 11: what the notes of the tabular list say of codes that stand together.

They work where the tabular list was imported; ``not_checked`` says so where it was not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from icd9_review.codes.edits.ranges import ranges
from icd9_review.codes.edits.subject import GUIDELINES, Edits, Subject
from icd9_review.codes.edits.tabular.tabular_notes import (
    Above,
    Instruction,
    NoteReach,
    exact_references,
    instructions,
)
from icd9_review.codes.lists import ListName
from icd9_review.values import Edit, Severity

_FIRST_SECTION = GUIDELINES + "I.A.6, I.B.9; tabular list, code first"
_ADDITIONAL_SECTION = GUIDELINES + "I.B.9; tabular list, use additional code"
_EXCLUDES_SECTION = GUIDELINES + "I.A.4; tabular list, excludes"
_DIABETES = ranges("249-250")
_SEPSIS = ranges("785.52 995.9 998.02")

_ALWAYS_THERE = re.compile(
    r"organism|stage|type of|site|percentage|intent|perpetrator|prosthetic joint|placenta|"
    r"the specific|the obesity|thrombo|body mass|inflammatory response",
    re.IGNORECASE,
)
"""What every case of a condition has, so that a code for it can be missed."""

_OTHER_RULES = ranges("249-250 403-404 648.0 650 765")
"""Left to rules 12, 15, 22 and 24, which know the fifth digit; E codes are rule 23's."""

_COMPATIBLE = (
    ("401-405", "362.11"),  # I.C.7.a.6: both are coded
    ("403-404", "584"),  # acute on chronic kidney disease is two conditions
    ("V58.6", "305.1"),  # a drug is taken, and tobacco is none of the drugs abused
    ("140-239", "140-239"),  # several sites of one or more neoplasms
    ("V10-V19 V42-V49 V85-V88", "V10-V19 V42-V49 V58.6 V66.7 V85-V88"),  # history and status
    ("V58.6", "V66.7"),
)
"""Codes that an excludes note names by its range only, or that are coded together."""


def check_code_first(subject: Subject) -> Edits:
    """Rule 9: what a note says is coded first is there, and before.

    Left to other rules: a manifestation in first place (6), diabetes (15), sepsis (24).
    """
    for code in subject.codes:
        manifests = code == subject.principal and subject.lists.holds(ListName.MANIFESTATION, code)
        if manifests or code in _SEPSIS:
            continue
        for above in subject.notes[code]:
            for note in instructions(above.notes.code_first):
                if "first" in note.words.lower() and not _is_only_diabetes(note):
                    yield from _code_first(subject, code, note)


def _is_only_diabetes(note: Instruction) -> bool:
    return bool(note.codes) and all(held.first in _DIABETES for held in note.codes.held)


def _code_first(subject: Subject, code: str, note: Instruction) -> Iterator[Edit]:
    named = tuple(one for one in subject.among(note.codes) if one != code)
    if any(subject.before(one, code) for one in named):
        return
    if named:
        firm = not (note.examples or note.conditional)
        yield Edit(
            9,
            Severity.ERROR if firm else Severity.WARNING,
            f"{named[0]} comes before {code} ({_quoted(note)}); change the order.",
            _FIRST_SECTION,
            code,
            others=named,
        )
    elif not note.conditional and (code == subject.principal or note.codes):
        sure = code == subject.principal or not note.examples
        yield Edit(
            9,
            Severity.WARNING if sure else Severity.HINT,
            f"{code} follows another code ({_quoted(note)}), which is not there; add it before "
            f"{code}.",
            _FIRST_SECTION,
            code,
        )


def check_use_additional(subject: Subject) -> Edits:
    """Rule 10: a further code for what every case has, where none of those named is there."""
    for code in subject.codes:
        if code in _OTHER_RULES:
            continue
        for above in subject.notes[code]:
            for note in instructions(above.notes.use_additional):
                if _is_outright(note) and not any(one != code for one in subject.among(note.codes)):
                    yield Edit(
                        10,
                        Severity.HINT,
                        f"{code}: {_quoted(note)}; none is there.",
                        _ADDITIONAL_SECTION,
                        code,
                    )


def _is_outright(note: Instruction) -> bool:
    loose = note.conditional or note.examples or not note.codes or " E code" in note.words
    return not loose and _ALWAYS_THERE.search(note.words) is not None


def check_excludes(subject: Subject) -> Edits:
    """Rule 11: two codes of which one excludes the other; never more than a warning.

    ICD-9-CM has one kind of excludes note, and it may as well mean "coded elsewhere, and
    both if both are there". So a note on a category is a hint, one on a section or chapter
    and one that names a range of categories are not asked.
    """
    reported: set[frozenset[str]] = set()
    for code in subject.codes:
        for above in subject.notes[code]:
            if above.reach is NoteReach.SECTION:
                continue
            for other in subject.among(exact_references(above.notes.excludes)):
                pair = frozenset((code, other))
                if len(pair) == 2 and pair not in reported and not _compatible(code, other):
                    reported.add(pair)
                    yield _excluded(code, other, above)


def _compatible(code: str, other: str) -> bool:
    return any(
        (code in ranges(one) and other in ranges(two))
        or (other in ranges(one) and code in ranges(two))
        for one, two in _COMPATIBLE
    )


def _excluded(code: str, other: str, above: Above) -> Edit:
    return Edit(
        11,
        Severity.WARNING if above.reach is NoteReach.CODE else Severity.HINT,
        f"{code} excludes {other} (note at {above.notes.heading}); keep both only if they are "
        "two conditions.",
        _EXCLUDES_SECTION,
        code,
        others=(other,),
    )


def _quoted(note: Instruction) -> str:
    """The first words of a note: text of the public tabular list, never of a chart."""
    # Characters: about a line of the panel; by judgement.
    return note.words if len(note.words) <= 90 else note.words[:89].rstrip() + "…"
