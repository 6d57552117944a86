"""What a model's labels may look like, and what kind of code each one is.

A dotted code tells its kind: two digits before the dot are a procedure (38.93), three
digits, V and two or E and three are a diagnosis (428.0, V58.61, E849.0), where a
category without a subdivision has no dot (486). Without dots 4280 would be both, and no list of
codes decides it: 5185 was the diagnosis 518.5 when MIMIC-III was coded and is the procedure 51.85
in version 32. Form only: whether a code exists is for ``icd9_review.codes`` to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from icd9_review.values import Kind

_DOTTED = {
    Kind.DIAGNOSIS: re.compile(r"(?:[0-9]{3}|V[0-9]{2})(?:\.[0-9]{1,2})?|E[0-9]{3}(?:\.[0-9])?"),
    Kind.PROCEDURE: re.compile(r"[0-9]{2}\.[0-9]{1,2}"),
}
_UNDOTTED = {
    Kind.DIAGNOSIS: re.compile(r"([0-9]{3}|V[0-9]{2})([0-9]{0,2})|(E[0-9]{3})([0-9]?)"),
    Kind.PROCEDURE: re.compile(r"([0-9]{2})([0-9]{1,2})"),
}
_WORDS = {
    Kind.DIAGNOSIS: ("diagnosis", "diagnoses"),
    Kind.PROCEDURE: ("procedure", "procedures"),
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


def forms(label: str) -> dict[Kind, str]:
    """What a label may stand for, written with or without its dot: a dotted code for each kind.

    A dot, a letter and a fifth digit each leave one kind.

    >>> forms("4280") == {Kind.DIAGNOSIS: "428.0", Kind.PROCEDURE: "42.80"}
    True
    >>> forms("v5861"), forms("38.93")
    ({<Kind.DIAGNOSIS: 'diagnosis'>: 'V58.61'}, {<Kind.PROCEDURE: 'procedure'>: '38.93'})
    """
    return {kind: code for kind in Kind if (code := dot(label, kind))}


def count_kinds(kinds: Sequence[Kind]) -> str:
    """How many codes of each kind there are, in words; a kind that has none is left out.

    >>> count_kinds([Kind.DIAGNOSIS] * 1_383 + [Kind.PROCEDURE])
    '1,383 diagnoses, 1 procedure'
    """
    counts = {kind: sum(each is kind for each in kinds) for kind in Kind}
    return ", ".join(
        f"{count:,} {_WORDS[kind][count != 1]}" for kind, count in counts.items() if count
    )
