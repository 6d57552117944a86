"""Months, by which outcomes are counted: as one typed them, and as numbers like 202607."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from icd9_review.errors import InputError

COMPARED: Final = 3
"""Months that are compared with as many before them where nobody says which; by judgement."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From one month to another, both included.

    >>> str(Period(202611, 202702)), Period(202611, 202702).months
    ('2026-11 to 2027-02', 4)
    """

    first: int
    last: int

    @property
    def months(self) -> int:
        return _place(self.last) - _place(self.first) + 1

    def before(self) -> Period:
        """As many months before it.

        >>> Period(202601, 202603).before()
        Period(first=202510, last=202512)
        """
        begin = _place(self.first)
        return Period(_month(begin - self.months), _month(begin - 1))

    def __str__(self) -> str:
        if self.first == self.last:
            return write_month(self.first)
        return f"{write_month(self.first)} to {write_month(self.last)}"


def last_months(period: Period) -> Period:
    """The last COMPARED months of a period, or all where it has fewer."""
    begin = _place(period.last) - min(COMPARED, period.months) + 1
    return Period(_month(begin), period.last)


def read_month(given: str) -> int:
    """A month as people write it. Raises InputError.

    >>> read_month("2026-07")
    202607
    """
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", given.strip(), re.ASCII)
    if found is None:
        raise InputError(f"{given[:30]!r} is no month; one looks like 2026-07.")
    return int(found[1] + found[2])


def write_month(month: int) -> str:
    """A month as people read it.

    >>> write_month(202607)
    '2026-07'
    """
    return f"{month // 100:04}-{month % 100:02}"


def _place(month: int) -> int:
    return month // 100 * 12 + month % 100 - 1


def _month(place: int) -> int:
    return place // 12 * 100 + place % 12 + 1
