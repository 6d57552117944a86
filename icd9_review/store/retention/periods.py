"""A retention period, and the day before which text is older than that."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from icd9_review.errors import InputError

_FORM = re.compile(r"([1-9][0-9]{0,3})\s*(y|m|d)[a-z]*", re.I)
_EARLIEST: Final = date(1900, 1, 1)  # by judgement: no encounter of any program is older
_UNITS: Final = {"y": "year", "m": "month", "d": "day"}


@dataclass(frozen=True, slots=True)
class RetentionPeriod:
    """So many years, months or days, by the calendar."""

    count: int
    unit: str

    def __str__(self) -> str:
        """As people say it.

        >>> str(RetentionPeriod(1, "y")), str(RetentionPeriod(18, "m"))
        ('1 year', '18 months')
        """
        return f"{self.count:,} {_UNITS[self.unit]}{'s' if self.count > 1 else ''}"

    def before(self, today: date) -> date:
        """The day this long before a day; the last of its month where that is shorter.

        >>> RetentionPeriod(1, "y").before(date(2028, 2, 29))
        datetime.date(2027, 2, 28)
        """
        if self.unit == "d":
            return max(_EARLIEST, today - timedelta(min(self.count, (today - _EARLIEST).days)))
        months = self.count * (12 if self.unit == "y" else 1)
        year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
        if year < _EARLIEST.year:
            return _EARLIEST
        return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def read_period(written: str) -> RetentionPeriod:
    """What people write as 7y, 18m or 90 days.

    Raises InputError.
    """
    found = _FORM.fullmatch(written.strip())
    if found is None:
        raise InputError(
            f"{written!r:.40} is not a retention period; write 7y, 18m or 90d for so many years, "
            "months or days."
        )
    return RetentionPeriod(int(found[1]), found[2].lower())
