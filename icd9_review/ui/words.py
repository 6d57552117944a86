"""How facts read on the screen: people, dates and moments in a few words."""

from __future__ import annotations

import re
from datetime import date, datetime

from icd9_review.values import Sex

_SEX = {Sex.FEMALE: "F", Sex.MALE: "M", Sex.UNKNOWN: ""}


def describe_person(age: int | None, sex: Sex) -> str:
    """Age and sex: ``71 F``; what is unknown is left out."""
    known = (str(age) if age is not None else "", _SEX[sex])
    return " ".join(part for part in known if part)


def describe_dates(admitted: date | None, discharged: date | None) -> str:
    """A stay as short as it can be read: ``12–17 Mar 2014``; empty when nothing is known."""
    if admitted is None and discharged is None:
        return ""
    if admitted is None or discharged is None:
        return f"from {_day(admitted)}" if admitted else f"until {discharged and _day(discharged)}"
    if admitted == discharged:
        return _day(admitted)
    if admitted.year != discharged.year:
        return f"{_day(admitted)} – {_day(discharged)}"
    if admitted.month != discharged.month:
        return f"{admitted.day} {admitted:%b} – {_day(discharged)}"
    return f"{admitted.day}–{_day(discharged)}"


def describe_moment(at: datetime, *, now: datetime | None = None) -> str:
    """When something happened, in the server's time zone: the hour today, else the day."""
    local = at.astimezone()
    today = (now or datetime.now().astimezone()).astimezone().date()
    if local.date() == today:
        return f"today {local:%H:%M}"
    if local.year == today.year:
        return f"{local.day} {local:%b %H:%M}"
    return _day(local.date())


def format_percent(probability: float) -> str:
    """A probability for people, never quite none and never quite all."""
    if probability < 0.01:
        return "< 1 %"
    if probability >= 0.995:
        return "> 99 %"
    return f"{round(100 * probability)} %"


def plain(text: str) -> str:
    """Text for places that read Markdown, with every mark of Markdown taken literally.

    File names and messages may hold anything; an image address in one must not load.
    """
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text).replace("\n", " ")


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
