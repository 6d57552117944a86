"""Rule 31: two codes of which one says all that the other says."""

from __future__ import annotations

from collections.abc import Iterator

from icd9_review.codes.edits.forms import is_siteless, leaves_open, other_forms
from icd9_review.codes.edits.ranges import ranges
from icd9_review.codes.edits.subject import GUIDELINES, Edits, Subject, listed
from icd9_review.codes.lists import ListName
from icd9_review.values import Edit, OfferUse, Severity

_SECTION = GUIDELINES + "I.A.5.b, I.B.3"
_BOTH_CODED = ranges("428.0")
"""Congestive, beside the kind of heart failure: 428.2-428.4 do not say it."""

_SITES = ("789.0", "789.3", "789.4", "789.6")
"""Findings of the abdomen by site; fifth digit 0 leaves it open, 7 is all of it, 9 several."""

_ALONE = (
    ("787.02 787.03", "787.01"),
    ("562.10", "562.11 562.13"),
    ("562.12", "562.13"),
    ("562.00", "562.01 562.03"),
)
"""Codes of what is there alone by their titles, and the codes that say it with something else."""

_SUPERFICIAL = (
    ("910 920", "800-804"),
    ("911 922.1-922.3", "805 807"),
    ("912 923.0", "810-812 831"),
    ("913 923.1", "813"),
    ("914 923.2", "814-815"),
    ("915 923.3", "816"),
    ("916.0-916.9 924.0", "820-821"),
    ("924.1", "822-823"),
    ("924.2", "824-825"),
    ("924.3", "826"),
)
"""Abrasions and contusions, and fractures and the like of the same site."""


def check_included(subject: Subject) -> Edits:
    """Rule 31: two codes of which one says all that the other says."""
    for code in subject.codes:
        if fuller := _fuller(subject, code):
            yield _included(code, fuller, _severity(code, fuller))
    for text, beside in _ALONE:
        for code in subject.having(text):
            if others := subject.having(beside):
                yield _included(code, others, Severity.WARNING, f"Tabular list, {text}")
    yield from _check_sites(subject)


def check_superficial(subject: Subject) -> Edits:
    """Rule 31, too: an abrasion or contusion beside a graver injury of the same site."""
    for text, graver in _SUPERFICIAL:
        for code in subject.having(text):
            if others := subject.having(graver):
                yield Edit(
                    31,
                    Severity.HINT,
                    f"{code} is a superficial injury beside {listed(others)}; of the same site it "
                    "is not coded.",
                    GUIDELINES + "I.C.17.a.1",
                    code,
                    others=others,
                )


def _check_sites(subject: Subject) -> Iterator[Edit]:
    """A finding at several sites of the abdomen, of which one code says all."""
    for header in _SITES:
        every = subject.having(header)
        exact = tuple(code for code in every if code[-1] in "123456")
        overall = tuple(code for code in every if code[-1] == "7")
        if exact and overall:
            for code in exact:
                yield _included(code, overall, Severity.HINT)
        elif len(exact) > 1:
            offer = header + "9"
            yield Edit(
                31,
                Severity.HINT,
                f"{listed(exact)} are one finding at several sites, which {offer} says; keep them "
                "apart only if they are two conditions.",
                f"Tabular list, {header} (fifth digit 9: multiple sites)",
                exact[0],
                others=exact[1:],
                offers=() if offer in every else (offer,),
                use=OfferUse.COMBINE,
            )


def _included(
    code: str, others: tuple[str, ...], severity: Severity, section: str = _SECTION
) -> Edit:
    return Edit(
        31,
        severity,
        f"{code} says less of one condition than {listed(others)}; take it off, unless there are "
        "two.",
        section,
        code,
        others=others,
    )


def _severity(code: str, fuller: tuple[str, ...]) -> Severity:
    """A warning where the code leaves but the site open, or a digit of the same subcategory."""
    subcategory = code[:-1].rstrip(".")
    same = "." in subcategory and all(other.startswith(subcategory) for other in fuller)
    return Severity.WARNING if same or is_siteless(code) else Severity.HINT


def _fuller(subject: Subject, code: str) -> tuple[str, ...]:
    """The codes of the chart that are more specific forms of a code."""
    if code in _BOTH_CODED or not leaves_open(subject, code):
        return ()
    siteless = is_siteless(code)
    return tuple(
        other.code
        for other in other_forms(code)
        if other.code in subject.positions
        and (siteless or not subject.lists.holds(ListName.UNSPECIFIED, other.code))
        and not (siteless and is_siteless(other.code))
    )
