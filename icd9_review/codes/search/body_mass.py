"""Queries that give a body mass index by its value: bmi 51, BMI of 33.4 kg/m2."""

from __future__ import annotations

import re
from bisect import bisect_right

_VALUE = re.compile(
    r"\b(?:bmi|body mass index)\b(?:[\s:=]|of\b|is\b|was\b){0,6}"
    r"(?P<value>[0-9]{1,3}(?:[.,][0-9]{1,2})?)(?![0-9]|th\b|\s*%)"
    r"(?:\s*kg\s*/\s*m\s*(?:2|\^2|²)?)?",
    re.IGNORECASE,
)
_LEAST, _MOST = 7.0, 250.0  # kg/m²; what is outside has been no person's
_BOUNDS = (19, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 45, 50, 60, 70)
"""From which value on the next code counts, by the titles of V85.0-V85.4."""

_CODES = (
    *("V85.0", "V85.1", "V85.21", "V85.22", "V85.23", "V85.24", "V85.25"),
    *("V85.30", "V85.31", "V85.32", "V85.33", "V85.34", "V85.35", "V85.36"),
    *("V85.37", "V85.38", "V85.39", "V85.41", "V85.42", "V85.43", "V85.44", "V85.45"),
)


def body_mass_code(query: str) -> tuple[str, str] | None:
    """The code of an adult's index that a query gives, and the other words; else None.

    Children are coded by percentiles (V85.5), which a value alone does not give.

    >>> body_mass_code("morbid obesity, bmi 51")
    ('V85.43', 'morbid obesity,')
    >>> body_mass_code("bmi 400") is None
    True
    """
    given = _VALUE.search(query)
    if given is None:
        return None
    value = float(given["value"].replace(",", "."))
    if not _LEAST <= value < _MOST:
        return None
    others = f"{query[: given.start()]} {query[given.end() :]}"
    return _CODES[bisect_right(_BOUNDS, value)], " ".join(others.split())
