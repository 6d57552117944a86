"""The facts of an encounter as texts, in which events hold them, and back."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Protocol

from icd9_review.errors import EncounterError
from icd9_review.notes.intake.facts import check_encounter
from icd9_review.values import CareSetting, Disposition, Fact, NewEncounter, Sex

_LONGEST = 20  # characters of a value that a message repeats; the longest value has ten


class WithFacts(Protocol):
    """Whatever has the facts of an encounter: a value, or a row of the database."""

    @property
    def age(self) -> int | None: ...
    @property
    def sex(self) -> Sex: ...
    @property
    def admitted(self) -> date | None: ...
    @property
    def discharged(self) -> date | None: ...
    @property
    def disposition(self) -> Disposition | None: ...


def facts_of(facts: WithFacts) -> dict[Fact, str]:
    """The facts that are known, as `Fact` says they are written.

    >>> facts_of(NewEncounter(CareSetting.INPATIENT, age=71, sex=Sex.FEMALE))[Fact.AGE]
    '71'
    """
    known = {
        Fact.AGE: None if facts.age is None else str(facts.age),
        Fact.SEX: None if facts.sex is Sex.UNKNOWN else facts.sex.value,
        Fact.ADMITTED: facts.admitted.isoformat() if facts.admitted else None,
        Fact.DISCHARGED: facts.discharged.isoformat() if facts.discharged else None,
        Fact.DISPOSITION: facts.disposition.value if facts.disposition else None,
    }
    return {fact: value for fact, value in known.items() if value is not None}


def facts_from(setting: CareSetting, given: Mapping[Fact, str | None]) -> NewEncounter:
    """The facts of texts; what is missing or None is not known.

    Raises EncounterError for a text that is no value of its fact, and for facts that cannot
    stand together.
    """
    return check_encounter(
        setting,
        age=_age(given.get(Fact.AGE)),
        sex=given.get(Fact.SEX) or Sex.UNKNOWN,
        admitted=_day("admission", given.get(Fact.ADMITTED)),
        discharged=_day("discharge", given.get(Fact.DISCHARGED)),
        disposition=given.get(Fact.DISPOSITION),
    )


def _age(written: str | None) -> int | None:
    if written is None:
        return None
    if not (written.isascii() and written.isdigit()) or written != str(int(written[:_LONGEST])):
        raise EncounterError(
            f"The age {written[:_LONGEST]!r} is not a whole number of years; write it in digits."
        )
    return int(written)


def _day(name: str, written: str | None) -> date | None:
    if written is None:
        return None
    with suppress(ValueError):
        if (day := date.fromisoformat(written)).isoformat() == written:
            return day
    raise EncounterError(
        f"The {name} date {written[:_LONGEST]!r} is not a day; write it as 2014-03-12."
    )
