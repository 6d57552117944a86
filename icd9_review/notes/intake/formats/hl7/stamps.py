"""How HL7's standards and tables write days and sexes, and what stands for "not known"."""

from __future__ import annotations

import re
from datetime import date

from icd9_review.notes.intake.facts import LATEST
from icd9_review.values import Sex

# HL7 table 0001, FHIR's administrative-gender.
_SEXES = {"f": Sex.FEMALE, "female": Sex.FEMALE, "m": Sex.MALE, "male": Sex.MALE}
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_OLDEST_BIRTH = 1850  # nobody in an ICD-9-CM chart (1979 and later) was born before
# What programs write into a date field that must not be empty: the first days of calendars and
# of date types (Excel, SQL Server), and a last day of a century.
_NO_DAYS = frozenset(
    date(*parts) for parts in ((1899, 12, 30), (1899, 12, 31), (1900, 1, 1), (1901, 1, 1))
) | {date(2099, 12, 31), date(2199, 12, 31), date(2299, 12, 31)}
# HL7's null ("") and null flavours, and the words of tables; compared in lower case.
_WORDS = (
    '"" null nil none n/a na nan nat nk ni nask nav asku unk und unknown undefined missing '
    "unspecified \\n - -- --- . .. ? ?? ??? #n/a #ref! #value! #name? #null! #num! #div/0!"
)
_PHRASES = {"not known", "not available", "not applicable", "not specified", "not recorded"}
_UNKNOWN = frozenset(_WORDS.split()) | _PHRASES
_ZEROS = re.compile(r"0{2,}|0+(?:[-/.]0+){2}(?:[T ][0:.]+Z?)?")  # 00000000, 0000-00-00


def known(text: str | None) -> str:
    """A value without what only stands for "not known"; empty where that is all."""
    plain = (text or "").strip()
    return "" if plain.lower() in _UNKNOWN or _ZEROS.fullmatch(plain) else plain


def real_day(day: date | None) -> date | None:
    """A day that somebody meant: no first or last day of a calendar or a date type."""
    if day is None or day in _NO_DAYS or not _OLDEST_BIRTH <= day.year <= LATEST.year:
        return None
    return day


def day_of(stamp: str | None) -> date | None:
    """The day of ``20140312…`` or ``2014-03-12…``; None for a year, a month or nonsense."""
    found = _DAY.match((stamp or "").strip())
    try:
        return real_day(date(*map(int, found.groups()))) if found else None
    except ValueError:
        return None


def sex_of(code: str | None) -> Sex | None:
    """Female or male; UNKNOWN for other codes, None where there is none."""
    plain = known(code)
    return _SEXES.get(plain.lower(), Sex.UNKNOWN) if plain else None
