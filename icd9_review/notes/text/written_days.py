"""A day as notes write it: by number, with the month before or behind, or by the month's name."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_NTH = r"(?:st|nd|rd|th)?"
DAY = re.compile(
    rf"""(?<![\d/.-])(?:
      (?P<year>[12]\d{{3}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})
    | (?P<one>\d{{1,2}})(?P<mark>[/.-])(?P<two>\d{{1,2}})(?P=mark)(?P<either>\d{{4}}|\d{{2}})
    | (?P<name>{_MONTH})\s+(?P<nth>\d{{1,2}}){_NTH},?\s+(?P<then>\d{{4}})
    | (?P<first>\d{{1,2}}){_NTH}\s+(?:of\s+)?(?P<named>{_MONTH}),?\s+(?P<after>\d{{4}})
    )(?![\d/-])""",
    re.VERBOSE | re.IGNORECASE,
)
"""A day as notes write it, with its groups for `written_day`."""
_SHORT_YEAR = 100  # a year below it was written with two digits
_TURN = 69  # two digits below it are of this century, as POSIX has it


def written_day(written: re.Match[str]) -> date | None:
    """The day; None for what is none, and where nobody tells day and month apart.

    Slashes mean month first; with dots and hyphens either may be, as everywhere at intake.
    """
    if written["year"]:
        return _day(written["year"], written["month"], written["day"])
    if written["name"]:
        return _day(written["then"], _month(written["name"]), written["nth"])
    if written["named"]:
        return _day(written["after"], _month(written["named"]), written["first"])
    month_first = _day(written["either"], written["one"], written["two"])
    if written["mark"] == "/" and month_first is not None:
        return month_first
    day_first = _day(written["either"], written["two"], written["one"])
    found = {day for day in (month_first, day_first) if day is not None}
    return found.pop() if len(found) == 1 else None


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].casefold()) + 1  # without case, ſ is an s to the pattern too


def _day(year: str, month: str | int, day: str) -> date | None:
    number = int(year)
    if number < _SHORT_YEAR:
        number += 2000 if number < _TURN else 1900
    with suppress(ValueError):
        return date(number, int(month), int(day))
    return None
