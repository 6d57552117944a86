"""Rules 1, 2, 4 and 28: whether a code exists, is complete, is there once and says enough."""

from __future__ import annotations

import re
from collections.abc import Iterator

from icd9_review.codes.edits.ranges import ranges
from icd9_review.codes.edits.subject import GUIDELINES, Edits, Subject, listed
from icd9_review.codes.hierarchy import below, is_header
from icd9_review.codes.lists import ListName
from icd9_review.codes.successors import Retired, retired
from icd9_review.codes.table import codes, find_code, is_valid
from icd9_review.values import CodeKey, Edit, Kind, Severity

_DETAIL = GUIDELINES + "I.B.3"
_DEFAULTS = ranges("250 401-405 410.9 434.91")
"""Where the guidelines make the unspecified code the default: I.C.3.a.2, I.C.7.a, b and e."""

_MOST_OFFERS = 12  # by judgement: beside more choices the hint says little
_OTHER = re.compile(r"^Other\b|\bother specified\b|\bother (?!than\b)", re.IGNORECASE)

_WORD = re.compile(r"[a-z]{4,}")  # by judgement: shorter ones are mostly "of", "due"
_EMPTY_WORDS = frozenset(
    {"acute", "chronic", "classified", "condition", "conditions", "disease", "diseases"}
    | {"disorder", "disorders", "elsewhere", "mention", "organism", "other", "site", "specified"}
    | {"stated", "type", "unspecified", "with", "without"}
)


def check_existence(subject: Subject) -> Edits:
    """Rules 1 and 2, for every accepted code and the admitting diagnosis."""
    for kind, code in _every_code(subject):
        if is_valid(kind, code):
            continue
        if (was := retired(kind, code)) is not None:
            yield _retired(was)
        elif is_header(kind, code):
            yield _incomplete(kind, code)
        else:
            yield _unknown(kind, code)


def check_duplicates(subject: Subject) -> Edits:
    """Rule 4: a diagnosis code is reported once per encounter."""
    seen: set[str] = set()
    reported: set[str] = set()
    for entry in subject.chart.diagnoses:
        if entry.code in seen and entry.code not in reported:
            reported.add(entry.code)
            yield Edit(
                4,
                Severity.ERROR,
                f"{entry.code} is there more than once; keep it once, also for a condition on "
                "both sides or two conditions with one code.",
                GUIDELINES + "I.B.14; MCE v32, duplicate of the principal diagnosis",
                entry.code,
            )
        seen.add(entry.code)


def check_specificity(subject: Subject) -> Edits:
    """Rule 28: an unspecified code where the book has a few more specific ones beside it."""
    for code in subject.codes:
        if not subject.lists.holds(ListName.UNSPECIFIED, code) or code in _DEFAULTS:
            continue
        offers = more_specific(subject, code)
        if 0 < len(offers) <= _MOST_OFFERS:
            yield Edit(
                28,
                Severity.HINT,
                f"{code} is an unspecified code; if the record says more, use {listed(offers, 4)}.",
                GUIDELINES + "I.A.5.b",
                code,
                offers=offers,
            )


def more_specific(subject: Subject, code: str) -> tuple[str, ...]:
    """Codes of the same subcategory (or category), neither unspecified nor "other".

    Codes of one subcategory are forms of one condition, and 9 closes a category. Any other
    fourth digit is a condition of its own, so only neighbours that share words are offered.
    """
    known = find_code(Kind.DIAGNOSIS, code)
    header = code[:-1].rstrip(".")
    if known is None or not is_header(Kind.DIAGNOSIS, header):
        return ()
    words = _content(known.title)
    one_condition = "." in header or code.endswith("9")
    return tuple(
        other.code
        for other in below(Kind.DIAGNOSIS, header)
        if other.code not in subject.positions
        and other.code != code
        and not subject.lists.holds(ListName.UNSPECIFIED, other.code)
        and not _OTHER.search(other.title)
        and (one_condition or len(words & _content(other.title)) > 1)
    )


def _content(title: str) -> set[str]:
    return set(_WORD.findall(title.lower())) - _EMPTY_WORDS


def _every_code(subject: Subject) -> Iterator[CodeKey]:
    chart = subject.chart
    every = [(Kind.DIAGNOSIS, entry.code) for entry in chart.diagnoses]
    every += [(Kind.PROCEDURE, entry.code) for entry in chart.procedures]
    if chart.admitting:
        every.append((Kind.DIAGNOSIS, chart.admitting))
    return iter(dict.fromkeys(every))


def _retired(was: Retired) -> Edit:
    return Edit(
        1,
        Severity.WARNING,
        f"{was.code} is not valid in FY2015: it was retired on 1 October {was.year}. For a "
        f"discharge since then choose from {listed(was.successors)}.",
        _DETAIL,
        was.code,
        was.kind,
        offers=was.successors,
    )


def _incomplete(kind: Kind, code: str) -> Edit:
    offers = tuple(held.code for held in below(kind, code))
    return Edit(
        2,
        Severity.ERROR,
        f"{code} is incomplete: it needs another digit. Choose from {listed(offers)}.",
        _DETAIL,
        code,
        kind,
        offers=offers,
    )


def _unknown(kind: Kind, code: str) -> Edit:
    offers = _nearest(kind, code)
    way_out = f"did you mean {listed(offers)}?" if offers else "search for the right one."
    return Edit(
        1,
        Severity.ERROR,
        f"{code} is not a {kind} code of ICD-9-CM version 32; {way_out}",
        _DETAIL,
        code,
        kind,
        offers=offers,
    )


def _nearest(kind: Kind, code: str) -> tuple[str, ...]:
    """The code or the codes left when digits are taken off the end (428.10, 250.09)."""
    while "." in code:
        code = code[:-1].rstrip(".")
        if code in codes(kind):
            return (code,)
        if is_header(kind, code):
            return tuple(held.code for held in below(kind, code))
    return ()
