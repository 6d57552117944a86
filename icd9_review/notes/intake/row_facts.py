"""What the cells of a table say of an encounter, as tables write it."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import date, datetime
from math import isfinite

from icd9_review.notes.intake.facts import EARLIEST, LATEST, OLDEST
from icd9_review.notes.intake.formats.hl7.stamps import real_day, sex_of
from icd9_review.notes.intake.formats.hl7.visits import setting_of_visit
from icd9_review.values import CareSetting, Sex

# What tables write and no code of HL7 is; the others are known to ``visits``.
_SETTINGS = {"ip": CareSetting.INPATIENT}
_SETTINGS |= dict.fromkeys(("op", "ed", "er", "obs"), CareSetting.OUTPATIENT)
_DATE_FORMS = ("%m/%d/%Y", "%Y/%m/%d", "%Y%m%d", "%d-%b-%Y")
_WORDED_DATES = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y")
_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_AGE = re.compile(
    r"(\d{1,3}(?:\.\d+)?) ?(y|m|w|d)(?:r|o|k|ear|onth|eek|ay)?s?(?:[ /]?o(?:ld)?)?", re.I
)
_OPEN_AGE = re.compile(
    r"(?:(?P<above>>) ?|(?:>=|≥) ?)(?P<n>\d{1,3})"
    r"|(?P<m>\d{1,3}) ?(?:\+|(?:y\w* )?(?:and|or) (?:over|older|above|more))(?: ?y\w*)?",
    re.I,
)
_NO_AGES = frozenset({"-1", "-9", "-99", "-999", "999", "9999"})  # as surveys code "not known"
_NO_SEXES = frozenset({"u", "n", "0", "9"})  # HL7 table 0001: unknown, not applicable; ISO 5218
_ENDS = frozenset({(1, 1), (12, 30), (12, 31)})  # days and months of 0001-01-01, 9999-12-31
_NO_DATE = "a date is not like 2014-03-12 or 03/12/2014; it is left out"
_YEARS = {"y": 1.0, "m": 12.0, "w": 52.0, "d": 365.0}  # units in a year


class Refused(Exception):
    """A row that contradicts another or itself."""


class Unclear(Exception):
    """A value that means one of several things, less than it should, or nothing known here.

    ``words`` go on after the place of its cell and never quote it: where columns have slipped, it
    may hold words of a note. ``value`` is what is safe to take of it, None for nothing.
    """

    def __init__(self, words: str, value: int | date | None = None) -> None:
        super().__init__(words)
        self.value = value


def cell_text(cell: str) -> str:
    """The text of a note. Raises Refused for data of a program."""
    if cell.lstrip()[:1] in ("{", "["):
        with suppress(ValueError, RecursionError):
            if isinstance(json.loads(cell), dict | list):
                raise Refused("its note is JSON and not text")
    return cell


def read_setting(text: str) -> CareSetting | None:
    """Raises Unclear for a visit that is neither."""
    if not text:
        return None
    told = _SETTINGS.get(text.lower()) or setting_of_visit([text], [text])
    if told is None:
        raise Unclear("the setting is neither inpatient nor outpatient; it is left out")
    return told


def read_sex(text: str) -> Sex | None:
    """Raises Unclear for what is neither female nor male, which is all that codes ask about.

    >>> read_sex("F"), read_sex("U")
    (<Sex.FEMALE: 'female'>, None)
    """
    if text.lower() in _NO_SEXES:
        return None
    told = sex_of(text)
    if told is Sex.UNKNOWN:
        raise Unclear("the sex is neither female nor male; it is left out")
    return told


def read_age(text: str) -> int | None:
    """Whole years; 0 for an age in months, weeks or days below one.

    Raises Unclear for what is no age, and with the lowest age for one that is open upwards (90+).

    >>> read_age("61 yrs"), read_age("18 months"), read_age("")
    (61, 1, None)
    """
    if not text:
        return None
    if text in _NO_AGES:
        raise Unclear(f"the age is {text}, which stands for not known; it is left out")
    if (opened := _OPEN_AGE.fullmatch(text)) and (lowest := _lowest(opened)) <= OLDEST:
        raise Unclear(f"the age is {lowest} or more; taken as {lowest}", lowest)
    written = _AGE.fullmatch(text)
    if written is not None and text.endswith("M"):
        raise Unclear("an age ends in M, months or a man's years; it is left out")
    try:
        age = float(text) if written is None else float(written[1])
    except ValueError:
        raise Unclear("the age is not a number of years; it is left out") from None
    if written is not None and written[2].lower() != "y":
        age = age // _YEARS[written[2].lower()]
    if not isfinite(age) or age != int(age) or not 0 <= age <= OLDEST:
        raise Unclear(f"the age is not a whole number of years from 0 to {OLDEST}; it is left out")
    return int(age)


def _lowest(opened: re.Match[str]) -> int:
    return int(opened["n"] or opened["m"]) + (opened["above"] is not None)


def read_day(text: str) -> date | None:
    """ISO 8601, also with slashes; month/day/year; eight digits; 12-MAR-2014; a time may follow.

    With dots or hyphens day or month may stand first: Unclear is raised where both could be.
    With slashes the month stands first; a day that can only stand first itself is taken, and
    raises Unclear with it, because other rows were read month first.

    >>> [str(read_day(text)) for text in ("3/12/2014 08:30", "12-MAR-2014", "13-03-2014")]
    ['2014-03-12', '2014-03-12', '2014-03-13']
    """
    if not text:
        return None
    with suppress(ValueError):
        return _meant(datetime.fromisoformat(text).date())
    for form in _DATE_FORMS:
        with suppress(ValueError):
            return _meant(datetime.strptime(text.split()[0], form).date())
    for form in _WORDED_DATES:
        with suppress(ValueError):
            return _meant(datetime.strptime(text, form).date())
    if numbers := _NUMBERS.fullmatch(text.split()[0]):
        return _meant(_either_order(numbers))
    raise Unclear(_NO_DATE)


def _meant(day: date) -> date | None:
    """A day that can be one of an encounter; None for the ends of calendars and of date types."""
    if real_day(day) is None and (day.month, day.day) in _ENDS:
        return None
    if real_day(day) is None or not EARLIEST <= day <= LATEST:
        raise Unclear(f"a date is not between {EARLIEST} and {LATEST}; it is left out")
    return day


def _either_order(numbers: re.Match[str]) -> date:
    """The day of two numbers and a year, of which nobody says what stands first."""
    first, second, year = int(numbers[1]), int(numbers[3]), int(numbers[4])
    days = set()
    for month, number in ((first, second), (second, first)):
        with suppress(ValueError):
            days.add(date(year, month, number))
    if not days:
        raise Unclear(_NO_DATE)
    if len(days) > 1:
        raise Unclear("a date is left out, because its day and month cannot be told apart")
    (day,) = days
    if numbers[2] == "/":  # month first would have been read before
        raise Unclear(
            "a date has its day first and was read so; others with slashes were read month first: "
            "check them",
            _meant(day),
        )
    return day
