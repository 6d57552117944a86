"""What a model's labels may look like, and what kind of code each one is.

A dotted code tells its kind: two digits before the dot are a procedure (38.93), three
digits, V and two or E and three are a diagnosis (428.0, V58.61, E849.0), where a
category without a subdivision has no dot (486). Without dots 4280 would be both.
Form only: whether a code exists is for ``icd9_review.codes`` to say.
"""

from __future__ import annotations

import re

from icd9_review.values import Kind

_DOTTED = {
    Kind.DIAGNOSIS: re.compile(r"(?:[0-9]{3}|V[0-9]{2})(?:\.[0-9]{1,2})?|E[0-9]{3}(?:\.[0-9])?"),
    Kind.PROCEDURE: re.compile(r"[0-9]{2}\.[0-9]{1,2}"),
}
_UNDOTTED = {
    Kind.DIAGNOSIS: re.compile(r"([0-9]{3}|V[0-9]{2})([0-9]{0,2})|(E[0-9]{3})([0-9]?)"),
    Kind.PROCEDURE: re.compile(r"([0-9]{2})([0-9]{1,2})"),
}


def kind_of(label: str) -> Kind | None:
    """The kind of a dotted code; None for what is not written as one.

    >>> kind_of("428.0"), kind_of("45.23")
    (<Kind.DIAGNOSIS: 'diagnosis'>, <Kind.PROCEDURE: 'procedure'>)
    """
    for kind, form in _DOTTED.items():
        if form.fullmatch(label):
            return kind
    return None


def dot(label: str, kind: Kind) -> str | None:
    """The dotted form of a code of this kind, written with or without its dot.

    None for what is neither. Spaces around it and a lower-case v or e are taken.

    >>> dot("4280", Kind.DIAGNOSIS), dot("4523", Kind.PROCEDURE)
    ('428.0', '45.23')
    """
    code = label.strip().upper()
    if _DOTTED[kind].fullmatch(code):
        return code
    match = _UNDOTTED[kind].fullmatch(code)
    return ".".join(part for part in match.groups() if part) if match else None
