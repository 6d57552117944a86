"""How an ICD-9-CM code is written: text, with its leading zeros and its dot.

A diagnosis has three digits (E codes: E and three digits; V codes: V and two)
before the dot and at most two after it (E codes: one). A procedure has two before
and at most two after. Form only: whether the code exists is for ``table`` to say.
"""

from __future__ import annotations

import re

from icd9_review.errors import CodeError
from icd9_review.values import Kind

_FORMS = {
    Kind.DIAGNOSIS: re.compile(
        r"(?P<number>[0-9]{3}|V[0-9]{2})(?:\.?(?P<detail>[0-9]{1,2}))?"
        r"|(?P<cause>E[0-9]{3})(?:\.?(?P<place>[0-9]))?"
    ),
    Kind.PROCEDURE: re.compile(r"(?P<number>[0-9]{2})(?:\.?(?P<detail>[0-9]{1,2}))?"),
}
_EXPECTED = {
    Kind.DIAGNOSIS: (
        "a diagnosis has three digits, V and two digits or E and three digits before the dot, "
        "leading zeros included: 038.9, 250.00, V58.61, E849.0"
    ),
    Kind.PROCEDURE: (
        "a procedure has two digits before the dot, leading zeros included, "
        "and at most two after it: 00.66, 38.93, 45.1"
    ),
}
_QUOTED = 40  # characters of what was typed that a message repeats; by judgement


def normalise(text: str, kind: Kind) -> str:
    """The dotted form of a code written with or without its dot.

    Spaces around it and a lower-case v or e are taken. Nothing is guessed: digits
    are ASCII digits, a dot needs a digit after it, missing leading zeros are not
    put back, trailing zeros stay (250.0 and 250.00 are different codes, so the
    428.10 that a spreadsheet makes of 428.1 keeps its form and is not in the table).
    Raises CodeError, which quotes at most 40 characters of the text.

    >>> normalise("v4582", Kind.DIAGNOSIS), normalise("4523", Kind.PROCEDURE)
    ('V45.82', '45.23')
    """
    match = _FORMS[kind].fullmatch(text.strip().upper())
    if match is None:
        quoted = repr(text[:_QUOTED]) + ("…" if len(text) > _QUOTED else "")
        raise CodeError(
            f"{quoted} is not written as an ICD-9-CM {kind} code; {_EXPECTED[kind]}. "
            "Correct it and try again."
        )
    return ".".join(part for part in match.groups() if part)


def undot(code: str) -> str:
    """The form of CMS files and claim forms: 428.0 becomes 4280.

    >>> undot("428.0")
    '4280'
    """
    return code.replace(".", "")


def category(code: str) -> str:
    """The part of a dotted code before its dot: 428 for 428.0, E849 for E849.0.

    >>> category("V45.82"), category("E885.9"), category("45.23")
    ('V45', 'E885', '45')
    """
    return code.partition(".")[0]
