"""Rule 20: acute and chronic forms of one condition, and what one code says of two."""

from __future__ import annotations

from icd9_review.codes.edits.ranges import ranges
from icd9_review.codes.edits.subject import GUIDELINES, Edits, Subject, listed
from icd9_review.values import Edit, OfferUse, Severity

_ONE_CODE = (
    ("518.81", "518.83", "518.84", "I.B.11"),
    ("428.21", "428.22", "428.23", "I.B.11"),
    ("428.31", "428.32", "428.33", "I.B.11"),
    ("428.41", "428.42", "428.43", "I.B.11"),
    ("428.2", "428.3", "428.40 428.41 428.42 428.43", "I.B.11"),
    ("575.0", "575.11", "575.12", "I.B.11"),
    ("466.0", "491.20 491.21 496", "491.22", "I.C.8.b"),
    ("466.0", "491.22", "", "I.C.8.b"),
    ("496", "491.2", "", "I.C.8.a.1"),
    ("496", "492", "", "I.C.8.a.1"),
    ("496", "493", "493.20 493.21 493.22", "I.C.8.a.3"),
    ("585.1-585.5 585.9", "585.6", "", "I.C.10.a.1"),
    ("787.02", "787.03", "787.01", "I.B.11"),
    ("788.31", "788.32", "788.33", "I.B.11"),
    ("V08 795.71", "042", "", "I.C.1.a.2.f"),
    ("V42.0", "996.81", "", "I.C.18.d.3"),
    ("V42.1", "996.83", "", "I.C.18.d.3"),
    ("V42.6", "996.84", "", "I.C.18.d.3"),
    ("V42.7", "996.82", "", "I.C.18.d.3"),
    ("V42.81", "996.85", "", "I.C.18.d.3"),
    ("V42.83", "996.86", "", "I.C.18.d.3"),
    ("V42.84", "996.87", "", "I.C.18.d.3"),
    ("V44.0", "V55.0", "", "I.C.18.d.7"),
    ("V44.1", "V55.1", "", "I.C.18.d.7"),
    ("V44.2", "V55.2", "", "I.C.18.d.7"),
    ("V44.3", "V55.3", "", "I.C.18.d.7"),
)
"""Two that are one: codes, the code or codes that say both (none: the second), section."""

_ACUTE_FIRST = (
    ("577.0", "577.1"),
    ("595.0", "595.1-595.2"),
    ("590.1", "590.0"),
    ("730.0", "730.1"),
    ("461", "473"),
    ("463", "474.00"),
    ("372.0", "372.1"),
    ("381.0", "381.1-381.3"),
)
"""Acute and chronic at one level of the index: both are coded, the acute one first."""


def check_combination_code(subject: Subject) -> Edits:
    for first, second, both, section in _ONE_CODE:
        one, other = subject.having(first), subject.having(second)
        if not one or not other:
            continue
        held = tuple(code for code in both.split() if code in subject.positions)
        offers = () if held else tuple(both.split())
        if offers:
            way_out = f"use {listed(offers)} in their place"
        else:
            way_out = f"{listed(held or other)} already says it, take {one[0]} off"
        yield Edit(
            20,
            Severity.WARNING,
            f"{one[0]} and {listed(other)} are said by one code; {way_out}.",
            GUIDELINES + section,
            one[0],
            others=other,
            offers=offers,
            use=OfferUse.COMBINE,
        )


def check_acute_first(subject: Subject) -> Edits:
    for acute, chronic in _ACUTE_FIRST:
        for code in subject.having(chronic):
            later = tuple(one for one in subject.having(acute) if subject.before(code, one))
            if later:
                yield Edit(
                    20,
                    Severity.HINT,
                    f"{later[0]} is the acute form of {code}; the acute code comes first.",
                    GUIDELINES + "I.B.10",
                    later[0],
                    others=(code,),
                )


_ASTHMA = ranges("493.0-493.2 493.9")
"""Of 493.8 the fifth digit says something else: 493.81 is bronchospasm, 493.82 cough."""


def check_asthma(subject: Subject) -> Edits:
    """Status asthmaticus (fifth digit 1) takes the place of exacerbation (fifth digit 2)."""
    fifths = {code: code[-1] for code in subject.among(_ASTHMA) if len(code) == 6}
    status = tuple(code for code, fifth in fifths.items() if fifth == "1")
    for code, fifth in fifths.items():
        if fifth == "2" and status:
            yield Edit(
                20,
                Severity.WARNING,
                f"{code} (exacerbation) is not used beside {status[0]} (status asthmaticus); "
                "take it off.",
                GUIDELINES + "I.C.8.a.4",
                code,
                others=status,
            )
