"""A coder's day: six written charts, and beside each what is right.

Texts and truth stand in ``charts/day`` and were fixed before the program read them. A note that
makes work is not a note to be changed; a truth that the code book contradicts is.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from icd9_review.values import CareSetting, Disposition, Kind, Sex

DAY = Path(__file__).parent / "charts" / "day"
NAMES = ("heart-failure", "pacemaker", "gastric-bypass", "hip-fracture", "lupus", "hiv")


@dataclass(frozen=True, slots=True)
class RightCode:
    """A code of the truth with what is set on it and the words of the note that say it.

    ``poa`` is empty for an exempt code and for outpatients, ``performed`` None for a diagnosis.
    """

    kind: Kind
    code: str
    words: str
    poa: str = ""
    performed: date | None = None


@dataclass(frozen=True, slots=True)
class DayChart:
    """A note and all that is right about it.

    ``lines`` says how each coded line of its lists begins, and which codes code it. Days,
    disposition, principal and admitting diagnosis are empty where nobody said which is right.
    """

    name: str
    text: str
    setting: CareSetting
    age: int | None
    sex: Sex
    admitted: date | None
    discharged: date | None
    disposition: Disposition | None
    principal: str
    admitting: str
    codes: tuple[RightCode, ...]
    lines: dict[str, tuple[str, ...]]

    @property
    def inpatient(self) -> bool:
        return self.setting is CareSetting.INPATIENT


def day_chart(name: str) -> DayChart:
    """One of the six, by the name of its files."""
    truth = tomllib.loads((DAY / f"{name}.toml").read_text("utf-8"))
    return DayChart(
        name=name,
        text=(DAY / f"{name}.txt").read_text("utf-8"),
        setting=CareSetting(truth["setting"].lower()),
        age=truth["age"],
        sex=Sex(truth["sex"]),
        admitted=date.fromisoformat(truth["admitted"]),
        discharged=_day(truth["discharged"]),
        disposition=Disposition(truth["disposition"]) if truth["disposition"] else None,
        principal=truth["principal"],
        admitting=truth["admitting"],
        codes=_codes(truth),
        lines={line: tuple(codes) for line, codes in truth["lines"].items()},
    )


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


def _codes(truth: dict[str, Any]) -> tuple[RightCode, ...]:
    diagnoses = (
        RightCode(Kind.DIAGNOSIS, code, words, poa=poa)
        for code, (poa, words) in truth["diagnoses"].items()
    )
    procedures = (
        RightCode(Kind.PROCEDURE, code, words, performed=date.fromisoformat(day))
        for code, (day, words) in truth["procedures"].items()
    )
    return (*diagnoses, *procedures)
